"""``dashkit rules``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation, finish
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.alerts import Prepared
    from dashkit.app.build import AlertFiles
    from dashkit.deploy.outcome import Result


@click.group(
    short_help="Build, compare and push alert rules.",
    epilog="""\b
Examples:
  dashkit rules build                     write files for Prometheus and Alertmanager
  dashkit rules diff --context prod       show what would change in Grafana
  dashkit rules push --context prod       push the rules to Grafana
""",
)
def command() -> None:
    """Manage alert rules as code.

    The modules in `dashboards/alerts/` export `groups`; one of them may export `routing`. Prometheus evaluates the rules
    from files, or Grafana does if the context sets `evaluator: grafana`.
    """


@command.command(
    short_help="Write rule files, routing and runbooks.",
    epilog="""\b
Examples:
  dashkit rules build                                    write everything below build/
  dashkit rules build --recording-only -o prometheus     for a Prometheus, if Grafana evaluates the alerts
  promtool check rules build/rules/*.yml
  promtool test rules build/rules/tests/*.yml
  amtool check-config build/alertmanager/alertmanager.yml
""",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="The folder to write to.  [default: build]"
)
@click.option(
    "--recording-only", is_flag=True, help="Leave out alerts, runbooks and routing, if Grafana evaluates the alerts."
)
@click.option("--alerts-only", is_flag=True, help="Leave out recording rules, if Grafana evaluates them.")
@options.common("text", "json")
def build(invocation: Invocation, output: Path | None, recording_only: bool, alerts_only: bool) -> int:
    """Compile the alert modules to files.

    \b
      rules/SYSTEM.yml               rules for Prometheus
      rules/tests/SYSTEM.yml         promtool tests: for each alert, a case that fires and one that does not
      rules/kubernetes/SYSTEM.yaml   the same rules as PrometheusRule resources
      alertmanager/alertmanager.yml  routing; secrets are read from files
      alertmanager/grafana/          the same routing as provisioning files for Grafana
      runbooks/SYSTEM/ALERT.md       a page for each alert

    `alerts:` in dashkit.yaml sets the addresses that alerts link to. If a module does not load, or an alert links to a
    panel that does not exist, nothing is written.

    Rules that both Prometheus and Grafana evaluate notify everyone twice. For a context with `evaluator: grafana` and
    `recording: prometheus`, use --recording-only.
    """
    from dashkit.app.build import build_alerts
    from dashkit.export.alerting_files import RUNBOOKS
    from dashkit.export.alertmanager import only_grafana
    from dashkit.model.alerts import AlertRule, RecordingRule
    from dashkit.model.words import counted

    if recording_only and alerts_only:
        raise UsageError(
            "--recording-only and --alerts-only together leave nothing to write", hint="use one of them, or neither"
        )
    console = invocation.console
    kind = RecordingRule if recording_only else AlertRule if alerts_only else None
    built = build_alerts(output, invocation.ports, kind)
    if not built.alerting.groups and built.alerting.routing is None:
        folders = ", ".join(f"{path}/alerts" for path in invocation.project.dashboards)
        console.warn(f"no alert modules in {folders}")
    for name, changed in built.files:
        if invocation.verbose or (changed and invocation.text and not name.startswith(f"{RUNBOOKS}/")):
            console.info(f"{'wrote' if changed else 'same '} {name}")
    pages = sum(changed for name, changed in built.files if name.startswith(f"{RUNBOOKS}/"))
    if pages and invocation.text and not invocation.verbose:
        console.info(f"wrote {RUNBOOKS}/: {counted(pages, 'page')}")
    for name in built.removed:
        console.info(f"removed {name}")
    if built.alerting.routing is not None and (why := next(only_grafana(built.alerting.routing), "")):
        console.warn(f"no alertmanager.yml, since Alertmanager cannot do all of the routing: {why}")
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
    "--routing",
    is_flag=True,
    help="Include the routing: contact points, mute timings and the project's notification policy.",
)


@command.command(
    short_help="Show what `rules push` would change.",
    epilog="""\b
Examples:
  dashkit rules diff --context prod
  dashkit rules diff --exit-code          exit with 1 if a push would change something
  dashkit rules diff --routing            include the routing; secrets come from the environment
""",
)
@options.context
@options.alert_plan
@_routing
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a push would change or refuse something.")
@options.common("text", "json")
def diff(invocation: Invocation, exit_code: bool, **given: Any) -> int:
    """Compare the alert modules with the rules that Grafana evaluates. Nothing is written.

    This needs a context with `evaluator: grafana`. In other contexts, Prometheus evaluates the rules from the files that
    `dashkit rules build` writes.
    """
    from dashkit.app import alerts

    with alerts.prepare(alerts.Request(**given, dry_run=True), invocation.ports) as prepared:
        invocation.notify(prepared.warnings)
        if invocation.json:
            invocation.console.json(_data(prepared))
        else:
            _show(prepared, invocation)
    return ExitCode.FOUND if exit_code and prepared.differs else ExitCode.OK


@command.command(
    short_help="Make Grafana's alert rules match the source.",
    epilog="""\b
Examples:
  dashkit rules push --context prod
  dashkit rules push --prune --yes               also delete groups that left the source
  dashkit rules push --on-drift overwrite        undo edits made in the UI
  SLACK_URL=... dashkit rules push --routing     include the routing; secrets come from the environment
""",
)
@options.context
@options.alert_plan
@_routing
@options.yes("Do not ask before deleting.")
@options.max_delete("Refuse to prune more groups than this.")
@options.no_check
@options.common("text", "json")
def push(invocation: Invocation, yes: bool, **given: Any) -> int:
    """Compile the alert modules, compare them with Grafana, and write the groups that differ. They stay editable in the UI.

    A group is refused, with the reason, if it was edited since the last push, if it comes from file provisioning, or if
    dashkit does not manage it; the others are still pushed. If the check finds an error in what would be written, nothing
    is written at all.

    With --routing, the organisation's policy tree gets one route for the project, which matches the alerts that dashkit
    pushed; the rest of the tree is not changed. The route and the contact points are also refused if they were edited.
    """
    from dashkit.app import alerts
    from dashkit.cli.commands.push import refuse, take_back

    with alerts.prepare(alerts.Request(**given), invocation.ports) as prepared:
        invocation.notify(prepared.warnings)
        if invocation.text:
            _show(prepared, invocation)
        elif prepared.problems:
            invocation.console.json(_data(prepared))
        if prepared.problems:
            return refuse(len(prepared.problems), invocation)
        agreed = invocation.agree(alerts.questions(prepared), yes=yes)
        done = alerts.carry_out(prepared, agreed, invocation.ports)
    invocation.notify(done.warnings)
    if invocation.text:
        _show_result(done.result, prepared, invocation)
        take_back(done.result, prepared.request.context_name, invocation)
    else:
        invocation.console.json(_data(prepared, done.result))
    return finish(done.result, prepared.refused)


def _show(prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.alerts_text import routing_text, rules_text
    from dashkit.report.problems import problems_text

    console, style = invocation.console, invocation.console.out_style
    console.lines(rules_text(prepared.plan, style, where=prepared.connected.where, **invocation.loudness))
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
