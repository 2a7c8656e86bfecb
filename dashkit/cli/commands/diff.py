"""``dashkit diff``."""

from __future__ import annotations

from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.plan_options import Choices, plan_options
from dashkit.errors import ExitCode


@click.command(
    short_help="Show what a push would change.",
    epilog="""\b
Examples:
  dashkit diff                              against the current context
  dashkit diff --context prod --exit-code   1 if a push would change something
  dashkit diff --format markdown            for a comment on a pull request
  dashkit diff --only checkout --full       the documents themselves, line by line
""",
)
@options.context_option
@plan_options
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a push would change or refuse something.")
@click.option("--full", is_flag=True, help="Also the raw difference of the JSON documents (as text).")
@options.format_option("text", "json", "markdown")
@options.common
def command(
    context_name: str | None,
    only: tuple[str, ...],
    adopt: bool,
    prune: bool,
    on_drift: str | None,
    exit_code: bool,
    full: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Show the plan of a push with the same options: what is created, updated, deleted or refused, panel by panel.

    Ids, versions, defaults and whatever else the server adds on its own are no difference. Nothing is written.
    """
    from dashkit.cli.planning import planned
    from dashkit.report.plan_data import plan_data, plan_markdown
    from dashkit.report.plan_text import plan_text

    console = options.console(quiet, verbose)
    project = options.project(config)
    context, grafana = options.grafana(project, context_name, console)
    plan = planned(project, context, grafana, Choices(only, adopt, prune, on_drift), console)
    where = f"{context.name} ({context.url})"
    if output_format == "json":
        console.json(plan_data(plan, {"context": context.name, "url": context.url, "version": grafana.version}))
    elif output_format == "markdown":
        console.out(plan_markdown(plan, where).rstrip())
    else:
        console.lines(plan_text(plan, console.out_style, where=where, verbose=bool(verbose), quiet=quiet))
    if full and output_format == "text":
        from dashkit.report.full import full_text

        for action in plan.actions:
            if action.desired and action.live and action.changes:
                console.lines(full_text(action, console.out_style))
    return ExitCode.FOUND if exit_code and not plan.empty else ExitCode.OK
