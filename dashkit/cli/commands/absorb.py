"""``dashkit absorb``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, worst

if TYPE_CHECKING:
    from dashkit.absorb.absorbed import Absorbed
    from dashkit.app.absorb import Prepared


@click.command(
    short_help="Take edits made in Grafana into the source.",
    epilog="""\b
Examples:
  dashkit absorb -c prod                 all that somebody edited since the last push
  dashkit absorb checkout -c prod        this dashboard, or this group of alert rules
  dashkit absorb -c prod --dry-run       print the patch, and write nothing
  dashkit absorb -c prod --dry-run | git apply
""",
)
@click.argument("uids", nargs=-1, metavar="[UID|GROUP]...", callback=options.some)
@options.context
@click.option("--dry-run", is_flag=True, help="Print the patch, and write nothing.")
@options.yes("Do not ask before writing, also to files with changes that are not committed.")
@options.common("text", "json")
def command(invocation: Invocation, yes: bool, dry_run: bool, **given: Any) -> int:
    """Change the source as people changed dashboards and alert rules in Grafana since the last push.

    Each edit goes where a person would make it: into the argument of the call that made the panel, its variable or the
    dashboard. A new panel becomes a call in its row. Then the project is compiled in a copy: a dashboard is taken only if the
    source makes what Grafana has, and no other dashboard changes.

    If the source has changed since the push, too, both are brought together. Where both changed the same thing, and where code
    makes several things of which only one was edited, nothing of that dashboard is written: what is there and what it would
    have to be are shown.

    Where Grafana evaluates the alert rules, groups of rules are taken in the same way, as a whole or not at all.
    """
    from dashkit.app import absorb

    ports = invocation.ports
    prepared = absorb.prepare(absorb.Request(**given), ports)
    invocation.notify(prepared.warnings)
    if invocation.json:
        invocation.console.json(_data(prepared))
    else:
        _show(prepared, invocation, dry_run=dry_run)
    if prepared.files and not dry_run:
        agreed = invocation.agree(absorb.questions(prepared), yes=yes)
        absorb.carry_out(prepared, agreed, ports, yes=yes)
        if invocation.text:
            _wrote(prepared, given, invocation)
    return _exit_code(prepared)


def _exit_code(prepared: Prepared) -> ExitCode:
    left = [one for one in prepared.results if one.edited and not one.taken]
    codes = [one.error.code for one in prepared.results if one.error is not None]
    if left and any(one.taken for one in prepared.results):
        return ExitCode.PARTIAL
    return worst([*codes, *([ExitCode.REFUSED] if left else [])])


def _show(prepared: Prepared, invocation: Invocation, *, dry_run: bool) -> None:
    from dashkit.report.absorbed import absorbed_text
    from dashkit.report.patch import patch

    console = invocation.console
    # A patch on stdout is for another program, so what is said about it goes to stderr.
    for line in absorbed_text(prepared.results, console.err_style if dry_run else console.out_style):
        console.info(line) if dry_run else console.out(line)
    for one in prepared.results:
        if one.error is not None:
            console.failure(one.error)
    for change in prepared.files:
        style = console.out_style
        console.lines(patch(prepared.prefix + change.path, change.before.decode(), change.after.decode(), style))
    if not prepared.files and not prepared.results and invocation.text:
        rules = " or an alert rule" if prepared.connected.context.evaluator == "grafana" else ""
        console.info(f"nobody edited a dashboard{rules} on {prepared.connected.where} since the last push")


def _wrote(prepared: Prepared, given: dict[str, Any], invocation: Invocation) -> None:
    for change in prepared.files:
        invocation.console.info(f"wrote {change.path}")
    where = f" -c {shlex.quote(given['context_name'])}" if given["context_name"] else ""
    invocation.console.info(f"look at it with `git diff`; the next `dashkit push{where}` finds the edits in the source")


def _data(prepared: Prepared) -> dict[str, Any]:
    return {
        "context": prepared.connected.context.name,
        "dashboards": [_one(one) for one in prepared.results if one.kind == "dashboard"],
        "groups": [_one(one) for one in prepared.results if one.kind == "group"],
        "files": [change.path for change in prepared.files],
        "uncommitted": list(prepared.uncommitted),
    }


def _one(one: Absorbed) -> dict[str, Any]:
    return {
        "uid": one.uid, "title": one.title, "file": one.file, "edited": one.edited, "taken": one.taken,
        "by_hand": [
            {"what": left.what, "where": left.where, "there": left.there, "wanted": left.wanted, "why": left.why}
            for left in one.by_hand
        ],
        "conflicts": [
            {"what": left.what, "base": left.base, "source": left.source, "live": left.live} for left in one.conflicts
        ],
        "notes": list(one.notes), "error": str(one.error) if one.error else "",
    }  # fmt: skip
