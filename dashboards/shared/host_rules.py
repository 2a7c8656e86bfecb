"""Alerts of hosts, from the node exporter: the same for every system that has hosts of its own."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.authoring import CRITICAL, MEDIUM, AlertRule, alert, fires, quiet, selector, with_labels

from . import hosts, runbooks
from .rules import PRODUCTION, camel


def host_alerts(system: str, title: str, dashboard: str) -> Iterator[AlertRule]:
    """CPU, memory and disk of the hosts of a system; ``dashboard`` has panels with the keys cpu, memory and space."""
    where = selector(f'system="{system}"', PRODUCTION)
    host = {"system": system, "environment": "production", "instance": "h"}

    def cpu(share: float) -> dict[str, str]:
        return {
            with_labels("node_cpu_seconds_total", {**host, "cpu": "0", "mode": "idle"}): f"0+{(1 - share) * 60:g}x60"
        }

    def memory(share: float) -> dict[str, str]:
        return {
            with_labels("node_memory_MemAvailable_bytes", host): f"{(1 - share) * 100:g}x60",
            with_labels("node_memory_MemTotal_bytes", host): "100x60",
        }

    def disk(share: float) -> dict[str, str]:
        labels = {**host, "mountpoint": "/", "fstype": "ext4", "device": "/dev/vda"}
        return {
            with_labels("node_filesystem_avail_bytes", labels): f"{(1 - share) * 100:g}x60",
            with_labels("node_filesystem_size_bytes", labels): "100x60",
        }

    name = camel(system)
    for what, expr, limit, severity, sample, runbook, key in (
        ("CPU", hosts.busy(where, "5m"), 0.8, MEDIUM, cpu, runbooks.SATURATION, "cpu"),
        ("memory", hosts.memory_used(where), 0.85, MEDIUM, memory, runbooks.SATURATION, "memory"),
        ("disk", hosts.disk_used(where), 0.85, MEDIUM, disk, runbooks.DISK, "space"),
        ("disk", hosts.disk_used(where), 0.9, CRITICAL, disk, runbooks.DISK, "space"),
    ):
        place = "[mountpoint] of [instance]" if what == "disk" else "[instance]"
        yield alert(
            f"{name}Host{what.capitalize()}High",
            expr,
            above=limit,
            severity=severity,
            wait="2m" if severity is CRITICAL else "5m",
            unit="percentunit",
            symptom=f"saturation-{what.lower()}",
            summary=f"{title}: a host is short of {'disk space' if what == 'disk' else what}",
            description=f"{place}: {{value}} in use, more than {{limit}}.",
            runbook=runbook,
            panel=(dashboard, key),
            labels={"service": "hosts"},
            tests=[fires(sample(limit + 0.04)), quiet(sample(limit - 0.04))],
        )
