"""The project's own dashboards and metric catalogue."""

from __future__ import annotations

from functools import cache
from typing import Any

from dashkit.compiler.compile import Sources, _compile, compile_all
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin
from dashkit.metrics.catalogue import Catalogue, read_catalogues
from dashkit.model.dashboard import CompiledDashboard
from tests.conftest import ROOT


@cache
def dashboards() -> tuple[CompiledDashboard, ...]:
    """All dashboards; one that does not compile is an error."""
    found = list(compile_all(Sources(ROOT, (ROOT / "dashboards",))))
    good = tuple(entry for entry in found if isinstance(entry, CompiledDashboard))
    assert len(good) == len(found), [entry for entry in found if not isinstance(entry, CompiledDashboard)]
    return good


def classic_dashboards() -> list[CompiledDashboard]:
    """Those of the classic schema."""
    return [dashboard for dashboard in dashboards() if not dashboard.schema]


@cache
def catalogues() -> list[Catalogue]:
    """The metric catalogue."""
    return read_catalogues(ROOT / "dashboards" / "shared" / "metrics")


def compiled(made: Any) -> CompiledDashboard:
    """What comes of a dashboard that a module exports."""
    return _compile(plain(made), Origin.GRAFANALIB, (), "made.py", Sources(ROOT, ()))


def is_prometheus(panel: dict[str, Any], target: dict[str, Any]) -> bool:
    """Whether Prometheus answers the query, and not a store of logs."""
    datasource = target.get("datasource") or panel.get("datasource") or {}
    return bool(datasource.get("type", "prometheus") == "prometheus")
