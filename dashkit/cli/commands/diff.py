"""``dashkit diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import many, options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.push import Prepared


@click.command(
    short_help="Show what a push would change.",
    epilog="""\b
Examples:
  dashkit diff                              compare with the current context
  dashkit diff --context prod --exit-code   exit with 1 if a push would change something
  dashkit diff --format markdown            for a comment on a pull request
  dashkit diff --only checkout --full       also compare the JSON line by line
  dashkit diff --html changes.html          a page with each changed panel before and after
  dashkit diff --group prod                 what a push to each context of a group would do
  dashkit diff -c staging --against prod    what differs between two servers
""",
)
@many.contexts
@click.option(
    "--against",
    metavar="NAME",
    callback=options.filled,
    shell_complete=options.complete_contexts,
    help="Compare the context with this one, not with the source.",
)
@options.plan
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a push would change or refuse something.")
@click.option("--full", is_flag=True, help="Also show a line-by-line diff of the JSON documents (with --format text).")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write a page with each changed panel before and after.",
)  # fmt: skip
@click.option(
    "--png", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Write a picture of each changed panel before and after.",
)  # fmt: skip
@click.option("--prometheus", default="", metavar="URL", help="Draw data of this Prometheus, not sample data.")
@options.common("text", "json", "markdown")
def command(
    invocation: Invocation,
    exit_code: bool,
    full: bool,
    html: Path | None,
    png: Path | None,
    prometheus: str,
    against: str | None,
    **given: Any,
) -> int:
    """Show what a push with the same options would create, update, delete or refuse, panel by panel.

    Ids, versions, defaults and other values that the server adds do not count as differences. Nothing is written.

    With --against, compare the project's dashboards on two servers, whatever the source says. The prefixes, tags and
    datasources of the contexts do not count.
    """
    from dashkit.app import push
    from dashkit.cli.commands.push import plan_json, show_plan

    several = many.taken(given, invocation)
    if against is not None:
        _refuse_with_against(several is not None, given, full, html or png)
        return _compare(given["context_name"], against, invocation, exit_code=exit_code)
    request = push.Request(**given, check=False, dry_run=True)
    if several:
        if html or png:
            raise UsageError("--html and --png are for one context", hint="name it: --context NAME")
        return many.diff_many(several, request, invocation, full=full, exit_code=exit_code)
    with push.prepare(request, invocation.ports) as prepared:
        invocation.notify(prepared.warnings)
        if invocation.json:
            invocation.console.json(plan_json(prepared))
        elif invocation.form == "markdown":
            _show_markdown(prepared, invocation)
        else:
            show_plan(prepared, invocation)
            if full:
                _show_documents(prepared, invocation)
        if html or png:
            _draw(prepared, html, png, prometheus, invocation)
    return ExitCode.FOUND if exit_code and prepared.differs else ExitCode.OK


def _show_markdown(prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.alerts_text import rules_text
    from dashkit.report.plan_data import plan_markdown

    where, console = prepared.connected.where, invocation.console
    console.out(plan_markdown(prepared.dashboards, where).rstrip())
    if prepared.alerts:
        console.lines(["", "```diff", *rules_text(prepared.alerts, where=where), "```"])


def _show_documents(prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.unified_diff import full_text

    for step in prepared.dashboards.steps:
        if step.item and step.base and step.changes:
            invocation.console.lines(full_text(step, invocation.console.out_style))


def _draw(prepared: Prepared, html: Path | None, png: Path | None, prometheus: str, invocation: Invocation) -> None:
    from dashkit.cli.commands.preview import require_packages

    require_packages()
    from dashkit.app.compared import Drawings, draw
    from dashkit.app.preview_data import data_of

    data, _ = data_of(invocation.ports, prometheus=prometheus)
    for path in draw(prepared.dashboards.steps, Drawings(html, png, prepared.connected.where), data, invocation.ports):
        invocation.console.info(f"wrote {path}")


def _refuse_with_against(several: bool, given: dict[str, Any], *others: object) -> None:
    if several:
        raise UsageError("--against compares one context with another", hint="name one: --context NAME")
    if any(others) or any(value for name, value in given.items() if name != "context_name"):
        raise UsageError("--against compares what is on two servers: only --format and --exit-code go with it")


def _compare(context_name: str | None, against: str, invocation: Invocation, *, exit_code: bool) -> ExitCode:
    from dashkit.app.against import Request, compare
    from dashkit.report.against import Servers, against_data, against_markdown, against_text

    found = compare(Request(context_name, against), invocation.ports)
    invocation.notify(found.warnings)
    servers, entries = Servers(found.first.context.name, found.other.context.name, found.same), found.differences
    if invocation.json:
        invocation.console.json(against_data(entries, servers))
    elif invocation.form == "markdown":
        invocation.console.out(against_markdown(entries, servers).rstrip())
    else:
        invocation.console.lines(against_text(entries, servers, invocation.console.out_style))
    return ExitCode.FOUND if exit_code and entries else ExitCode.OK
