"""``dashkit rules``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.alerts import Prepared
    from dashkit.app.build import AlertFiles
    from dashkit.deploy.outcome import Result


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
  dashkit rules build --recording-only -o prometheus     for a Prometheus beside a Grafana that evaluates the alerts
  promtool check rules build/rules/*.yml
  promtool test rules build/rules/tests/*.yml
  amtool check-config build/alertmanager/alertmanager.yml
""",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Where to  [default: build]")
@click.option(
    "--recording-only", is_flag=True, help="Without alerts, runbooks and routing: where a Grafana evaluates those."
)
@click.option("--alerts-only", is_flag=True, help="Without recording rules: where a Grafana evaluates those.")
@options.common("text", "json")
def build(invocation: Invocation, output: Path | None, recording_only: bool, alerts_only: bool) -> int:
    """Compile the alert modules to files.

    \b
      rules/SYSTEM.yml              for Prometheus
      rules/tests/SYSTEM.yml        for promtool: for each alert a case that fires and one that does not
      rules/kubernetes/SYSTEM.yaml  the same rules as PrometheusRule resources
      alertmanager/alertmanager.yml routing; secrets are names of files
      alertmanager/grafana/         the same routing as provisioning files of Grafana
      runbooks/SYSTEM/ALERT.md      a page for each alert

    `alerts:` in dashkit.yaml says the addresses that alerts link to. An alert that links to a panel that no dashboard
    has is an error, and so is a module that does not load; then nothing is written. A rule that both Prometheus and
    Grafana evaluate tells everybody twice: for a context with `evaluator: grafana` and `recording: prometheus`, write
    with --recording-only.
    """
    from dashkit.app.build import build_alerts
    from dashkit.export.alerting_files import RUNBOOKS
    from dashkit.model.alerts import AlertRule, RecordingRule

    if recording_only and alerts_only:
        raise UsageError("--recording-only and --alerts-only leave nothing", hint="without either, all is written")
    console = invocation.console
    kind = RecordingRule if recording_only else AlertRule if alerts_only else None
    built = build_alerts(output, invocation.ports, kind)
    if not built.alerting.groups and built.alerting.routing is None:
        folders = ", ".join(f"{path}/alerts" for path in invocation.project.dashboards)
        console.warn(f"no alert modules in {folders}")
    for name, changed in built.files:
        if invocation.verbose or (changed and invocation.text and not name.startswith(f"{RUNBOOKS}/")):
            console.info(f"{'wrote' if changed else 'same '} {name}")
    for name in built.removed:
        console.info(f"removed {name}")
    _summarise(built, invocation)
    return ExitCode.OK


def _summarise(built: AlertFiles, invocation: Invocation) -> None:
    from dashkit.compiler.compile import shown_path
    from dashkit.model.words import counted

    groups, files = built.alerting.groups, built.files
    alerts = sum(len(group.alerts) for group in groups)
    recordings = sum(len(group.rules) for group in groups) - alerts
    if invocation.json:
        summary = {"groups": len(groups), "alerts": alerts, "recording_rules": recordings}
        invocation.console.json(
            {"files": [name for name, _ in files], "removed": list(built.removed), "summary": summary}
        )
        return
    shown = shown_path(built.folder, Path.cwd())
    invocation.console.info(
        f"{counted(alerts, 'alert')} and {counted(recordings, 'recording rule')} in {counted(len(groups), 'group')}; "
        f"{counted(len(files), 'file')} in {shown}/, {sum(changed for _, changed in files)} changed"
    )


_routing = click.option(
    "--routing", is_flag=True, help="Also who is told: contact points, and the project's own notification policy."
)


