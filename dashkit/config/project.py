"""The project: the settings of dashkit.yaml with defaults filled in and paths made absolute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashkit.config import file
from dashkit.errors import ConfigError

STATE = ".dashkit"
"""Folder beside dashkit.yaml for local state that is not checked in, such as the current context."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project; ``file`` is None if there is no dashkit.yaml and everything is default."""

    name: str
    root: Path
    file: Path | None
    dashboards: tuple[Path, ...]
    build: Path
    datasource_types: Mapping[str, str]
    #: What dashkit.yaml says of datasources besides their types, by uid.
    datasources: Mapping[str, Mapping[str, Any]]
    contexts: Mapping[str, Mapping[str, Any]]
    alerts: Mapping[str, str]
    check: Mapping[str, Any]
    market: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The tag that marks the project's dashboards."""
        return f"dashkit:{self.name}"

    @property
    def grafana(self) -> str:
        """The version of Grafana that will show the dashboards, such as ``12`` or ``10.1``."""
        return str(self.check.get("grafana", "12"))

    def owns(self, path: Path) -> bool:
        """Return whether a resolved path is one of the project's folders of dashboards, or below one."""
        return any(path.is_relative_to(root.resolve()) for root in self.dashboards)


def load_project(start: Path, explicit: Path | None = None) -> Project:
    """Load the project that contains ``start``, or the one whose dashkit.yaml ``--config`` names."""
    if explicit is not None and not explicit.is_file():
        raise ConfigError("no such file", where=str(explicit))
    path = explicit.resolve() if explicit else file.find(start.resolve())
    root = path.parent if path else start.resolve()
    value = file.read(path) if path else {}
    name = value.get("project") or re.sub(r"[^A-Za-z0-9_.-]+", "-", root.name).strip("-.")[:40] or "dashboards"
    datasources = value.get("datasources", {})
    return Project(
        name=name,
        root=root,
        file=path,
        dashboards=tuple(root / entry for entry in value.get("dashboards", ["dashboards"])),
        build=root / value.get("build", "build/dashboards"),
        datasource_types={
            uid: entry if isinstance(entry, str) else entry["type"] for uid, entry in datasources.items()
        },
        datasources={uid: entry for uid, entry in datasources.items() if not isinstance(entry, str)},
        contexts=value.get("contexts", {}),
        alerts=value.get("alerts", {}),
        check=value.get("check", {}),
        market=value.get("market", {}),
    )
