"""The project's alert modules, as values and as the files that `dashkit rules build` writes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dashkit.compiler.alerts import compile_alerts
from dashkit.compiler.compile import Sources
from dashkit.export.alerting_files import alerting_files
from dashkit.model.alerts import AlertGroup
from dashkit.model.links import AlertLinks
from dashkit.model.routing import Routing
from tests.conftest import ROOT

LINKS = AlertLinks("https://grafana.example.org", "https://runbooks.example.org")


@cache
def compiled() -> tuple[tuple[AlertGroup, ...], Routing | None]:
    """All groups and the routing of the project."""
    groups: list[AlertGroup] = []
    routing = None
    for result in compile_alerts(Sources(ROOT, (ROOT / "dashboards",))):
        if isinstance(result, AlertGroup):
            groups.append(result)
        elif isinstance(result, Routing):
            routing = result
        else:
            raise AssertionError(result)
    return tuple(groups), routing


def write(folder: Path) -> Path:
    """Write all files below a folder."""
    groups, routing = compiled()
    for kind, name, data in alerting_files(groups, routing, LINKS):
        path = folder / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def rule_files(folder: Path) -> list[Path]:
    """The rule files for Prometheus."""
    return sorted((write(folder) / "rules").glob("*.yml"))
