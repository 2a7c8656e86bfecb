"""What the modules make now, for `dashkit watch`: read in a process of its own after each save."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashkit.app.shown_paths import ShownPaths
from dashkit.app.source import Alerting, compiled, compiled_alerting, picked, separated
from dashkit.compiler.alerts import dead_panels
from dashkit.compiler.compile import Failure
from dashkit.config.file import NAME
from dashkit.config.project import Project, load_project
from dashkit.errors import DashkitError, UsageError
from dashkit.model.dashboard import CompiledDashboard


@dataclass(frozen=True, slots=True)
class Source:
    """The dashboards and alert groups that compile, and what does not. ``alerting`` is None if nothing needs it."""

    project: Project
    dashboards: tuple[CompiledDashboard, ...] = ()
    failures: tuple[Failure, ...] = ()
    alerting: Alerting | None = None
    alert_failures: tuple[Failure, ...] = ()


def read_source(config: Path | None, *, alerts: bool) -> Source | Failure:
    """Compile the project. Return a failure if its dashkit.yaml cannot be read, as happens while somebody edits it.

    Args:
        alerts: whether the alert groups are pushed as well.
    """
    try:
        project = load_project(Path.cwd(), config)
        dashboards, failures = separated(compiled(project))
        alerting, broken = None, list[Failure]()
        if alerts or project.check.get("metrics"):
            alerting, broken = compiled_alerting(project)
            # Without the dashboards of a broken module, there would be no telling which links are dead.
            broken += [] if failures else dead_panels(alerting.groups, dashboards)
    except DashkitError as error:
        return Failure(error.where, error.message, error.hint)
    shown = ShownPaths(project.root, ())
    named, alerts_named = (tuple(map(shown.failure, found)) for found in (failures, broken))
    return Source(project, tuple(dashboards), named, alerting, alerts_named)


def watched(project: Project) -> list[Path]:
    """Return the files and folders whose changes matter; they need not exist."""
    named = [*project.check.get("metrics", ()), *project.check.get("own_rules", ())]
    return [*project.dashboards, project.file or project.root / NAME, *(project.root / name for name in named)]


def with_stand_ins(source: Source, known: Sequence[CompiledDashboard]) -> list[CompiledDashboard]:
    """Return the dashboards, and for those of broken modules what these made before.

    Without them, links to these dashboards would look dead.
    """
    there = {dashboard.uid for dashboard in source.dashboards}
    broken = {failure.path for failure in source.failures}
    before = (entry for entry in known if entry.source.path in broken and entry.uid not in there)
    return [*source.dashboards, *before]


def unknown(source: Source, known: Sequence[CompiledDashboard]) -> list[str]:
    """Return the broken modules of which nothing is known, since they never compiled."""
    paths = {entry.source.path for entry in known}
    return [failure.path for failure in source.failures if failure.path not in paths]


def selected(
    dashboards: Sequence[CompiledDashboard], source: Source, only: tuple[str, ...]
) -> Iterator[CompiledDashboard]:
    """Yield what ``--only`` selects, or everything.

    Raises:
        UsageError: a selector matched nothing, although everything compiles.
    """
    try:
        results: list[CompiledDashboard | Failure] = [*dashboards, *source.failures]
        for result in picked(results, only, source.project):
            if isinstance(result, CompiledDashboard):
                yield result
    except UsageError:
        if not source.failures:
            raise


def same(one: CompiledDashboard | None, other: CompiledDashboard) -> bool:
    """Return whether a push would make the same of both. Lines of the source do not matter."""
    return one is not None and _pushed(one) == _pushed(other)


def _pushed(entry: CompiledDashboard) -> tuple[object, ...]:
    return entry.title, entry.folder, entry.schema, entry.strict, entry.spec
