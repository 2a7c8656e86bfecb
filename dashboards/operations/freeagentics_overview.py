"""FreeAgentics at a glance: services, hosts, requests, coordination."""

from __future__ import annotations

from dashkit.authoring import UP, Panel, down_count, grid, prometheus, row, stat, up_timeline

from ..shared import hosts
from ..shared.page import page, trace_link
from ..shared.systems import FREEAGENTICS, FREEAGENTICS_INDICATORS

ALL = FREEAGENTICS.selector
errors, latency, coordination = (FREEAGENTICS_INDICATORS[key] for key in ("errors", "latency", "coordination"))


def state(title: str, job: str) -> Panel:
    return stat(
        title,
        prometheus(f"min(up{ALL(job=job)})", instant=True),
        mappings=UP,
        color_mode="background",
        description="Whether all instances answer Prometheus. Good: up.",
    )


health = row(
    "System health",
    grid(
        6,
        state("API", "freeagentics-api"),
        state("Workers", "freeagentics-workers"),
        state("Hosts", "node"),
        errors.stat("Errors"),
        latency.stat(),
        coordination.stat(),
    ),
)

course = row(
    "Course",
    grid(
        2,
        hosts.cpu_panel(ALL, key="cpu"),
        hosts.memory_panel(ALL, key="memory"),
        latency.timeseries("API response time", key="latency", links=[trace_link("freeagentics-api")]),
        errors.timeseries("API error rate", key="error-rate"),
    ),
)

detail = row(
    "Services and hosts",
    up_timeline("Instances", ALL(job="=~freeagentics-.*"), "job, instance", key="health", width=12, height=8),
    hosts.space_panel(ALL, key="space"),
    hosts.network_panel(ALL),
    hosts.disk_panel(ALL),
    down_count("Targets down", ALL, width=24, height=3),
    collapsed=True,
)

dashboard = page(
    "FreeAgentics: system overview",
    uid="freeagentics-overview",
    description="Services, hosts, requests and coordination of FreeAgentics.",
    tags=["operations", "freeagentics"],
    system=FREEAGENTICS,
    refresh="30s",
    drill=[("API", "freeagentics-api"), ("Agents", "freeagentics-agents"), ("Hosts", "hosts")],
    traces=True,
    panels=[health, course, detail],
)
