"""``dashkit rules``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.console import Console, counted
from dashkit.cli.plan_options import rule_options
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.cli.rule_plan import RulePlan
    from dashkit.config.context import Context
    from dashkit.config.project import Project
    from dashkit.grafana.client import Grafana


@click.group(
    short_help="Alert rules: build files, compare, push.",
    epilog="""\b
Examples:
  dashkit rules build                     files for Prometheus and Alertmanager
  dashkit rules diff --context prod       what would change in the rules that Grafana evaluates?
  dashkit rules push --context prod
""",
)
def command() -> None:
    """Alert rules as code: modules in `dashboards/alerts/` that export `groups` (and one that exports `routing`)."""


@command.command(
    short_help="Write rule files, routing and runbooks.",
    epilog="""\b
Examples:
  dashkit rules build                                    all below build/
  promtool check rules build/rules/*.yml
  promtool test rules build/rules/tests/*.yml
  amtool check-config build/alertmanager/alertmanager.yml
""",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Where to  [default: build]")
@options.format_option("text", "json")
@options.common
def build(output: Path | None, output_format: str, config: Path | None, quiet: bool, verbose: int) -> int:
    """Compile the alert modules to files.

    \b
      rules/SYSTEM.yml              for Prometheus
      rules/tests/SYSTEM.yml        for promtool: for each alert a case that fires and one that does not
      rules/kubernetes/SYSTEM.yaml  the same rules as PrometheusRule resources
      alertmanager/alertmanager.yml routing; secrets are names of files
      alertmanager/grafana/         the same routing as provisioning files of Grafana
      runbooks/SYSTEM/ALERT.md      a page for each alert

    `alerts:` in dashkit.yaml says the addresses that alerts link to. An alert that links to a panel that no dashboard
    has is an error, and so is a module that does not load; then nothing is written.
    """
    from dashkit.cli.rules import alert_links, compile_rules_or_refuse
    from dashkit.compiler.compile import shown_path
    from dashkit.compiler.write import OutputFolder
    from dashkit.export.alerting_files import KINDS, alerting_files

    console = options.console(quiet, verbose)
    project = options.project(config)
    base = output.resolve() if output else project.build.parent
    groups, routing = compile_rules_or_refuse(project, console)
    if not groups and routing is None:
        console.warn(f"no alert modules in {', '.join(f'{path}/alerts' for path in project.dashboards)}")
    files = list(alerting_files(groups, routing, alert_links(project)))  # whatever is wrong with them, before a write
    # Also those that get nothing: what an earlier build wrote there has to go.
    folders = {kind: OutputFolder(base / kind) for kind in KINDS if any(files) or (base / kind).is_dir()}
    written, listed = 0, []
    for kind, name, data in files:
        changed = folders[kind].write(name, data)
        written += changed
        listed.append(f"{kind}/{name}")
        if verbose or (changed and not quiet and output_format == "text" and kind != "runbooks"):
            console.info(f"{'wrote' if changed else 'same '} {kind}/{name}")
    removed = [f"{kind}/{name}" for kind, folder in folders.items() for name in folder.finish(complete=True)]
    for name in removed:
        console.info(f"removed {name}")
    alerts = sum(len(group.alerts) for group in groups)
    recordings = sum(len(group.rules) for group in groups) - alerts
    if output_format == "json":
        summary: dict[str, Any] = {"groups": len(groups), "alerts": alerts, "recording_rules": recordings}
        console.json({"files": listed, "removed": removed, "summary": summary})
    else:
        shown = shown_path(base, Path.cwd())
        console.info(
            f"{counted(alerts, 'alert')} and {counted(recordings, 'recording rule')} in {counted(len(groups), 'group')}; "
            f"{counted(len(listed), 'file')} in {shown}/, {written} changed"
        )
    return ExitCode.OK


@command.command(
    short_help="Show what `rules push` would change.",
    epilog="""\b
Examples:
  dashkit rules diff --context prod
  dashkit rules diff --exit-code          exit with 1 if something differs
""",
)
@options.context_option
@rule_options
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a push would change or refuse something.")
@options.format_option("text", "json")
@options.common
def diff(
    context_name: str | None,
    adopt: bool,
    prune: bool,
    on_drift: str | None,
    exit_code: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Compare the alert modules with the rules that this Grafana evaluates. Nothing is written.

    Only for a context that says `evaluator: grafana`; elsewhere Prometheus evaluates the rules, from the files of
    `dashkit rules build`.
    """
    from dashkit.deploy.actions import Kind
    from dashkit.report.rules_text import rules_data

    console, _project, context, _grafana, plan = _planned(context_name, adopt, prune, on_drift, config, quiet, verbose)
    if output_format == "json":
        console.json({"context": context.name, "url": context.url, "rules": rules_data(plan.actions)})
    else:
        _show(plan, context, console, quiet, verbose)
    return ExitCode.FOUND if exit_code and (plan.writes or plan.of(Kind.REFUSE)) else ExitCode.OK


@command.command(
    short_help="Bring Grafana's alert rules to what the source says.",
    epilog="""\b
Examples:
  dashkit rules push --context prod
  dashkit rules push --prune --yes               also delete groups that are gone from the source
  dashkit rules push --on-drift overwrite        put edits in the UI back
  SLACK_URL=... dashkit rules push --routing     also who is told; secrets come from the environment
""",
)
@options.context_option
@rule_options
@click.option(
    "--routing", is_flag=True, help="Also who is told: contact points, and the project's own notification policy."
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask before deleting.")
@click.option(
    "--max-delete",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="Refuse a prune of more groups than this.",
)
@options.no_check
@options.format_option("text", "json")
@options.common
def push(
    context_name: str | None,
    adopt: bool,
    prune: bool,
    on_drift: str | None,
    routing: bool,
    yes: bool,
    max_delete: int,
    no_check: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Compile, compare, then write the groups that differ, one by one; they stay editable in Grafana's UI.

    A group that someone edited since the last push, that file provisioning owns, or that dashkit did not make is refused
    with the reason; the others go on. With --routing the policy tree of the organisation gets one route of the project's,
    which catches the alerts that dashkit pushed; everything else in it stays as it is. If the check finds an error in what
    would be written, nothing is written at all.
    """
    from dashkit.cli.journal import write_ahead
    from dashkit.cli.planning import adjustments_of
    from dashkit.cli.push_check import tell_refused, wrong_in_push
    from dashkit.cli.rule_plan import applied_rules, confirm_deletes, planned_routing
    from dashkit.deploy.actions import Kind
    from dashkit.deploy.apply import exit_code
    from dashkit.report.problems import problems_data, problems_text
    from dashkit.report.rules_text import rule_failures, rules_data, rules_done

    console, project, context, grafana, plan = _planned(context_name, adopt, prune, on_drift, config, quiet, verbose)
    text = output_format == "text"
    if text:
        _show(plan, context, console, quiet, verbose)
        sys.stdout.flush()
    told = planned_routing(plan.routing, adjustments_of(project, context).tag, grafana) if routing else None
    if told and text:
        console.lines(told.changes or ["Routing: unchanged."])
    target = {"context": context.name, "url": context.url}
    if wrong := [] if no_check else wrong_in_push(project, (), frozenset(), plan):
        if text:
            console.lines(problems_text(wrong, console.out_style))
        else:
            console.json({**target, "rules": rules_data(plan.actions), "problems": problems_data(wrong)})
        tell_refused(wrong, console)
        return ExitCode.FOUND
    confirm_deletes(plan, yes, context.name, max_delete)
    push = write_ahead(project, context, grafana, None, plan, console)
    if told:
        grafana.put_routing(told)
    outcomes = applied_rules(plan, grafana)
    if text:
        console.lines(rule_failures(outcomes, console.out_style))
        console.lines(filter(None, [rules_done(outcomes, _where(context), console.out_style)]))
    else:
        console.json(
            {
                **target,
                **({"push": push} if push else {}),
                "rules": rules_data(plan.actions, outcomes),
                **({"routing": list(told.changes)} if told else {}),
            }
        )
    return exit_code([outcome.error for outcome in outcomes], len(plan.of(Kind.REFUSE)))


def _planned(
    context_name: str | None,
    adopt: bool,
    prune: bool,
    on_drift: str | None,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> tuple[Console, Project, Context, Grafana, RulePlan]:
    from dashkit.cli.planning import adjustments_of
    from dashkit.cli.rule_plan import planned_rules
    from dashkit.deploy.rule_plan import RulePolicy

    console = options.console(quiet, verbose)
    project = options.project(config)
    context, grafana = options.grafana(project, context_name, console)
    policy = RulePolicy(adopt, prune, on_drift or context.on_drift)
    plan = planned_rules(project, context, grafana, adjustments_of(project, context), policy, console)
    return console, project, context, grafana, plan


def _show(plan: RulePlan, context: Context, console: Console, quiet: bool, verbose: int) -> None:
    from dashkit.report.rules_text import rules_text

    style, where = console.out_style, _where(context)
    console.lines(rules_text(plan.folders, plan.actions, style, where=where, verbose=bool(verbose), quiet=quiet))


def _where(context: Context) -> str:
    return f"{context.name} ({context.url})"
