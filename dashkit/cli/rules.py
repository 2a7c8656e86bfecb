"""Compile the project's alert modules for a command."""

from __future__ import annotations

from dashkit.cli.compile import compiled, show_failure, sources
from dashkit.cli.console import Console
from dashkit.compiler.compile import Failure
from dashkit.compiler.rules import compile_rules, dead_panels
from dashkit.config.project import Project
from dashkit.errors import InputError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.links import AlertLinks
from dashkit.model.routing import Routing
from dashkit.model.rules import RuleGroup


def compile_rules_or_refuse(
    project: Project, console: Console, dashboards: list[CompiledDashboard] | None = None
) -> tuple[list[RuleGroup], Routing | None]:
    """All groups and the routing; nothing where a module is broken or an alert links to a panel that is not there.

    ``dashboards`` are those of the project, where they have been compiled already.
    """
    groups: list[RuleGroup] = []
    routing, failures = None, []
    for result in compile_rules(sources(project)):
        if isinstance(result, Failure):
            failures.append(result)
        elif isinstance(result, Routing):
            routing = result
        else:
            groups.append(result)
    if any(rule.panel for group in groups for rule in group.alerts):
        results = compiled(project) if dashboards is None else dashboards
        found = list(results)
        broken = [entry for entry in found if isinstance(entry, Failure)]
        failures += broken or dead_panels(groups, [entry for entry in found if isinstance(entry, CompiledDashboard)])
    for failure in failures:
        show_failure(failure, console)
    if failures:
        many = "module or alert is" if len(failures) == 1 else "modules or alerts are"
        raise InputError(f"{len(failures)} {many} broken; nothing was written")
    return groups, routing


def alert_links(project: Project) -> AlertLinks:
    """Where alerts link to."""
    return AlertLinks(project.alerts.get("grafana", ""), project.alerts.get("runbooks", ""))
