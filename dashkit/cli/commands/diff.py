"""``dashkit diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

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
""",
)
@options.context
@options.plan
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a push would change or refuse something.")
@click.option("--full", is_flag=True, help="Also show a line-by-line diff of the JSON documents (with --format text).")
@options.common("text", "json", "markdown")
def command(invocation: Invocation, exit_code: bool, full: bool, **given: Any) -> int:
    """Show what a push with the same options would create, update, delete or refuse, panel by panel.

    Ids, versions, defaults and other values that the server adds do not count as differences. Nothing is written.
    """
    from dashkit.app import push
    from dashkit.cli.commands.push import plan_json, show_plan

    with push.prepare(push.Request(**given, check=False, dry_run=True), invocation.ports) as prepared:
        invocation.notify(prepared.warnings)
        if invocation.json:
            invocation.console.json(plan_json(prepared))
        elif invocation.form == "markdown":
            _show_markdown(prepared, invocation)
        else:
            show_plan(prepared, invocation)
            if full:
                _show_documents(prepared, invocation)
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
