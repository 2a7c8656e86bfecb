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
    from dashkit.cli.planning import planned, prepared, rules_beside
    from dashkit.deploy.actions import Kind
    from dashkit.report.plan_data import plan_data, plan_markdown
    from dashkit.report.plan_text import plan_text
    from dashkit.report.rules_text import rules_data, rules_text

    console = options.console(quiet, verbose)
    project = options.project(config)
    context, grafana = options.grafana(project, context_name, console)
    choices = Choices(only, adopt, prune, on_drift)
    everything = prepared(project, choices, console)
    plan = planned(project, context, grafana, choices, console, everything)
    rules = rules_beside(project, context, grafana, choices, console, everything)
    where = f"{context.name} ({context.url})"
    if output_format == "json":
        data = plan_data(plan, {"context": context.name, "url": context.url, "version": grafana.version})
        console.json({**data, **({"rules": rules_data(rules.actions)} if rules else {})})
    elif output_format == "markdown":
        console.out(plan_markdown(plan, where).rstrip())
        if rules:
            lines = rules_text(rules.folders, rules.actions, where=where)
            console.lines(["", "```diff", *lines, "```"])
    else:
        console.lines(plan_text(plan, console.out_style, where=where, verbose=bool(verbose), quiet=quiet))
        if rules:
            lines = rules_text(rules.folders, rules.actions, console.out_style, verbose=bool(verbose), quiet=quiet)
            console.lines(lines)
    if full and output_format == "text":
        from dashkit.report.full import full_text

        for action in plan.actions:
            if action.desired and action.live and action.changes:
                console.lines(full_text(action, console.out_style))
    differs = not plan.empty or bool(rules and (rules.writes or rules.of(Kind.REFUSE)))
    return ExitCode.FOUND if exit_code and differs else ExitCode.OK
