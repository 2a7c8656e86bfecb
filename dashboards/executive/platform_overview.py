"""The five systems on one page: a row each, with state, objective and alerts that fire."""

from __future__ import annotations

from typing import Any

from dashkit.authoring import BUDGET, grid, mapping, prometheus, row, stat, thresholds

from ..shared.page import page
from ..shared.systems import SYSTEMS, System

STATES = [mapping(0, "down", "red"), mapping(1, "partly up", "orange"), mapping(2, "up", "green")]


def state(system: System) -> str:
    """2 where every scraped service answers on all instances, 1 where on some, 0 where one is gone."""
    up = f"up{system.selector(job='!~postgres|node|blackbox.*')}"
    return f"min(max by (job) ({up})) + min(min by (job) ({up}))"


def tiles(system: System) -> list[Any]:
    """Four tiles for a system, and the way to its overview."""
    to = [{"title": f"{system.title}: overview", "url": f"/d/{system.overview}?${{__url_time_range}}"}]
    firing = f'count(ALERTS{{system="{system.name}", alertstate="firing", severity=~"critical|high"}}) or vector(0)'
    # Each objective over its own budget: the one that is worst off speaks for the system.
    left = " or ".join(f"{objective.recorded('30d')} / {objective.budget:.12g}" for objective in system.objectives)
    reached = f"1 - max(slo:error_ratio:rate30d{system.selector(slo='availability')})"
    return grid(
        4,
        stat(
            "State",
            prometheus(state(system), instant=True),
            mappings=STATES,
            color_mode="background",
            links=to,
            key=f"{system.name}-state",
            description="Up: every service answers on all instances. Down: one does not answer at all.",
        ),
        stat(
            "Availability, 30 days",
            prometheus(reached, instant=True),
            unit="percentunit",
            decimals=3,
            links=to,
            key=f"{system.name}-availability",
            description="Of the service with the lowest. Good: at its target or above.",
            no_value="not recorded yet",
        ),
        stat(
            "Least budget left",
            prometheus(f"1 - max({left})", instant=True),
            unit="percentunit",
            decimals=0,
            thresholds=BUDGET,
            links=to,
            key=f"{system.name}-budget",
            description="Of all its objectives, the one that is worst off. Good: above 25 %.",
            no_value="not recorded yet",
        ),
        stat(
            "Critical and high alerts",
            prometheus(firing, instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            links=to,
            key=f"{system.name}-alerts",
            description="That fire now. Good: none.",
        ),
        height=3,
    )


dashboard = page(
    "Platform overview",
    uid="platform-overview",
    description="The five systems: state, objectives and alerts.",
    tags=["executive", "platform"],
    drill=[(system.title, system.overview) for system in SYSTEMS],
    panels=[row(system.title, tiles(system)) for system in SYSTEMS],
)
