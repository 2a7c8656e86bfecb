"""``dashkit import``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import import_options, options
from dashkit.cli.invocation import Invocation
from dashkit.errors import DashkitError, ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.import_request import Imported
    from dashkit.app.import_routing import ImportedRouting
    from dashkit.app.import_rules import ImportedRules
    from dashkit.importer.inputs import Input


@click.command(
    "import",
    short_help="Turn dashboards and alerts that exist into modules.",
    epilog="""\b
Examples:
  dashkit import checkout.json                          dashboards/TITLE.py
  dashkit import exported/ --to dashboards/imported     a module for each file, in the same directories
  dashkit import kubernetes-mixin/mixin.libsonnet       the dashboards of a mixin
  dashkit import --folder "Team/Service" -c prod        dashboards of a Grafana, without what the context adds
  dashkit import latest --folder Team                   a folder of the newest backup
  dashkit import --id 1860 --title "Hosts"              a dashboard of grafana.com, pinned in dashkit.lock
  dashkit import exported/ --as json                    JSON files in dashkit's own form
  dashkit import old/ --upgrade --report                graph, singlestat and old schemas as one makes them today
  dashkit import exported/ --report --format json       what became of each panel
  dashkit import rules/*.yml                            alert modules of rule files, in dashboards/alerts
  dashkit import --alerts --routing -c prod             what a Grafana evaluates, and who it tells
""",
)
@import_options.everything
@options.common("text", "json")
def command(invocation: Invocation, report: bool, alerts: bool, routing: bool, **given: Any) -> int:
    """Turn dashboards into modules of `dashkit.authoring`, as a person would have written them, with a proof.

    SOURCE is a JSON file (classic, an export with `__inputs`, a Kubernetes-style resource), a Jsonnet file that makes
    dashboards or is a mixin, a directory of such files, or an archive of `dashkit backup` (a file, a name, `latest`). --uid,
    --folder and --all take dashboards of the context's Grafana (`dashkit adopt` also takes them over). --id takes dashboards
    of grafana.com, which `dashkit market` keeps up to date. Panels become calls of their helpers, positions become rows and
    grids, and ids of panels are kept. What no helper can say is raw JSON.

    SOURCE can also be a rule file of Prometheus or a PrometheusRule resource. --alerts takes the rules of the context's Grafana,
    --routing its contact points, policies and mute timings: secrets become names of environment variables.

    Each module is compiled in a process of its own and compared with its source: where they differ, it is not written. Places are
    compared as Grafana draws them, and what a panel takes anyway need not be said.
    """
    from dashkit.app import import_, market_import
    from dashkit.app.import_request import Done, Request

    if alerts or routing:
        return _alerting(invocation, alerts=alerts, routing=routing, report=report, given=given)
    rules, given["sources"] = _rule_files(invocation, given)
    use_case = market_import if given["ids"] else import_
    request = Request(**given, ask=invocation.asking(_question))
    done = Done([]) if rules and not given["sources"] else use_case.carry_out(request, invocation.ports)
    rules += done.rules
    invocation.notify(done.warnings)
    results = done.results
    if invocation.json:
        data = {"dashboards": [_data(one) for one in results], "summary": _summary(results)}
        invocation.console.json(data | ({"rules": [_rules_data(one) for one in rules]} if rules else {}))
    for one in results:
        if one.error is not None:
            invocation.console.failure(one.error)
        elif invocation.text:
            _show(one, invocation, report=report)
    _show_rules(rules, invocation, report=report)
    if invocation.text and (results or not rules):
        _show_summary(results, invocation)
        if not report and (lost := sum(len(one.lost) for one in results)):
            invocation.console.info(f"lost: {lost} kind{'' if lost == 1 else 's'} of settings; --report names them")
    invocation.notify((), done.notes)
    return _exit_code([*(one.error for one in results), *(one.error for one in rules)])


def _question(one: Input) -> str:
    return f"{one.label} (input {one.name} of the export)"


def _show(one: Imported, invocation: Invocation, *, report: bool) -> None:
    console = invocation.console
    console.info(f"{'wrote' if one.changed else 'same '} {one.file}")
    if not report:
        return
    how = [
        text
        for count, text in (
            (one.panels.helper, "by their helpers"), (one.panels.panel, "by panel(...)"), (one.panels.plain, "as JSON"),
        )
        if count
        for text in [f"{count} {text}"]
    ]  # fmt: skip
    lines = f"{one.lines[0]} lines for {one.lines[1]} of JSON; " if one.lines[0] else ""
    console.out(f"{one.file}: {lines}panels: {', '.join(how) or 'none'}")
    lost = [f"lost: {line}" for line in one.lost]
    for note in (*one.notes, *one.modernised, *lost, *(one.left_out if console.verbose else ())):
        console.out(f"    {note}")


def _show_summary(results: list[Imported], invocation: Invocation) -> None:
    from dashkit.model.words import counted

    summary = _summary(results)
    equal = summary["equal"]
    failed = f", {summary['failed']} failed" if summary["failed"] else ""
    source = "the upgraded source" if any(one.modernised for one in results) else "the source"
    imported = f"{counted(equal, 'dashboard')} imported, equal to {source}" if equal else "nothing imported"
    invocation.console.info(f"{imported}{failed}")


def _summary(results: list[Imported]) -> dict[str, Any]:
    panels = {
        name: sum(getattr(one.panels, key) for one in results)
        for name, key in (("helper", "helper"), ("panel", "panel"), ("dict", "plain"))
    }
    done = [one for one in results if one.error is None]
    return {
        "dashboards": len(results), "equal": sum(one.equal for one in done), "failed": len(results) - len(done), "panels": panels,
    }  # fmt: skip


def _data(one: Imported) -> dict[str, Any]:
    panels = {"helper": one.panels.helper, "panel": one.panels.panel, "dict": one.panels.plain}
    return {
        "source": one.source, "uid": one.uid, "title": one.title, "file": one.file, "equal": one.equal, "panels": panels,
        "lines": one.lines[0], "modernised": [*one.notes, *one.modernised, *one.left_out], "lost": list(one.lost),
        "error": one.error.message if one.error else "",
    }  # fmt: skip


def _alerting(invocation: Invocation, *, alerts: bool, routing: bool, report: bool, given: dict[str, Any]) -> int:
    """Import the rules and the routing of a server."""
    from dashkit.app import import_alerts, import_routing
    from dashkit.app.import_rules import alerts_root

    if given["sources"] or given["uids"] or given["everything"] or given["kind"] != "python":
        text = "--alerts and --routing go with --context, --folder, --to and --force only"
        raise UsageError(text, hint="dashkit import --alerts --routing")
    name, to, force = given["context_name"], alerts_root(invocation.project, given["to"]), given["force"]
    rules: list[ImportedRules] = []
    if alerts:
        done = import_alerts.carry_out(import_alerts.Request(name, given["folder"], to, force), invocation.ports)
        invocation.notify(done.warnings)
        rules = done.results
    routed = import_routing.carry_out(import_routing.Request(name, to, force), invocation.ports) if routing else None
    if invocation.json:
        data = {"rules": [_rules_data(one) for one in rules]} if alerts else {}
        invocation.console.json(data | ({"routing": _routing_data(routed)} if routed else {}))
    _show_rules(rules, invocation, report=report)
    if routed:
        _show_routing(routed, invocation, report=report)
    return _exit_code([*(one.error for one in rules), *([routed.error] if routed else [])])


def _show_routing(one: ImportedRouting, invocation: Invocation, *, report: bool) -> None:
    from dashkit.model.words import counted

    console = invocation.console
    invocation.notify(one.warnings)
    for text in one.left:
        console.warn(f"stays in Grafana only: {text}")
    if one.error is not None:
        console.failure(one.error)
        return
    if not invocation.text:
        return
    console.info(f"{'wrote' if one.changed else 'same '} {one.file}")
    words = ((one.contact_points, "contact point"), (one.routes, "route"), (one.mute_timings, "mute timing"))
    if report:
        console.out(f"    {one.lines} lines")
    console.info(f"{', '.join(counted(*word) for word in words)} imported, equal to the source")
    if one.variables:
        console.info("Grafana shows no secrets; before `dashkit rules push --routing`, set these variables to them:")
        for name in one.variables:
            console.info(f"    {name}")


def _routing_data(one: ImportedRouting) -> dict[str, Any]:
    return {
        "source": one.source, "file": one.file, "equal": one.equal, "contact_points": one.contact_points,
        "routes": one.routes, "mute_timings": one.mute_timings, "variables": list(one.variables), "left": list(one.left),
        "lines": one.lines, "error": one.error.message if one.error else "",
    }  # fmt: skip


def _rule_files(invocation: Invocation, given: dict[str, Any]) -> tuple[list[ImportedRules], tuple[Path, ...]]:
    """Import the rule files among the sources, and return the other sources."""
    from dashkit.app import import_rules

    if given["kind"] == "json" or given["uids"] or given["folder"] or given["everything"]:
        return [], given["sources"]
    files, others = import_rules.split(given["sources"])
    to = import_rules.alerts_root(invocation.project, given["to"])
    request = import_rules.Request(tuple(files), to, given["force"])
    return import_rules.carry_out(request) if files else [], tuple(others)


def _show_rules(results: Sequence[ImportedRules], invocation: Invocation, *, report: bool) -> None:
    """Say what became of each module of rules, and how many rules there are in all."""
    for one in results:
        if one.error is not None:
            invocation.console.failure(one.error)
        elif invocation.text:
            invocation.console.info(f"{'wrote' if one.changed else 'same '} {one.file}")
            if report:
                invocation.console.out(f"    {_lines(one)}{_counts([one])}")
                for note in one.notes:
                    invocation.console.out(f"    {note}")
    if invocation.text and results:
        failed = sum(one.error is not None for one in results)
        done = [one for one in results if one.error is None]
        invocation.console.info(
            (f"{_counts(done)} imported, equal to the source" if done else "no rules imported")
            + (f", {failed} failed" if failed else "")
        )


def _lines(one: ImportedRules) -> str:
    own, source = one.lines
    return f"{own} lines of {source}; " if source else f"{own} lines; "


def _counts(results: Sequence[ImportedRules]) -> str:
    from dashkit.model.words import counted

    alerts, records = sum(one.alerts for one in results), sum(one.recording_rules for one in results)
    return f"{counted(alerts, 'alert')} and {counted(records, 'recording rule')}"


def _rules_data(one: ImportedRules) -> dict[str, Any]:
    """Return what became of a module of rules, for programs."""
    return {
        "source": one.source, "file": one.file, "equal": one.equal, "rules": one.alerts + one.recording_rules,
        "alerts": one.alerts, "recording_rules": one.recording_rules, "lines": one.lines[0], "notes": list(one.notes),
        "error": one.error.message if one.error else "",
    }  # fmt: skip


def _exit_code(errors: Sequence[DashkitError | None]) -> int:
    """Return the exit code for what each source came to: that of the first error if all failed."""
    failed = [error for error in errors if error is not None]
    if not failed:
        return ExitCode.OK
    return ExitCode.PARTIAL if len(failed) < len(errors) else failed[0].code
