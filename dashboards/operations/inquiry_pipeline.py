"""The inquiry pipeline at a glance: requests, errors, latency, connections, health of its parts."""

from __future__ import annotations

from dashkit.authoring import (
    error_budget,
    grid,
    latency_heatmap,
    mapping,
    prometheus,
    red,
    row,
    stat,
    state_timeline,
    total_rate,
    up_timeline,
)

from ..shared.page import page, trace_link
from ..shared.systems import INQUIRY, INQUIRY_INDICATORS

ALL = INQUIRY.selector
REQUESTS, FAILED = f"http_requests_total{ALL}", f"http_requests_total{ALL(status='=~5..')}"
DURATION = "http_request_duration_seconds"
of = INQUIRY_INDICATORS

now = row(
    "Now",
    grid(
        6,
        stat(
            "Requests",
            prometheus(total_rate(REQUESTS)),
            unit="reqps",
            sparkline=True,
            description="Per second. Good: the usual curve of the day.",
        ),
        of["errors"].stat("Errors"),
        of["latency"].stat(),
        of["throughput"].stat(),
        stat(
            "Connections",
            prometheus(f"sum(active_connections{ALL})"),
            decimals=0,
            sparkline=True,
            description="Open client connections. Good: moves with the requests.",
        ),
        of["escalation"].stat(),
    ),
)

course = row(
    "Course",
    red(
        REQUESTS,
        FAILED,
        DURATION,
        ALL,
        by="endpoint",
        errors=of["errors"],
        latency=of["latency"],
        links=[trace_link("inquiry-api")],
    ),
    state_timeline(
        "Health of the parts",
        prometheus(f"min by (component) (system_health_status{ALL})", "{{component}}"),
        mappings=[mapping(0, "ill", "red"), mapping(1, "well", "green")],
        width=12,
        height=7,
        description="What the pipeline's own health checks say. Good: all green.",
        key="components",
    ),
    of["throughput"].timeseries("Inquiries processed", width=12, height=7, key="throughput"),
)

detail = row(
    "Instances and budget",
    up_timeline("Instances", ALL(job="=~inquiry-.*"), "job, instance", key="health"),
    error_budget(INQUIRY.objectives[0], "API", key="budget"),
    latency_heatmap("Latency, distribution", DURATION, ALL),
    collapsed=True,
)

dashboard = page(
    "Inquiry pipeline: overview",
    uid="inquiry-pipeline",
    description="Requests, errors, latency and health of the inquiry pipeline.",
    tags=["operations", "inquiry"],
    system=INQUIRY,
    refresh="30s",
    drill=[
        ("System health", "inquiry-system-health"),
        ("Models", "inquiry-model-performance"),
        ("Business", "inquiry-business"),
    ],
    traces=True,
    panels=[now, course, detail],
)
