"""``dashkit diff``."""

from __future__ import annotations

from pathlib import Path
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
  dashkit diff --html changes.html          a page with each changed panel before and after
""",
)
@options.context
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
    **given: Any,
) -> int:
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
