"""``dashkit push``."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashkit.cli import options
from dashkit.cli.console import counted
from dashkit.cli.plan_options import Choices, plan_options
from dashkit.errors import ExitCode, RefusedError

if TYPE_CHECKING:
    from dashkit.deploy.actions import Plan


@click.command(
    short_help="Bring Grafana to what the source says.",
    epilog="""\b
Examples:
  dashkit push                                      create and update what differs
  dashkit push --context prod --message "Add p99"   with a text in the version history
  dashkit push --only dashboards/operations         a part
  dashkit push --prune --yes --max-delete 3         also delete what is gone from the source
  dashkit push --on-drift overwrite --only checkout put an edit in the UI back
""",
)
@options.context_option
@plan_options
@click.option("--dry-run", is_flag=True, help="Show the plan and stop, as `dashkit diff` does.")
@click.option("-m", "--message", default="", metavar="TEXT", help="For the version history of each dashboard.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before deleting.")
@click.option(
    "--max-delete", type=click.IntRange(min=0), default=5, show_default=True, help="Refuse a prune of more than this."
)
@options.format_option("text", "json")
@options.common
def command(
    context_name: str | None,
    only: tuple[str, ...],
    adopt: bool,
    prune: bool,
    on_drift: str | None,
    dry_run: bool,
    message: str,
    yes: bool,
    max_delete: int,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Compile, compare, then write what differs: folders first, then dashboards.

    What is unchanged is not written. A dashboard that someone edited in Grafana since the last push, that another
    tool manages, or that dashkit did not make is refused with the reason; the others go on. If a module does not
    compile, nothing is written at all.
    """
    from dashkit.cli.commit import source_commit
    from dashkit.cli.console import Progress
    from dashkit.cli.planning import planned
    from dashkit.deploy.apply import apply
    from dashkit.deploy.apply import exit_code as code_of
    from dashkit.report.plan_data import plan_data
    from dashkit.report.plan_text import done_text, failures_text, plan_text

    console = options.console(quiet, verbose)
    project = options.project(config)
    context, grafana = options.grafana(project, context_name, console)
    plan = planned(project, context, grafana, Choices(only, adopt, prune, on_drift), console)
    text = output_format == "text"
    where = f"{context.name} ({context.url})"
    target = {"context": context.name, "url": context.url, "version": grafana.version}
    if text:
        console.lines(plan_text(plan, console.out_style, where=where, verbose=bool(verbose), quiet=quiet))
        sys.stdout.flush()
    if dry_run:
        if not text:
            console.json(plan_data(plan, target))
        return ExitCode.OK
    _confirm_deletes(plan, yes, max_delete, context.name)
    progress = Progress(console, len(plan.writes), "written")

    outcomes = apply(
        plan,
        grafana,
        message=message,
        commit=source_commit(project.root, os.environ),
        progress=lambda _outcome: progress.step(),
    )
    if text:
        again = ["dashkit", "push"]
        again += ["--context", context_name] if context_name else []
        again += ["--config", str(config)] if config else []
        again += ["--adopt"] if adopt else []
        again += ["--on-drift", on_drift] if on_drift else []
        console.lines(failures_text(outcomes, console.out_style, command=shlex.join(again)))
        done = done_text(outcomes, where, console.out_style)
        if done:
            console.out(done)
    else:
        console.json(plan_data(plan, target, outcomes))
    return code_of(plan, outcomes)


def _confirm_deletes(plan: Plan, yes: bool, most: int, context: str) -> None:
    from dashkit.deploy.actions import Kind

    deletes = plan.of(Kind.DELETE)
    if not deletes:
        return
    if len(deletes) > most:
        raise RefusedError(
            f"the prune would delete {counted(len(deletes), 'dashboard')}, more than --max-delete {most}; nothing was written",
            hint=f"if that is meant: --max-delete {len(deletes)}",
        )
    if yes:
        return
    if not sys.stdin.isatty():
        raise RefusedError(
            f"the prune would delete {counted(len(deletes), 'dashboard')} and nobody is there to confirm",
            hint="add --yes",
        )
    names = ", ".join(action.uid for action in deletes)
    if not click.confirm(f"Delete {names} on {context}?", default=False, err=True):
        raise RefusedError("not confirmed; nothing was written")
