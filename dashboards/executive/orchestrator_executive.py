"""Is the tool orchestrator healthy, used, affordable, and large enough? For people who decide."""

from __future__ import annotations

from dashkit.authoring import (
    burn_lines,
    error_budget,
    grid,
    pie_chart,
    prometheus,
    quantile,
    row,
    selector,
    stat,
    text_variable,
    thresholds,
    timeseries,
    total_rate,
)

from ..shared import pods
from ..shared.page import page
from ..shared.systems import ENVIRONMENT, ORCHESTRATOR, ORCHESTRATOR_INDICATORS

ALL = ORCHESTRATOR.selector
REQUESTS = f"http_requests_total{ALL}"
TOOLS = f"tool_executions_total{ALL}"
PODS = selector('namespace="orchestrator"', ENVIRONMENT)
REAL = pods.containers(PODS)
availability, latency = ORCHESTRATOR.objectives
of = ORCHESTRATOR_INDICATORS

cores = f"sum(rate(container_cpu_usage_seconds_total{REAL}[$__rate_interval]))"
memory = f"sum(container_memory_working_set_bytes{REAL})"
hourly_cost = f"({cores} * $price_core_hour + {memory} / 1024^3 * $price_gib_hour)"

health = row(
    "Service health",
    grid(
        4,
        of["availability"].over("$__range").stat("Availability", sparkline=False, key="availability"),
        of["latency"].stat(),
        of["errors"].stat(),
        of["throughput"].stat(),
        height=5,
    ),
    error_budget(availability, "Availability", key="budget"),
    grid(
        2,
        of["errors"].timeseries(key="error-rate"),
        timeseries(
            "Latency",
            *(
                prometheus(quantile(q, "http_request_duration_seconds", ALL), f"p{q * 100:g}")
                for q in (0.5, 0.95, 0.99)
            ),
            unit="s",
            thresholds=of["latency"].thresholds(line=True),
            description="Baselines: p50 0.2 s, p95 1 s, p99 2 s. The lines are the limits of p95.",
            key="latency",
        ),
        height=8,
    ),
)

business = row(
    "Business",
    grid(
        3,
        of["tools"].gauge(min=0.9),
        of["speculation"].gauge(),
        pie_chart(
            "Tools by use",
            prometheus(f"sum by (tool_name) (increase({TOOLS}[$__range]))", "{{tool_name}}", instant=True),
            decimals=0,
            description="Runs over the time shown.",
        ),
        height=8,
    ),
    timeseries(
        "Tool runs",
        prometheus(total_rate(TOOLS, "tool_name"), "{{tool_name}}"),
        unit="ops",
        stack=True,
        legend="table-right",
        calcs=["mean", "max"],
        width=24,
        description="Runs per second by tool. Good: grows with the customers.",
    ),
    collapsed=True,
)

cost = row(
    "Cost",
    grid(
        3,
        stat(
            "Cost per hour",
            prometheus(hourly_cost),
            unit="currencyUSD",
            decimals=2,
            sparkline=True,
            description="CPU and memory in use at the prices above; what is reserved but idle is not in it.",
        ),
        stat(
            "Cost per month",
            prometheus(f"{hourly_cost} * 730"),
            unit="currencyUSD",
            decimals=0,
            description="The present hour, 730 times.",
        ),
        stat(
            "Cost per 1,000 tool runs",
            prometheus(f"{hourly_cost} / ({total_rate(TOOLS)} * 3600) * 1000"),
            unit="currencyUSD",
            decimals=4,
            description="Hourly cost over hourly runs. Good: falls as use grows.",
        ),
    ),
    grid(2, pods.cpu_panel(PODS), pods.memory_panel(PODS)),
    collapsed=True,
)

capacity = row(
    "Capacity",
    grid(
        2,
        timeseries(
            "Request rate and where it leads",
            prometheus(total_rate(REQUESTS, window="10m"), "now"),
            prometheus(
                f"clamp_min(predict_linear({total_rate(REQUESTS, window='10m')}[2h:5m], 24 * 3600), 0)",
                "in a day, at this trend",
            ),
            unit="reqps",
            thresholds=thresholds("transparent", (1000, "orange"), (2000, "red")),
            description="""A straight line through the last two hours, a day ahead: an early hint, not a forecast. Sustained
            capacity is 1,000 requests per second, peak 2,000; growth is expected to be 20 % a month.""",
        ),
        timeseries(
            "Memory and where it leads",
            prometheus(memory, "now"),
            prometheus(f"clamp_min(predict_linear({memory}[6h:10m], 7 * 24 * 3600), 0)", "in a week, at this trend"),
            prometheus(f"sum(kube_pod_container_resource_limits{REAL(resource='memory')})", "limit"),
            unit="bytes",
            description="Of all pods. Good: the week's end stays below 70 % of the limit.",
        ),
        timeseries(
            "Use of the limits",
            prometheus(f"{cores} / sum(kube_pod_container_resource_limits{REAL(resource='cpu')})", "CPU"),
            prometheus(f"{memory} / sum(kube_pod_container_resource_limits{REAL(resource='memory')})", "memory"),
            unit="percentunit",
            max=1,
            thresholds=thresholds("transparent", (0.7, "orange"), (0.9, "red")),
            description="Good: below 60 % CPU and 70 % memory. From 70 % CPU replicas are added, from 80 % memory larger ones.",
            key="scaling",
        ),
        timeseries(
            "Connection pool",
            prometheus(f"sum(active_connections{ALL}) / sum(connection_pool_size{ALL})", "in use"),
            unit="percentunit",
            max=1,
            thresholds=thresholds("transparent", (0.8, "orange"), (0.9, "red")),
            legend="none",
            description="Open connections of the pool. Good: below 80 %.",
        ),
    ),
    collapsed=True,
)

pace = row("Pace of the budgets", burn_lines([availability, latency], width=24), collapsed=True)

dashboard = page(
    "Orchestrator: executive summary",
    uid="orchestrator-executive",
    description="Health, error budget, use, cost and capacity of the tool orchestrator.",
    tags=["executive", "orchestrator"],
    system=ORCHESTRATOR,
    time="6h",
    refresh="5m",
    variables=[
        text_variable("price_core_hour", "0.04", label="USD per core and hour"),
        text_variable("price_gib_hour", "0.005", label="USD per GiB and hour"),
    ],
    drill=[("Operations", "orchestrator-operations"), ("Tools", "orchestrator-tools"), ("Containers", "containers")],
    panels=[health, business, cost, capacity, pace],
)
