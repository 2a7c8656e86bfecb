"""The five systems on one page: the state of all, and a tab each with objectives, budgets and alerts that fire."""

from __future__ import annotations

from dashkit.authoring import BUDGET, Panel, auto_grid, mapping, prometheus, stat, tab, tabs, thresholds, timeseries

from ..shared.page import page
from ..shared.systems import SYSTEMS, System

#: Lines of a tab.
HEIGHT = 8
STATES = [mapping(0, "down", "red"), mapping(1, "partly up", "orange"), mapping(2, "up", "green")]


def state(system: System) -> str:
    """2 where every scraped service answers on all instances, 1 where on some, 0 where one is gone."""
    up = f"up{system.selector(job='!~postgres|node|blackbox.*')}"
    return f"min(max by (job) ({up})) + min(min by (job) ({up}))"


def overview(system: System) -> list[dict[str, str]]:
    """The way to the overview of a system."""
    return [{"title": f"{system.title}: overview", "url": f"/d/{system.overview}?${{__url_time_range}}"}]


def now(system: System) -> Panel:
    """Whether a system is up."""
    return stat(
        system.title,
        prometheus(state(system), instant=True),
        mappings=STATES,
        color_mode="background",
        links=overview(system),
        key=f"{system.name}-state",
        description="Up: every service answers on all instances. Down: one does not answer at all.",
    )


def line(system: System) -> list[Panel]:
    """Three tiles for a system, and how its budgets burn."""
    to = overview(system)
    firing = f'count(ALERTS{{system="{system.name}", alertstate="firing", severity=~"critical|high"}}) or vector(0)'

    # Each objective over its own budget: the one that is worst off speaks for the system.
    def worst(window: str) -> str:
        return " or ".join(f"{one.recorded(window)} / {one.budget:.12g}" for one in system.objectives)

    reached = f"1 - max(slo:error_ratio:rate30d{system.selector(slo='availability')})"
    return [
        stat(
            "30 days",
            prometheus(reached, instant=True),
            unit="percentunit",
            decimals=3,
            links=to,
            width=4,
            height=HEIGHT,
            key=f"{system.name}-availability",
            description="Availability of the service with the lowest. Good: at its target or above.",
            no_value="not recorded yet",
        ),
        stat(
            "Budget left",
            prometheus(f"1 - max({worst('30d')})", instant=True),
            unit="percentunit",
            decimals=0,
            thresholds=BUDGET,
            links=to,
            width=4,
            height=HEIGHT,
            key=f"{system.name}-budget",
            description="Of all its objectives, the one that is worst off. Good: above 25 %.",
            no_value="not recorded yet",
        ),
        stat(
            "Alerts",
            prometheus(firing, instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            links=to,
            width=4,
            height=HEIGHT,
            key=f"{system.name}-alerts",
            description="Critical and high ones that fire now. Good: none.",
        ),
        timeseries(
            "Burn rate",
            prometheus(f"max({worst('1h')})", "worst objective"),
            thresholds=thresholds("transparent", (1, "orange"), (14.4, "red")),
            legend="none",
            width=12,
            height=HEIGHT,
            links=to,
            key=f"{system.name}-burn",
            description="How fast the objective that is worst off uses its budget. Good: below 1, an even pace.",
            no_value="not recorded yet",
        ),
    ]


dashboard = page(
    "Platform overview",
    uid="platform-overview",
    description="The five systems: state, objectives and alerts.",
    tags=["executive", "platform"],
    drill=[(system.title, system.overview) for system in SYSTEMS],
    panels=[
        auto_grid((now(system) for system in SYSTEMS), min_width="narrow", max_columns=5, height="short"),
        tabs(tab(system.title, line(system)) for system in SYSTEMS),
    ],
)
