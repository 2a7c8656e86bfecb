"""The agents of FreeAgentics: how many are at work, how well and how fast they coordinate."""

from __future__ import annotations

from dashkit.authoring import (
    Limit,
    grid,
    latency_heatmap,
    latency_lines,
    prometheus,
    row,
    stat,
    timeseries,
    total_rate,
    up_timeline,
)

from ..shared.page import page, trace_link
from ..shared.systems import FREEAGENTICS, FREEAGENTICS_INDICATORS

ALL = FREEAGENTICS.selector
GOOD = f"freeagentics_agent_coordination_success_total{ALL}"
BAD = f"freeagentics_agent_coordination_failures_total{ALL}"
TIME = "freeagentics_agent_coordination_time_seconds"
coordination = FREEAGENTICS_INDICATORS["coordination"]
success = f"{total_rate(GOOD)} / ({total_rate(GOOD)} + {total_rate(BAD)})"
SUCCESS = Limit(target=0.95, warning=0.95, critical=0.8, floor=True)

now = row(
    "Now",
    grid(
        4,
        stat(
            "Active agents",
            prometheus(f"sum(freeagentics_active_agents_total{ALL})"),
            decimals=0,
            sparkline=True,
            description="Agents at work. Good: moves with the users.",
        ),
        stat(
            "Coordination success",
            prometheus(success),
            unit="percentunit",
            decimals=1,
            sparkline=True,
            thresholds=SUCCESS.thresholds(),
            description="Share of coordinations that end well. Good: above 95 %.",
        ),
        stat(
            "Coordinations",
            prometheus(f"{total_rate(GOOD)} + {total_rate(BAD)}"),
            unit="ops",
            sparkline=True,
            description="Per second, good and failed.",
        ),
        stat(
            "Agent actions",
            prometheus(f"sum(freeagentics_agent_actions_per_second{ALL})"),
            unit="ops",
            sparkline=True,
            description="Actions per second as the workers count them.",
        ),
    ),
)

course = row(
    "Coordination",
    grid(
        2,
        coordination.timeseries(key="coordination"),
        latency_lines(
            "Coordination time",
            TIME,
            ALL,
            limit=Limit(target=1, warning=1, critical=5),
            links=[trace_link("freeagentics-workers")],
            description="How long agents take to agree. Good: p95 below a second.",
        ),
        timeseries(
            "Good and failed",
            prometheus(total_rate(GOOD), "good"),
            prometheus(total_rate(BAD), "failed"),
            unit="ops",
            stack=True,
            description="Coordinations per second by how they end.",
        ),
        timeseries(
            "Actions per agent",
            prometheus(
                f"sum(freeagentics_agent_actions_per_second{ALL}) / sum(freeagentics_active_agents_total{ALL})",
                "actions",
            ),
            unit="ops",
            legend="none",
            description="Good: steady. Agents that do less wait for each other.",
        ),
    ),
)

detail = row(
    "Workers",
    timeseries(
        "Agents by worker",
        prometheus(f"sum by (instance) (freeagentics_active_agents_total{ALL})", "{{instance}}"),
        stack=True,
        decimals=0,
        width=12,
        description="Good: even among workers.",
    ),
    up_timeline("Workers", ALL(job="freeagentics-workers"), width=12, height=8),
    latency_heatmap("Coordination time, distribution", TIME, ALL),
    collapsed=True,
)

dashboard = page(
    "FreeAgentics: agents",
    uid="freeagentics-agents",
    description="Agents at work, and how well and fast they coordinate.",
    tags=["development", "freeagentics"],
    system=FREEAGENTICS,
    drill=[("Overview", "freeagentics-overview")],
    traces=True,
    panels=[now, course, detail],
)
