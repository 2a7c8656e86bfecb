"""The API of FreeAgentics: requests, errors and duration by endpoint, its database, its logs."""

from __future__ import annotations

from dashkit.authoring import (
    datasource_variable,
    elasticsearch,
    grid,
    latency_heatmap,
    latency_lines,
    logs,
    prometheus,
    query_variable,
    red,
    row,
    share,
    stat,
    timeseries,
    total_rate,
)

from ..shared.page import page, trace_link
from ..shared.systems import FREEAGENTICS, FREEAGENTICS_INDICATORS

CHOSEN = FREEAGENTICS.selector(endpoint="=~$endpoint")
REQUESTS = f"freeagentics_requests_total{CHOSEN}"
FAILED = f"freeagentics_requests_total{CHOSEN(status='=~5..')}"
DURATION, QUERY = "freeagentics_request_duration_seconds", "freeagentics_database_query_time_seconds"
ELASTIC = {"type": "elasticsearch", "uid": "${elasticsearch}"}
errors, latency = FREEAGENTICS_INDICATORS["errors"], FREEAGENTICS_INDICATORS["latency"]

now = row(
    "Now",
    grid(
        4,
        stat(
            "Requests",
            prometheus(total_rate(REQUESTS)),
            unit="reqps",
            sparkline=True,
            description="Of the chosen endpoints. Good: the usual curve.",
        ),
        stat(
            "Errors",
            prometheus(share(FAILED, REQUESTS)),
            unit="percentunit",
            decimals=2,
            sparkline=True,
            thresholds=errors.thresholds(),
            description=errors.says(),
        ),
        latency.stat(),
        stat(
            "Connections",
            prometheus(f"sum(freeagentics_active_connections{FREEAGENTICS.selector})"),
            decimals=0,
            sparkline=True,
            description="Open client connections. Good: moves with the requests.",
        ),
    ),
)

course = row(
    "Requests, errors, duration",
    red(
        REQUESTS,
        FAILED,
        DURATION,
        CHOSEN,
        by="endpoint",
        errors=errors,
        latency=latency,
        links=[trace_link("freeagentics-api")],
    ),
    grid(
        2,
        timeseries(
            "Requests by status",
            prometheus(total_rate(REQUESTS, "method, status"), "{{method}} {{status}}"),
            unit="reqps",
            stack=True,
            description="Good: 200 carries nearly everything; 422 is what clients send wrong.",
        ),
        latency_lines(
            "Database queries",
            QUERY,
            FREEAGENTICS.selector,
            description="As the API sees them. Good: p95 below 50 ms.",
            key="queries",
        ),
        height=7,
    ),
)

detail = row("Distribution", latency_heatmap("Response time, distribution", DURATION, CHOSEN), collapsed=True)

lines = row(
    "Logs",
    timeseries(
        "Lines by level",
        elasticsearch("service:api", by="level.keyword"),
        datasource=ELASTIC,
        style="bars",
        stack=True,
        width=24,
        height=6,
        description="Log lines of the API by level, from Elasticsearch. Good: no band of ERROR.",
        no_value="no lines",
    ),
    logs(
        "Errors of the time shown",
        elasticsearch("service:api AND level:ERROR", kind="logs"),
        links=[trace_link("freeagentics-api")],
        datasource=ELASTIC,
        description="The newest error lines.",
    ),
    logs(
        "Requests above one second",
        elasticsearch("service:api AND duration_ms:>1000", kind="logs"),
        links=[trace_link("freeagentics-api")],
        datasource=ELASTIC,
        description="The newest slow requests.",
    ),
    collapsed=True,
)

dashboard = page(
    "FreeAgentics: API",
    uid="freeagentics-api",
    description="Requests, errors, duration and logs of the API of FreeAgentics.",
    tags=["operations", "freeagentics"],
    system=FREEAGENTICS,
    refresh="30s",
    variables=[
        query_variable(
            "endpoint",
            'label_values(freeagentics_requests_total{system="freeagentics", environment="$environment"}, endpoint)',
            multi=True,
            include_all=True,
        ),
        datasource_variable("elasticsearch", "elasticsearch", label="Logs"),
    ],
    drill=[("Overview", "freeagentics-overview"), ("PostgreSQL", "postgresql")],
    traces=True,
    panels=[now, course, detail, lines],
)