@command.command(
    short_help="Show what `rules push` would change.",
    epilog="""\b
Examples:
  dashkit rules diff --context prod
  dashkit rules diff --exit-code          exit with 1 if something differs
  dashkit rules diff --routing            also who is told; secrets come from the environment
""",
)
@options.context
@options.alert_plan
@_routing
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a push would change or refuse something.")
@options.common("text", "json")
def diff(invocation: Invocation, exit_code: bool, **given: Any) -> int:
    """Compare the alert modules with the rules that this Grafana evaluates. Nothing is written.

    Only for a context that says `evaluator: grafana`; elsewhere Prometheus evaluates the rules, from the files of
    `dashkit rules build`.
    """
    from dashkit.app import alerts

    with alerts.prepare(alerts.Request(**given, dry_run=True), invocation.ports) as prepared:
        invocation.tell(prepared.warnings)
        if invocation.json:
            invocation.console.json(_data(prepared))
        else:
            _show(prepared, invocation)
    return ExitCode.FOUND if exit_code and prepared.differs else ExitCode.OK


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
@options.context
@options.alert_plan
@_routing
@options.yes("Do not ask before deleting.")
@options.max_delete("Refuse a prune of more groups than this.")
@options.no_check
@options.common("text", "json")
def push(invocation: Invocation, yes: bool, **given: Any) -> int:
    """Compile, compare, then write the groups that differ, one by one; they stay editable in Grafana's UI.

    A group that someone edited since the last push, that file provisioning owns, or that dashkit did not make is refused
    with the reason; the others go on. With --routing the policy tree of the organisation gets one route of the project's,
    which catches the alerts that dashkit pushed; everything else in it stays as it is. A contact point or the route that
    someone edited is refused as a rule is. If the check finds an error in what would be written, nothing is written at all.
    """
    from dashkit.app import alerts
    from dashkit.cli.commands.push import refuse, take_back
    from dashkit.deploy.outcome import exit_code

    with alerts.prepare(alerts.Request(**given), invocation.ports) as prepared:
        invocation.tell(prepared.warnings)
        if invocation.text:
            _show(prepared, invocation)
        elif prepared.problems:
            invocation.console.json(_data(prepared))
        if prepared.problems:
            return refuse(len(prepared.problems), invocation)
        agreed = invocation.agree(alerts.to_ask(prepared), yes=yes)
        done = alerts.carry_out(prepared, agreed, invocation.ports)
    invocation.tell(done.warnings)
    if invocation.text:
        _show_result(done.result, prepared, invocation)
        take_back(done.result, prepared.request.context_name, invocation)
    else:
        invocation.console.json(_data(prepared, done.result))
    if done.result.interrupted:
        raise KeyboardInterrupt
    return exit_code(done.result.errors, prepared.refused)


def _show(prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.alerts_text import routing_text, rules_text
    from dashkit.report.problems import problems_text

    console, style = invocation.console, invocation.console.out_style
    loud = {"verbose": invocation.verbose, "quiet": invocation.quiet}
    console.lines(rules_text(prepared.plan, style, where=prepared.connected.where, **loud))
    if prepared.routing is not None:
        console.lines(routing_text(prepared.routing, style, quiet=invocation.quiet))
    console.lines(problems_text(prepared.problems, style))
    console.flush()


def _show_result(result: Result, prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.alerts_text import rule_failures, rules_done

    console, style = invocation.console, invocation.console.out_style
    console.lines(rule_failures(result.outcomes, style))
    console.lines(filter(None, [rules_done(result.outcomes, prepared.connected.where, style)]))


def _data(prepared: Prepared, result: Result | None = None) -> dict[str, Any]:
    from dashkit.report.alerts_text import routing_data, rules_data
    from dashkit.report.problems import problems_data

    context = prepared.connected.context
    outcomes = result.outcomes if result else ()
    data: dict[str, Any] = {"context": context.name, "url": context.url}
    if result and result.kept:
        data["push"] = result.kept
    data["rules"] = rules_data(prepared.plan.steps, outcomes)
    if prepared.problems:
        data["problems"] = problems_data(prepared.problems)
    if prepared.routing is not None:
        data["routing"] = routing_data(prepared.routing, outcomes)
    return data
