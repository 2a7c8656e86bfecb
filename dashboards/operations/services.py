"""A dashboard for every service of the catalogue that says `template=True`: what it answers, its limits, its instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.authoring import (
    down_count,
    error_budget,
    grid,
    latency_heatmap,
    latency_lines,
    prometheus,
    row,
    share,
    timeseries,
    total_rate,
    up_timeline,
)

from ..shared.page import page, trace_link
from ..shared.systems import SYSTEMS, Service, System
from ..shared.systems.model import DURATION


def service_dashboard(system: System, service: Service) -> Any:
    """The dashboard of one service that answers HTTP requests."""
    selector = service.selector
    requests, failed = f"http_requests_total{selector}", f"http_requests_total{selector(status='=~5..')}"
    limits = list(service.indicators.values())
    columns = 6 if len(limits) >= 5 else 4
    now = row(
        "Now",
        grid(columns, *(entry.stat() for entry in limits[: columns - 1]), down_count("Instances down", selector)),
    )
    course = row(
        "Requests",
        grid(
            3,
            timeseries(
                "Requests by status",
                prometheus(total_rate(requests, "status"), "{{status}}"),
                unit="reqps",
                stack=True,
                description="Answers per second. Good: the band of 200 carries nearly everything.",
            ),
            timeseries(
                "Error rate by endpoint",
                prometheus(share(failed, requests, "endpoint"), "{{endpoint}}"),
                unit="percentunit",
                description="Share of requests answered with 5xx. Good: none stands out.",
            ),
            latency_lines(
                "Latency",
                DURATION,
                selector,
                description="The distance between the lines shows how uneven answers are.",
                links=[trace_link(service.name)],
            ),
        ),
    )
    agreed = row("Limits", grid(3, *(indicator.timeseries(height=7) for indicator in limits)), collapsed=True)
    budgets = row(
        "Error budget",
        *(error_budget(objective, service.title) for objective in service.objectives),
        collapsed=True,
    )
    detail = row(
        "Instances and distribution",
        up_timeline("Instances", selector),
        latency_heatmap("Latency distribution", DURATION, selector),
        collapsed=True,
    )
    return page(
        f"{system.title}: {service.title.lower()}",
        uid=f"{system.name}-{service.name}",
        description=f"Requests, errors, latency and limits of {service.title}.",
        tags=["operations", system.name],
        system=system,
        refresh="30s",
        drill=[("Overview", system.overview)],
        traces=True,
        panels=[now, course, agreed, budgets, detail],
    )


def dashboards() -> Iterator[Any]:
    for system in SYSTEMS:
        for service in system.services:
            if service.template:
                yield service_dashboard(system, service)
