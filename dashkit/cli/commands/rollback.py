"""``dashkit rollback``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation, finish
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.rollback import Request


@click.command(
    short_help="Undo a push.",
    epilog="""\b
Examples:
  dashkit rollback -c prod --list                  list the pushes in the journal
  dashkit rollback -c prod --dry-run               show what undoing the last push would do
  dashkit rollback -c prod 20261121T194247Z-3fa9   undo that push
""",
)
@click.argument("push", metavar="[PUSH]", required=False)
@options.context
@click.option("--list", "listed", is_flag=True, help="List the pushes in the journal, newest first, and stop.")
@options.writes_over("If an object was changed since the push: write nothing at all, skip the object, or overwrite it.")
@options.common("text", "json")
def command(invocation: Invocation, push: str | None, listed: bool, yes: bool, **given: Any) -> int:
    """Restore what a push changed or deleted, and delete what it created. Without PUSH, undo the last one.

    Before `dashkit push` writes, it saves the objects that it will change to a journal: `.dashkit/pushes` beside
    dashkit.yaml, or the directory or URL that the context sets (use one in CI, where the disk does not last). Without a
    journal, dashkit uses Grafana's own version history, which cannot restore deleted objects. Folders are not deleted.

    An object that was changed after the push is a conflict. Only --on-conflict overwrite replaces it.
    """
    from dashkit.app import rollback
    from dashkit.deploy.outcome import Result
    from dashkit.report.restore_text import undo_data, undo_text, undone_text

    console, ports, request = invocation.console, invocation.ports, rollback.Request(push or "", **given)
    if listed:
        return _list(request, invocation)
    with rollback.prepare(request, ports) as prepared:
        invocation.notify(prepared.warnings, prepared.notes)
        where, name, style = prepared.connected.where, prepared.record.push, console.out_style
        if invocation.text:
            console.lines(undo_text(prepared.steps, name, where, style, verbose=invocation.verbose))
        result = Result()
        if not request.dry_run and not prepared.conflicts:
            agreed = invocation.agree(rollback.questions(prepared), yes=yes)
            done = rollback.carry_out(prepared, agreed, ports)
            invocation.notify(done.warnings)
            result = done.result
        if invocation.json:
            console.json(undo_data(prepared.steps, result.outcomes, name))
        else:
            console.lines(undone_text(result.outcomes, where, style))
        if not request.dry_run:
            rollback.refuse_conflicts(prepared)
    return finish(result)


def _list(request: Request, invocation: Invocation) -> int:
    from dashkit.app.rollback import listed
    from dashkit.report.restore_text import kept_data, kept_text

    kept = listed(request, invocation.ports)
    if invocation.json:
        invocation.console.json([kept_data(entry.name, entry.record, rollback=entry.rollback) for entry in kept])
    else:
        for entry in kept:
            text = kept_text(entry.record, rollback=entry.rollback) if entry.record else entry.why
            invocation.console.out(f"{entry.name:<21}  {text}")
        if not kept:
            invocation.console.info("the journal has no pushes")
    return ExitCode.OK
