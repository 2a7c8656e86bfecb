"""The output of the project's modules: dashboards, alert groups and routing, or the failures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dashkit.compiler.alerts import compile_alerts, dead_panels
from dashkit.compiler.compile import Failure, Sources, compile_all
from dashkit.config.project import Project
from dashkit.errors import InputError, UsageError
from dashkit.model.alerts import AlertGroup
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.links import AlertLinks
from dashkit.model.routing import Routing

if TYPE_CHECKING:
    from dashkit.app.ports import Ports

_Result = TypeVar("_Result", bound=CompiledDashboard | Failure)


@dataclass(frozen=True, slots=True)
class Alerting:
    """The output of the alert modules."""

    groups: tuple[AlertGroup, ...] = ()
    routing: Routing | None = None


def sources(project: Project) -> Sources:
    """Return where the project's modules are."""
    return Sources(project.root, project.dashboards, project.datasource_types)


def compiled(project: Project) -> Iterator[CompiledDashboard | Failure]:
    """Compile the project's modules and JSON files."""
    return compile_all(sources(project))


def picked(results: Iterable[_Result], only: tuple[str, ...], project: Project) -> Iterator[_Result]:
    """Yield what ``--only`` selects, or everything. Raises `UsageError` at the end if a selector matched nothing."""
    unmatched = set(only)
    for result in results:
        matches = _matches(result, only, project)
        unmatched -= matches
        if matches or not only:
            yield result
    if unmatched:
        raise UsageError(
            f"--only {sorted(unmatched)[0]}: no dashboard has this uid, and no module is at this path",
            hint="dashkit build --format json lists uids and paths",
        )


def all_dashboards(ports: Ports) -> list[CompiledDashboard]:
    """Return all dashboards. Raises `InputError` if a module is broken: without it, a plan would delete its dashboards."""
    dashboards, failures = separated(ports.compile(ports.project))
    if failures:
        many = "dashboard or module does" if len(failures) == 1 else "dashboards or modules do"
        raise InputError(
            f"{len(failures)} {many} not compile; nothing was compared or written", hint="dashkit build",
            causes=map(failure_error, failures),
        )  # fmt: skip
    return dashboards


def all_alerting(ports: Ports, dashboards: list[CompiledDashboard] | None = None) -> Alerting:
    """Return all groups and the routing.

    Args:
        dashboards: those of the project, if they are compiled already.

    Raises:
        InputError: a module is broken, or an alert links to a panel that does not exist.
    """
    alerting, failures = compiled_alerting(ports.project)
    if any(rule.panel for group in alerting.groups for rule in group.full_alerts):
        dashboards, broken = separated(ports.compile(ports.project) if dashboards is None else dashboards)
        failures += broken or dead_panels(alerting.groups, dashboards)
    if failures:
        many = "module or alert is" if len(failures) == 1 else "modules or alerts are"
        raise InputError(f"{len(failures)} {many} broken; nothing was written", causes=map(failure_error, failures))
    return alerting


def compiled_alerting(project: Project) -> tuple[Alerting, list[Failure]]:
    """Return the groups and the routing of the alert modules that compile, and what is broken."""
    groups: list[AlertGroup] = []
    routing, failures = None, []
    for result in compile_alerts(sources(project)):
        if isinstance(result, Failure):
            failures.append(result)
        elif isinstance(result, Routing):
            routing = result
        else:
            groups.append(result)
    return Alerting(tuple(groups), routing), failures


def alert_links(project: Project) -> AlertLinks:
    """Return the base URLs for the links of alerts."""
    return AlertLinks(project.alerts.get("grafana", ""), project.alerts.get("runbooks", ""))


def failure_error(failure: Failure) -> InputError:
    """Turn a module or dashboard that does not compile into an exception."""
    message = f"{failure.message} (at {failure.pointer})" if failure.pointer else failure.message
    return InputError(message, where=failure.where, hint=failure.hint, excerpt=failure.excerpt)


def separated(
    results: Iterable[CompiledDashboard | Failure],
) -> tuple[list[CompiledDashboard], list[Failure]]:
    """Return the dashboards, and what is broken."""
    results = list(results)
    failures = [result for result in results if isinstance(result, Failure)]
    return [result for result in results if isinstance(result, CompiledDashboard)], failures


def _matches(result: CompiledDashboard | Failure, only: tuple[str, ...], project: Project) -> set[str]:
    path = result.path if isinstance(result, Failure) else result.source.path
    return {entry for entry in only if entry == result.uid or _in(path, entry, project)}


def _in(path: str, entry: str, project: Project) -> bool:
    """Return whether a source path is the named file, or inside the named directory.

    ``.``, ``..`` and paths that begin with them are relative to the working directory only; others may also be relative to the
    project.
    """
    source = (project.root / path).resolve()
    bases = (Path.cwd(),) if entry.split("/")[0] in (".", "..") else (Path.cwd(), project.root)
    return any(source.is_relative_to((base / entry).resolve()) for base in bases)
