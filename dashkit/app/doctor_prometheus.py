"""The checks of Prometheus and Alertmanager."""

from __future__ import annotations

from dashkit.app.ports import Ports
from dashkit.app.source import Alerting
from dashkit.doctor.row import Row
from dashkit.model.dashboard import CompiledDashboard


def prometheus_rows(url: str, ports: Ports, everything: list[CompiledDashboard], alerting: Alerting) -> list[Row]:
    """Return the rows of the Prometheus at a URL."""
    return []


def alertmanager_rows(url: str, ports: Ports, alerting: Alerting) -> list[Row]:
    """Return the rows of the Alertmanager at a URL."""
    return []
