"""``dashkit forget``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.cli.push_trial import forget_trials
from dashkit.errors import ExitCode, RefusedError, UsageError

if TYPE_CHECKING:
    from dashkit.app.forget import Forgotten, Prepared
    from dashkit.backup.retention import Decision


@click.command(
    short_help="Remove old archives according to a retention policy.",
    epilog="""\b
Examples:
  dashkit forget --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run
  dashkit forget -c prod --keep-within 30d
  dashkit forget --archives s3://bucket/grafana --keep-last 10
  dashkit forget --trials -c staging               delete dashboards on trial whose time is over
""",
)
@options.context
@options.archives
@options.keep
@click.option("--trials", is_flag=True, help="Instead of archives, delete the dashboards of trials that have expired.")
@click.option(
    "--trial", metavar="NAME", default="", callback=options.filled, help="Delete those of this trial, expired or not."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@options.common("text", "json")
def command(
    invocation: Invocation,
    context_name: str | None,
    archives: str,
    trials: bool,
    trial: str,
    dry_run: bool,
    **keep: Any,
) -> int:
    """Remove the archives that none of the --keep options selects. Each context is treated separately.

    Before removing anything, dashkit verifies the archives of the context, newest first, until one is intact. That archive
    is always kept; if none is intact, nothing is removed. Files that are not dashkit archives are left alone.

    With --trials, dashboards that `dashkit push --trial` put on a server are deleted if their time is over, and a trial's folder
    if nothing of anybody else is in it.
    """
    from dashkit.app import forget

    if trials or trial:
        if archives or forget.Keep(**keep) != forget.Keep():
            raise UsageError("--trials is about dashboards on a server; --archives and --keep-... are about archives")
        return forget_trials(invocation, context_name, trial or None, dry_run=dry_run)
    request = forget.Request(forget.Keep(**keep), context_name, archives, dry_run)
    with forget.prepare(request, invocation.ports) as prepared:
        invocation.notify(prepared.warnings)
        if invocation.json:
            invocation.console.json([_data(decision) for decision in prepared.decisions])
        else:
            show_decisions(prepared, invocation)
        forgotten = None if dry_run else forget.carry_out(prepared)
        return show_result(prepared, forgotten, invocation)


def show_decisions(prepared: Prepared, invocation: Invocation) -> None:
    """Print which archives are kept or removed, and why."""
    console = invocation.console
    width = max((len(decision.stamp.name) for decision in prepared.decisions), default=0)
    for decision in () if invocation.quiet else prepared.decisions:
        word = console.out_style("keep  ", "green") if decision.keep else console.out_style("remove", "red")
        console.out(f"{word} {decision.stamp.name:<{width}}  {', '.join(decision.reasons)}".rstrip())


def show_result(prepared: Prepared, forgotten: Forgotten | None, invocation: Invocation) -> ExitCode:
    """Print what was removed, or would be if ``forgotten`` is None, and return the exit code."""
    from dashkit.model.words import counted

    console = invocation.console
    gone = forgotten.removed if forgotten else len(prepared.decisions) - prepared.kept
    for failure in forgotten.failures if forgotten else ():
        console.failure(failure)
    console.info(f"{counted(prepared.kept, 'archive')} kept, {gone} {'removed' if forgotten else 'would be removed'}")
    if prepared.unproven:
        console.failure(
            RefusedError(
                f"no archive of {', '.join(prepared.unproven)} is removed: none of them is intact",
                hint="check one with dashkit archive verify, and make a new backup",
            )
        )
        return ExitCode.PARTIAL if forgotten and forgotten.removed else ExitCode.REFUSED
    return ExitCode.PARTIAL if forgotten and forgotten.failures else ExitCode.OK


def _data(decision: Decision) -> dict[str, Any]:
    return {
        "name": decision.stamp.name,
        "context": decision.stamp.context,
        "keep": decision.keep,
        "reasons": list(decision.reasons),
    }
