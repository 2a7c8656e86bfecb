"""The shop's four services against their objectives: what was reached, what budget is left, how fast it goes."""

from __future__ import annotations

from dashkit.authoring import (
    BUDGET,
    burn_lines,
    error_budget,
    grid,
    override,
    prometheus,
    row,
    selector,
    table,
    thresholds,
    timeseries,
)

from ..shared.page import page
from ..shared.systems import ENVIRONMENT, SHOP

objectives = SHOP.objectives
RATIO = f"""slo:error_ratio:rate30d{selector('system="shop"', 'slo="availability"', ENVIRONMENT)}"""


def budget_left() -> str:
    """Of all services at once: each ratio over its own budget."""
    parts = [f"{objective.recorded('30d')} / {objective.budget:.12g}" for objective in objectives]
    return f"1 - ({' or '.join(parts)})"


summary = row(
    "Objectives",
    table(
        "Availability over 30 days",
        prometheus(f"1 - {RATIO}", format="table", instant=True, ref="Reached"),
        prometheus(budget_left(), format="table", instant=True, ref="Left"),
        prometheus(
            " or ".join(objective.budget_used(objective.recorded("1h")) for objective in objectives),
            format="table",
            instant=True,
            ref="Burn",
        ),
        width=12,
        height=8,
        rename={
            "service": "Service",
            "Value #Reached": "Reached",
            "Value #Left": "Budget left",
            "Value #Burn": "Burn rate",
        },
        order=["service", "Value #Reached", "Value #Left", "Value #Burn"],
        hide=["__name__", "system", "slo", "environment"],
        sort_by="Budget left",
        descending=False,
        overrides=[
            override("Reached", unit="percentunit", decimals=3),
            override("Budget left", unit="percentunit", decimals=1, thresholds=BUDGET, cell="color-text"),
            override(
                "Burn rate", decimals=2, thresholds=thresholds("green", (1, "orange"), (14.4, "red")), cell="color-text"
            ),
        ],
        description="""Targets: """
        + "; ".join(f"{objective.service} {objective.percent()}" for objective in objectives)
        + """. Good: budget left, and a burn rate below 1.""",
        no_value="not recorded yet",
    ),
    burn_lines(objectives, width=12, height=8),
    timeseries(
        "Error budget left",
        *(prometheus(objective.budget_left(objective.recorded("30d")), objective.service) for objective in objectives),
        unit="percentunit",
        min=None,
        max=1,
        width=24,
        thresholds=BUDGET,
        description="Of 30 days. Good: above 25 %; below it, releases wait for repairs; below 0 the target is missed.",
        key="budget",
    ),
)

latency = row(
    "Latency against the limits",
    grid(
        3,
        *(
            service.indicators["p95"].timeseries(service.title)
            for service in SHOP.services
            if "p95" in service.indicators
        ),
    ),
    collapsed=True,
)

each = [
    row(service.title, error_budget(objective, service.title), collapsed=True)
    for service in SHOP.services
    for objective in service.objectives
]

dashboard = page(
    "Shop: service levels",
    uid="shop-slo",
    description="Availability objectives of the shop's services: reached, budget left and used, burn rate.",
    tags=["executive", "shop"],
    system=SHOP,
    time="7d",
    refresh="5m",
    drill=[("Service overview", "shop-service-overview"), ("API gateway", "shop-api-gateway")],
    panels=[summary, latency, *each],
)
