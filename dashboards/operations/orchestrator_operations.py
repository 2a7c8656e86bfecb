"""The tool orchestrator for those on call: system, application, dependencies, alerts."""

from __future__ import annotations

from dashkit.authoring import (
    Limit,
    alert_list,
    bar_gauge,
    datasource_variable,
    down_count,
    elasticsearch,
    grid,
    latency_lines,
    logs,
    mapping,
    pool,
    prometheus,
    row,
    selector,
    share,
    stat,
    state_timeline,
    thresholds,
    timeseries,
    total_rate,
    up_timeline,
)

from ..shared import pods
from ..shared.page import page, trace_link
from ..shared.systems import ENVIRONMENT, ORCHESTRATOR, ORCHESTRATOR_INDICATORS

ALL = ORCHESTRATOR.selector
REQUESTS = f"http_requests_total{ALL}"
FAILED = f"http_requests_total{ALL(status='=~5..')}"
PODS = selector('namespace="orchestrator"', ENVIRONMENT)
DEPENDENCIES = ALL(dependency="!=self")
errors, latency, throughput, limit = (
    ORCHESTRATOR_INDICATORS[key] for key in ("errors", "latency", "throughput", "rate_limit")
)

now = row(
    "Now",
    grid(
        6,
        throughput.stat("Requests"),
        errors.stat("Errors"),
        latency.stat(),
        down_count("Instances down", ALL(job="orchestrator")),
        stat(
            "Dependencies down",
            prometheus(
                f"count(probe_success{DEPENDENCIES} == 0) or 0 * count(probe_success{DEPENDENCIES})",
                instant=True,
            ),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Probes of database, Redis and providers that fail. Good: none.",
        ),
        stat(
            "Alerts that fire",
            prometheus('count(ALERTS{system="orchestrator", alertstate="firing"}) or vector(0)', instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "orange"), (3, "red")),
            description="Of this system. Good: none.",
        ),
    ),
)

application = row(
    "Application",
    grid(
        3,
        timeseries(
            "Requests by status",
            prometheus(total_rate(REQUESTS, "status"), "{{status}}"),
            unit="reqps",
            stack=True,
            description="Answers per second. 429 is our own limit, 5xx are failures.",
        ),
        timeseries(
            "Error rate by endpoint",
            prometheus(share(FAILED, REQUESTS, "endpoint"), "{{endpoint}}"),
            unit="percentunit",
            thresholds=errors.thresholds(line=True),
            description=errors.says(),
            key="error-rate",
        ),
        latency_lines(
            "Latency",
            "http_request_duration_seconds",
            ALL,
            limit=latency.limit,
            description=latency.says(),
            links=[trace_link("orchestrator")],
            key="latency",
        ),
    ),
    grid(
        3,
        timeseries(
            "Waiting",
            prometheus(f"sum by (tool_type) (tool_queue_depth{ALL})", "{{tool_type}} runs"),
            prometheus(f"sum by (service) (rate_limit_queue_depth{ALL})", "{{service}} calls"),
            description="Runs that wait for a worker and calls held back by a rate limit. Good: short and not growing.",
            key="queues",
        ),
        timeseries(
            "Requests in flight",
            prometheus(f"sum by (endpoint) (http_requests_in_flight{ALL})", "{{endpoint}}"),
            description="Good: moves with the traffic; requests that pile up wait for something.",
        ),
        pool(
            "Connection pool",
            f"sum(active_connections{ALL})",
            f"sum(connection_pool_size{ALL})",
            limit=Limit(target=0.8, warning=0.8, critical=0.9),
            key="pool",
        ),
        height=7,
    ),
)

dependencies = row(
    "Dependencies",
    state_timeline(
        "Database, Redis, external APIs",
        prometheus(f"min by (dependency) (probe_success{DEPENDENCIES})", "{{dependency}}"),
        mappings=[mapping(0, "fails", "red"), mapping(1, "answers", "green")],
        width=12,
        height=8,
        description="Probes from outside: a connection for database and Redis, a request for the providers. Good: all green.",
        key="dependencies",
    ),
    bar_gauge(
        "Rate limits in use",
        prometheus(limit.expr, limit.legend),
        unit="percentunit",
        max=1,
        width=12,
        height=8,
        thresholds=limit.thresholds(),
        description=limit.says(),
        key="rate-limits",
    ),
    grid(
        3,
        timeseries(
            "Probe duration",
            prometheus(f"max by (dependency) (probe_duration_seconds{DEPENDENCIES})", "{{dependency}}"),
            unit="s",
            description="How long each dependency takes to answer a probe. Good: steady.",
        ),
        timeseries(
            "Phases of HTTP probes",
            prometheus(f"sum by (phase) (probe_http_duration_seconds{ALL(dependency='self')})", "{{phase}}"),
            unit="s",
            stack=True,
            description="Where the time goes in a call from outside: name, connection, TLS, work, transfer.",
        ),
        timeseries(
            "Refused by a rate limit",
            prometheus(total_rate(f"rate_limit_hits_total{ALL}", "service"), "{{service}}"),
            unit="ops",
            description="Calls per second that a provider refused. Good: none.",
        ),
        height=7,
    ),
    collapsed=True,
)

system = row(
    "System",
    up_timeline("Instances", ALL(job="orchestrator"), key="health", width=24),
    grid(
        2,
        pods.cpu_panel(PODS),
        pods.memory_panel(PODS),
        pods.network_panel(PODS),
        timeseries(
            "Processes",
            prometheus(f"max by (instance) (cpu_usage_percent{ALL}) / 100", "{{instance}} cores"),
            prometheus(f"max by (instance) (memory_usage_bytes{ALL}) / 1024^3", "{{instance}} GiB"),
            decimals=2,
            description="What the processes say of themselves: cores and GiB. Good: near what the containers use.",
        ),
    ),
    collapsed=True,
)

alerts = row(
    "Alerts and errors",
    alert_list(
        "Alerts",
        labels='{system="orchestrator"}',
        width=8,
        height=10,
        description="Alerts of Grafana that fire or are pending.",
    ),
    logs(
        "Errors",
        elasticsearch("service:orchestrator AND level:ERROR", kind="logs"),
        links=[trace_link("orchestrator")],
        datasource={"type": "elasticsearch", "uid": "${elasticsearch}"},
        width=16,
        description="The newest error lines, from Elasticsearch.",
    ),
    collapsed=True,
)

dashboard = page(
    "Orchestrator: operations",
    uid="orchestrator-operations",
    description="System, application, dependencies and alerts of the tool orchestrator.",
    tags=["operations", "orchestrator"],
    system=ORCHESTRATOR,
    refresh="30s",
    variables=[datasource_variable("elasticsearch", "elasticsearch", label="Logs")],
    drill=[("Containers", "containers"), ("PostgreSQL", "postgresql"), ("Tools", "orchestrator-tools")],
    traces=True,
    panels=[now, application, dependencies, system, alerts],
)
