"""Inferloop Synthdata at a glance: the API, the generations, what they run on, the logs."""

from __future__ import annotations

from dashkit.authoring import (
    datasource_variable,
    down_count,
    elasticsearch,
    error_budget,
    grid,
    latency_heatmap,
    logs,
    red,
    row,
    selector,
    up_timeline,
)

from ..shared import pods
from ..shared.page import page, trace_link
from ..shared.systems import ENVIRONMENT, SYNTHDATA, SYNTHDATA_INDICATORS

ALL = SYNTHDATA.selector
REQUESTS, FAILED = f"http_requests_total{ALL}", f"http_requests_total{ALL(status='=~5..')}"
DURATION = "http_request_duration_seconds"
PODS = selector('namespace="synthdata"', ENVIRONMENT)
ELASTIC = {"type": "elasticsearch", "uid": "${elasticsearch}"}
of = SYNTHDATA_INDICATORS

now = row(
    "Now",
    grid(
        6,
        of["throughput"].stat("Requests"),
        of["availability"].stat(),
        of["errors"].stat("Errors"),
        of["latency"].stat(),
        of["generation"].stat("Generations that succeed"),
        down_count("Instances down", ALL(job="=~synthdata-.*")),
    ),
)

course = row(
    "API",
    red(
        REQUESTS,
        FAILED,
        DURATION,
        ALL,
        by="endpoint",
        errors=of["errors"],
        latency=of["latency"],
        links=[trace_link("synthdata-api")],
    ),
    up_timeline("Instances", ALL(job="=~synthdata-.*"), "job, instance", key="health", width=12),
    of["queue"].timeseries("Queue of generations", width=12, height=6),
)

budget = row("Error budget", error_budget(SYNTHDATA.objectives[0], "API", key="budget"), collapsed=True)

resources = row(
    "Pods",
    grid(
        2,
        pods.cpu_panel(PODS),
        pods.memory_panel(PODS),
        pods.memory_limit_panel(PODS),
        pods.network_panel(PODS),
        pods.restarts_panel(PODS),
        pods.phases_panel(PODS),
    ),
    collapsed=True,
)

detail = row(
    "Logs and distribution",
    latency_heatmap("Response time, distribution", DURATION, ALL),
    logs(
        "Errors of the time shown",
        elasticsearch("level:ERROR", kind="logs"),
        links=[trace_link("synthdata-api")],
        datasource=ELASTIC,
        description="The newest error lines.",
    ),
    logs(
        "Requests above one second",
        elasticsearch("response_time:>=1000", kind="logs"),
        links=[trace_link("synthdata-api")],
        datasource=ELASTIC,
        description="The newest slow requests.",
    ),
    collapsed=True,
)

dashboard = page(
    "Synthdata: system overview",
    uid="synthdata-overview",
    description="Requests, errors, response time, generations and pods of the synthetic-data platform.",
    tags=["operations", "synthdata"],
    system=SYNTHDATA,
    refresh="30s",
    variables=[datasource_variable("elasticsearch", "elasticsearch", label="Logs")],
    drill=[("Generation", "synthdata-generation"), ("Security", "synthdata-security"), ("Containers", "containers")],
    traces=True,
    panels=[now, course, budget, resources, detail],
)
