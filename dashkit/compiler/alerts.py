"""Compile the alert modules. Every ``alerts/*.py`` below the configured paths exports ``groups``, ``routing`` or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from dashkit.compiler.compile import Failure, Sources, failure_of, shown_path, shown_place
from dashkit.compiler.load import authors_code, load, package_for
from dashkit.document.walk import panels
from dashkit.errors import InputError
from dashkit.model.alerts import AlertGroup, RecordingRule
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.panel_id import panel_id
from dashkit.model.routing import Routing

FOLDER = "alerts"
"""The directory of alert modules, directly below a configured path."""


def compile_alerts(sources: Sources) -> Iterator[AlertGroup | Routing | Failure]:
    """Yield the groups of all alert modules, in the order of their names, the routing, and a failure for each broken module.

    The names of groups must be unique in their folder. So must those of alerts with the same system and severity, except of
    plain ones: a rule file may repeat a name.
    """
    seen: dict[str, str] = {}
    for root in (path.resolve() for path in sources.paths):
        folder = root / FOLDER
        names = sorted(folder.glob("*.py")) if folder.is_dir() else []
        with package_for(root):
            for path in names:
                if path.name.startswith("_") or (sources.wanted is not None and not sources.wanted(path)):
                    continue
                shown = shown_path(path, sources.project)
                try:
                    for value in _exported(path, root, shown, sources.project):
                        yield _unique(value, seen, shown)
                except InputError as error:
                    yield failure_of(error, shown)


def dead_panels(groups: Iterable[AlertGroup], dashboards: Iterable[CompiledDashboard]) -> Iterator[Failure]:
    """Yield a failure for each alert that links to a dashboard or panel that the project does not have."""
    known = {dashboard.uid: {placed.panel.get("id") for placed in panels(dashboard.spec)} for dashboard in dashboards}
    for group in groups:
        for rule in group.full_alerts:
            if rule.panel is None:
                continue
            uid, key = rule.panel
            if uid not in known:
                yield Failure(str(rule.source), f"alert {rule.name}: there is no dashboard {uid!r}")
            elif panel_id(key) not in known[uid]:
                text = f"alert {rule.name}: dashboard {uid!r} has no panel with key={key!r}"
                yield Failure(str(rule.source), text, hint="set that key on the panel")


def _exported(path: Path, root: Path, shown: str, project: Path) -> list[AlertGroup | Routing]:
    with authors_code(project, shown):
        module = load(path, root)
        value: Any = getattr(module, "groups", [])
        found = [*(value() if callable(value) else value)]
        if isinstance(routing := getattr(module, "routing", None), Routing):
            found.append(routing)
    if not found or not all(isinstance(entry, AlertGroup | Routing) for entry in found):
        hint = "groups = [rule_group(...)] with dashkit.authoring.alerts"
        raise InputError("exports neither `groups` nor `routing`", where=shown, hint=hint)
    return [_with_shown_paths(entry, project) if isinstance(entry, AlertGroup) else entry for entry in found]


def _with_shown_paths(group: AlertGroup, project: Path) -> AlertGroup:
    def shown(source: Location) -> Location:
        return shown_place((source.path, source.line), project)

    rules = tuple(
        rule if isinstance(rule, RecordingRule) else replace(rule, source=shown(rule.source)) for rule in group.rules
    )
    return replace(group, rules=rules, source=shown(group.source))


def _unique(value: AlertGroup | Routing, seen: dict[str, str], shown: str) -> AlertGroup | Routing:
    if isinstance(value, Routing):
        places = {"the routing": shown}
    else:
        folder = f" in {value.folder}" if value.folder else ""
        places = {f"group {value.name}{folder}": str(value.source)}
        for rule in value.full_alerts:
            name = f"alert {value.system}/{rule.id}"
            if name in places:
                raise InputError(f"{name} is also at {places[name]}", where=str(rule.source))
            places[name] = str(rule.source)
    for name, place in places.items():
        if name in seen:
            raise InputError(f"{name} is also at {seen[name]}", where=place)
    seen.update(places)
    return value
