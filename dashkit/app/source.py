"""What the project's modules give: dashboards, alert groups, routing; all of it, or the failures."""

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
    """What the alert modules give."""

    groups: tuple[AlertGroup, ...] = ()
    routing: Routing | None = None


def sources(project: Project) -> Sources:
    """Where the project's modules are."""
    return Sources(project.root, project.dashboards, project.datasource_types)


def compiled(project: Project) -> Iterator[CompiledDashboard | Failure]:
    """What the project's modules and files give."""
    return compile_all(sources(project))


def picked(results: Iterable[_Result], only: tuple[str, ...], project: Project) -> Iterator[_Result]:
    """Those that ``--only`` selects, or all; `UsageError` at the end for a selection that matched nothing."""
    unmatched = set(only)
    for result in results:
        matches = _matches(result, only, project)
        unmatched -= matches
        if matches or not only:
            yield result
    if unmatched:
        raise UsageError(
            f"--only {sorted(unmatched)[0]}: no dashboard of that uid and no module at that path",
            hint="dashkit build --format json lists uids and paths",
        )


def all_dashboards(ports: Ports) -> list[CompiledDashboard]:
    """All of the project; where one module is broken, `InputError`: a plan made without it would call its dashboards gone."""
    done: list[CompiledDashboard] = []
    failed: list[Failure] = []
    for result in ports.compile(ports.project):
        if isinstance(result, Failure):
            failed.append(result)
        else:
            done.append(result)
    if failed:
        many = "dashboard or module does" if len(failed) == 1 else "dashboards or modules do"
        raise InputError(
            f"{len(failed)} {many} not compile; nothing was compared or written", hint="dashkit build",
            causes=map(failure_error, failed),
        )  # fmt: skip
    return done


def all_alerting(ports: Ports, dashboards: list[CompiledDashboard] | None = None) -> Alerting:
    """All groups and the routing; `InputError` where a module is broken or an alert links to a panel that is not there.

    ``dashboards`` are those of the project, where they have been compiled already.
    """
    groups: list[AlertGroup] = []
    routing, failures = None, []
    for result in compile_alerts(sources(ports.project)):
        if isinstance(result, Failure):
            failures.append(result)
        elif isinstance(result, Routing):
            routing = result
        else:
            groups.append(result)
    if any(rule.panel for group in groups for rule in group.alerts):
        found = list(ports.compile(ports.project) if dashboards is None else dashboards)
        broken = [entry for entry in found if isinstance(entry, Failure)]
        failures += broken or dead_panels(groups, [entry for entry in found if isinstance(entry, CompiledDashboard)])
    if failures:
        many = "module or alert is" if len(failures) == 1 else "modules or alerts are"
        raise InputError(f"{len(failures)} {many} broken; nothing was written", causes=map(failure_error, failures))
    return Alerting(tuple(groups), routing)


def alert_links(project: Project) -> AlertLinks:
    """Where alerts link to."""
    return AlertLinks(project.alerts.get("grafana", ""), project.alerts.get("runbooks", ""))


def failure_error(failure: Failure) -> InputError:
    """A module or dashboard that does not compile, as the failure of a run."""
    message = f"{failure.message} (at {failure.pointer})" if failure.pointer else failure.message
    return InputError(message, where=failure.where, hint=failure.hint, excerpt=failure.excerpt)


def _matches(result: CompiledDashboard | Failure, only: tuple[str, ...], project: Project) -> set[str]:
    path = result.path if isinstance(result, Failure) else result.source.path
    return {entry for entry in only if entry == result.uid or _in(path, entry, project)}


def _in(path: str, entry: str, project: Project) -> bool:
    """Whether a source path is the file, or below the directory, that the person named.

    ``.`` and what begins with it is said of the working directory; all else may also be said of the project.
    """
    source = (project.root / path).resolve()
    bases = (Path.cwd(),) if entry.split("/")[0] in (".", "..") else (Path.cwd(), project.root)
    return any(source.is_relative_to((base / entry).resolve()) for base in bases)
