"""The API gateway alone: what comes in, what fails, how long it takes, by endpoint."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    down_count,
    grid,
    latency_heatmap,
    prometheus,
    quantile,
    row,
    share,
    timeseries,
    total_rate,
)

from ..shared.page import page, trace_link
from ..shared.systems import SHOP

gateway = next(service for service in SHOP.services if service.name == "api-gateway")
limits = gateway.indicators
SELECTOR = gateway.selector
REQUESTS = f"http_requests_total{SELECTOR}"
FAILED = f"http_requests_total{SELECTOR(status='=~5..')}"
DURATION = "http_request_duration_seconds"

now = row(
    "Now",
    grid(
        4,
        limits["availability"].stat(),
        limits["errors"].stat("Errors"),
        limits["p95"].stat(),
        down_count("Instances down", SELECTOR),
    ),
)

course = row(
    "Course",
    grid(
        2,
        timeseries(
            "Requests by status",
            prometheus(total_rate(REQUESTS, "status"), "{{status}}"),
            unit="reqps",
            stack=True,
            description="Answers per second. Good: the band of 200 carries nearly everything.",
        ),
        limits["errors"].timeseries(key="error-rate"),
        timeseries(
            "Latency",
            *(prometheus(quantile(q, DURATION, SELECTOR), f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)),
            unit="s",
            thresholds=limits["p99"].thresholds(line=True),
            description=f"""p50: {limits["p50"].says().split("Good: ")[1]} p95: {limits["p95"].says().split("Good: ")[1]}
            p99: {limits["p99"].says().split("Good: ")[1]} The lines are those of p99.""",
            links=[trace_link("api-gateway")],
            key="latency",
        ),
        timeseries(
            "In flight and connected",
            prometheus(f"sum(http_requests_in_flight{SELECTOR})", "requests in flight"),
            prometheus(f"sum(active_connections{SELECTOR})", "open connections"),
            description="Good: moves with the traffic. Requests that pile up wait for something behind the gateway.",
        ),
    ),
)

endpoints = row(
    "By endpoint",
    grid(
        3,
        bar_gauge(
            "Requests",
            prometheus(total_rate(REQUESTS, "endpoint"), "{{endpoint}}", instant=True),
            unit="reqps",
            description="Requests per second by endpoint.",
        ),
        bar_gauge(
            "Errors",
            prometheus(share(FAILED, REQUESTS, "endpoint"), "{{endpoint}}", instant=True),
            unit="percentunit",
            decimals=2,
            max=0.05,
            thresholds=limits["errors"].thresholds(),
            description="Share of requests answered with 5xx. Good: none stands out.",
        ),
        bar_gauge(
            "Latency p95",
            prometheus(quantile(0.95, DURATION, SELECTOR, by="endpoint"), "{{endpoint}}", instant=True),
            unit="s",
            thresholds=limits["p95"].thresholds(),
            description="95 of 100 requests to the endpoint are faster.",
        ),
    ),
    latency_heatmap("Latency distribution", DURATION, SELECTOR),
    collapsed=True,
)

dashboard = page(
    "Shop: API gateway",
    uid="shop-api-gateway",
    description="Requests, errors and latency of the API gateway against its limits.",
    tags=["operations", "shop"],
    system=SHOP,
    refresh="30s",
    drill=[("Service overview", "shop-service-overview"), ("Logs", "shop-logs")],
    traces=True,
    panels=[now, course, endpoints],
)
