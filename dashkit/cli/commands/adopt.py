"""``dashkit adopt``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation, finish

if TYPE_CHECKING:
    from dashkit.app.adopt import Prepared
    from dashkit.app.done import Done


#: So many uids are named in the command to run again; more are chosen as before.
_NAMED = 5


@click.command(
    short_help="Take over dashboards of a Grafana as they are.",
    epilog="""\b
Examples:
  dashkit adopt checkout -c prod                  import it, and mark it as the project's
  dashkit adopt --folder "Team/Service" -c prod   all dashboards of a folder
  dashkit adopt --all -c prod --yes               everything that nothing else manages, without a question
""",
)
@click.argument("uids", nargs=-1, metavar="[UID]...", callback=options.some)
@options.context
@click.option("--folder", metavar="PATH", help="Adopt all dashboards in this folder and below, such as 'Team/Service'.")
@click.option("--all", "everything", is_flag=True, help="Adopt all dashboards of the organisation.")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), default=Path("dashboards"), show_default=True,
    metavar="DIR", help="Where to write modules.",
)  # fmt: skip
@options.yes("Do not ask before saving.")
@options.common("text", "json")
def command(invocation: Invocation, yes: bool, **given: Any) -> int:
    """Take over dashboards that were made in the UI or by another tool, without a change that anybody sees.

    Each one that the source does not have is imported as a module, as `dashkit import` does, with its proof. Then, after a
    question, it is saved once more as it is, with the project's tag and a version message by which dashkit knows it. The next
    push has nothing to do.

    Dashboards that Terraform, Git Sync or file provisioning manages are refused, and so are those that a push would change.
    `dashkit rollback` takes the tag and the message back; the files stay.
    """
    from dashkit.app import adopt
    from dashkit.report.plan_text import plan_text

    console, ports = invocation.console, invocation.ports
    with adopt.prepare(adopt.Request(**given), ports) as prepared:
        invocation.notify(prepared.warnings)
        for one in prepared.imported:
            if one.error is not None:
                console.failure(one.error)
            elif invocation.text:
                console.info(f"{'wrote' if one.changed else 'same '} {one.file}")
        if invocation.text:
            style = console.out_style
            console.lines(plan_text(prepared.plan, style, where=prepared.connected.where, **invocation.loudness))
        agreed = invocation.agree(adopt.questions(prepared), yes=yes)
        done = adopt.carry_out(prepared, agreed, ports)
    _report(done, prepared, invocation, given)
    refused = sum(step.action.value == "refuse" for step in prepared.plan.steps)
    return finish(done.result, refused, *prepared.failed)


def _report(done: Done, prepared: Prepared, invocation: Invocation, given: dict[str, Any]) -> None:
    from dashkit.cli.commands.push import take_back
    from dashkit.report.plan_data import plan_data
    from dashkit.report.plan_text import done_text, failed_text

    invocation.notify(done.warnings)
    context, outcomes = prepared.connected.context, done.result.outcomes
    if invocation.json:
        target = {"context": context.name, "url": context.url, "version": prepared.connected.server.version}
        files = [{"uid": one.uid, "file": one.file, "equal": one.equal} for one in prepared.imported if not one.error]
        invocation.console.json({**plan_data(prepared.plan, target, outcomes), "imported": files})
        return
    console, style = invocation.console, invocation.console.out_style
    console.lines(failed_text(outcomes, style))
    if failed := [outcome for outcome in outcomes if outcome.error is not None]:
        names = [outcome.step.ref.key for outcome in failed] if len(failed) <= _NAMED else _selection(given)
        where = ["--context", given["context_name"]] if given["context_name"] else []
        console.lines([f"Fix the cause, then run: {shlex.join(['dashkit', 'adopt', *names, *where])}"])
    console.lines(filter(None, [done_text(outcomes, prepared.connected.where, style)]))
    take_back(done.result, given["context_name"], invocation)


def _selection(given: dict[str, Any]) -> list[str]:
    """Return the words that choose the same dashboards again."""
    folder = ["--folder", given["folder"]] if given["folder"] else []
    return [*given["uids"], *folder, *(["--all"] if given["everything"] else [])]
