"""Is the tool orchestrator healthy, used, affordable, and large enough? For people who decide."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    dashboard_link,
    datasource_variable,
    event_annotation,
    gauge,
    grid,
    pie_chart,
    prometheus,
    row,
    stat,
    tag_links,
    text_variable,
    thresholds,
    timeseries,
)
from dashkit.authoring import dashboard as new_dashboard

from ..shared.slo import BUDGET, Availability, Limit, error_ratio, quantile

JOB = 'job="orchestrator"'
PODS = 'namespace="orchestrator", container!="", container!="POD"'

AVAILABILITY = Availability(0.999)
LATENCY = Limit(target=2, warning=2, critical=5)
ERRORS = Limit(target=0.001, warning=0.001, critical=0.01)
THROUGHPUT = Limit(target=1000, warning=500, critical=250, floor=True)
TOOL_SUCCESS = Limit(target=0.99, warning=0.99, critical=0.95, floor=True)
RATE_LIMIT = Limit(target=0.8, warning=0.8, critical=0.9)
SPECULATION = Limit(target=0.8, warning=0.8, critical=0.6, floor=True)

good_over_range = f"1 - ({error_ratio(JOB, '$__range')})"
tools_ok = f'sum(rate(tool_executions_total{{{JOB}, status="success"}}[$__rate_interval]))'
tools_all = f"sum(rate(tool_executions_total{{{JOB}}}[$__rate_interval]))"
cores = f"sum(rate(container_cpu_usage_seconds_total{{{PODS}}}[$__rate_interval]))"
memory = f"sum(container_memory_working_set_bytes{{{PODS}}})"
hourly_cost = f"{cores} * $price_core_hour + {memory} / 1024^3 * $price_gib_hour"

health = row(
    "Service health",
    grid(
        4,
        stat(
            "Availability",
            prometheus(good_over_range, instant=True),
            unit="percentunit",
            decimals=3,
            thresholds=thresholds("red", (0.995, "orange"), (AVAILABILITY.target, "green")),
            description=f"Share of requests that did not fail, over the chosen time. Good: {AVAILABILITY.percent()} or more.",
            key="availability",
        ),
        stat(
            "Error budget left",
            prometheus(AVAILABILITY.budget_left(good_over_range), instant=True),
            unit="percentunit",
            decimals=1,
            thresholds=BUDGET,
            description="""What is left of the failures that the target allows over the chosen time: 100 % is untouched,
            below 0 the target is missed.""",
        ),
        stat(
            "Latency p95",
            prometheus(quantile(0.95, "http_request_duration_seconds", JOB)),
            unit="s",
            thresholds=LATENCY.thresholds(),
            sparkline=True,
            description="95 of 100 requests are faster. Good: below 2 s; critical above 5 s.",
        ),
        stat(
            "Throughput",
            prometheus(f"sum(rate(http_requests_total{{{JOB}}}[$__rate_interval]))"),
            unit="reqps",
            thresholds=THROUGHPUT.thresholds(),
            sparkline=True,
            description="Requests per second. Sized for 1,000; below 500 at peak hours deserves a look.",
        ),
        height=5,
    ),
    grid(
        2,
        timeseries(
            "Error rate",
            prometheus(error_ratio(JOB), "errors"),
            unit="percentunit",
            thresholds=ERRORS.thresholds(line=True),
            legend="none",
            description="Share of requests answered with 5xx. Good: below 0.1 %; critical above 1 %.",
            key="error-rate",
        ),
        timeseries(
            "Latency",
            prometheus(quantile(0.5, "http_request_duration_seconds", JOB), "p50"),
            prometheus(quantile(0.95, "http_request_duration_seconds", JOB), "p95"),
            prometheus(quantile(0.99, "http_request_duration_seconds", JOB), "p99"),
            unit="s",
            thresholds=LATENCY.thresholds(line=True),
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
        gauge(
            "Tool success",
            prometheus(f"{tools_ok} / {tools_all}"),
            minimum=0.9,
            decimals=2,
            thresholds=TOOL_SUCCESS.thresholds(),
            description="Share of tool executions that succeed. Good: above 99 %; below 95 % is an alert.",
        ),
        gauge(
            "Speculation accuracy",
            prometheus(
                f"""sum(rate(speculation_attempts_total{{{JOB}, outcome="correct"}}[$__rate_interval]))
                / sum(rate(speculation_attempts_total{{{JOB}}}[$__rate_interval]))"""
            ),
            decimals=1,
            thresholds=SPECULATION.thresholds(),
            description="""Share of speculative executions that were needed. Good: above 80 %; below 60 % they cost more than
            they save.""",
        ),
        pie_chart(
            "Tools by use",
            prometheus(
                f"sum by (tool_name) (increase(tool_executions_total{{{JOB}}}[$__range]))",
                "{{tool_name}}",
                instant=True,
            ),
            decimals=0,
            description="Executions over the chosen time.",
        ),
        height=8,
    ),
    grid(
        2,
        timeseries(
            "Tool executions",
            prometheus(f"sum by (tool_name) (rate(tool_executions_total{{{JOB}}}[$__rate_interval]))", "{{tool_name}}"),
            unit="ops",
            stack=True,
            legend="table-right",
            calcs=["mean", "max"],
            description="Executions per second by tool.",
        ),
        bar_gauge(
            "Rate limits in use",
            prometheus(f"max by (service) (rate_limit_utilization{{{JOB}}})", "{{service}}"),
            unit="percentunit",
            maximum=1,
            thresholds=RATE_LIMIT.thresholds(),
            description="Share of each provider's rate limit. Good: below 80 %; above 90 % requests will be refused.",
        ),
        height=8,
    ),
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
            prometheus(f"({hourly_cost}) * 730"),
            unit="currencyUSD",
            decimals=0,
            description="The present hour, 730 times.",
        ),
        stat(
            "Cost per 1,000 tool executions",
            prometheus(f"({hourly_cost}) / ({tools_all} * 3600) * 1000"),
            unit="currencyUSD",
            decimals=4,
            description="Hourly cost over hourly executions. Good: falls as use grows.",
        ),
    ),
    grid(
        2,
        timeseries(
            "CPU in use",
            prometheus(
                f"sum by (pod) (rate(container_cpu_usage_seconds_total{{{PODS}}}[$__rate_interval]))", "{{pod}}"
            ),
            unit="cores",
            stack=True,
            description="Cores by pod. Good: even across pods, and growing no faster than the requests.",
        ),
        timeseries(
            "Memory in use",
            prometheus(f"sum by (pod) (container_memory_working_set_bytes{{{PODS}}})", "{{pod}}"),
            unit="bytes",
            stack=True,
            description="Working set by pod. Good: flat; a slow climb is a leak.",
        ),
    ),
)

capacity = row(
    "Capacity",
    grid(
        2,
        timeseries(
            "Request rate and where it leads",
            prometheus(f"sum(rate(http_requests_total{{{JOB}}}[10m]))", "now"),
            prometheus(
                f"predict_linear(sum(rate(http_requests_total{{{JOB}}}[10m]))[2h:5m], 24 * 3600)",
                "in a day, at this trend",
            ),
            unit="reqps",
            thresholds=thresholds("transparent", (1000, "orange"), (2000, "red")),
            description="""A straight line through the last two hours, a day ahead: an early hint, not a forecast. Sustained
            capacity is 1,000 requests per second, peak 2,000.""",
        ),
        timeseries(
            "Connection pool",
            prometheus(f"sum(active_connections{{{JOB}}})", "in use"),
            prometheus(f"sum(connection_pool_size{{{JOB}}})", "size"),
            prometheus(f"0.8 * sum(connection_pool_size{{{JOB}}})", "baseline 80 %"),
            description="Open connections against the pool's size. Good: below 80 %.",
        ),
    ),
)

dashboard = new_dashboard(
    "Orchestrator: executive summary",
    uid="orchestrator-executive",
    description="Health, error budget, use, cost and capacity of the tool orchestrator.",
    tags=["executive", "orchestrator"],
    time="6h",
    refresh="5m",
    variables=[
        datasource_variable(),
        text_variable("price_core_hour", "0.04", label="USD per core and hour"),
        text_variable("price_gib_hour", "0.005", label="USD per GiB and hour"),
    ],
    links=[dashboard_link("Infrastructure", "shop-infrastructure"), tag_links("Operations", "operations")],
    annotations=[
        event_annotation(
            "Deployments",
            'changes(kube_deployment_status_observed_generation{namespace="orchestrator"}[2m]) > 0',
            title="{{deployment}} deployed",
        )
    ],
    panels=[health, business, cost, capacity],
)
