"""The shop's services at one glance: traffic, failures, latency, who is up."""

from __future__ import annotations

from dashkit.authoring import dashboard as new_dashboard
from dashkit.authoring import (
    dashboard_link,
    datasource_variable,
    event_annotation,
    grid,
    heatmap,
    mapping,
    override,
    prometheus,
    query_variable,
    row,
    stat,
    state_timeline,
    table,
    tag_links,
    thresholds,
    timeseries,
)

from ..shared.slo import Limit, error_ratio, quantile

SERVICES = 'service=~"api-gateway|auth-service|business-logic|data-processor"'
SELECTOR = 'service=~"$service"'

#: The strictest of the four services warns at 0.5 % and 75 ms; these lines are where every one of them is in trouble.
ERRORS = Limit(target=0.005, warning=0.01, critical=0.05)
LATENCY = Limit(target=0.1, warning=0.2, critical=0.5)

rate = f"sum by (service) (rate(http_requests_total{{{SELECTOR}}}[$__rate_interval]))"
up = [mapping(0, "down", "red"), mapping(1, "up", "green")]

now = row(
    "Now",
    grid(
        4,
        stat(
            "Requests",
            prometheus(f"sum(rate(http_requests_total{{{SELECTOR}}}[$__rate_interval]))"),
            unit="reqps",
            sparkline=True,
            description="All chosen services together. Good: the usual curve of the day.",
        ),
        stat(
            "Errors",
            prometheus(error_ratio(SELECTOR)),
            unit="percentunit",
            decimals=2,
            thresholds=ERRORS.thresholds(),
            sparkline=True,
            description="Share of requests answered with 5xx. Good: below 1 %; above 5 % someone is called.",
        ),
        stat(
            "Latency p95",
            prometheus(quantile(0.95, "http_request_duration_seconds", SELECTOR)),
            unit="s",
            thresholds=LATENCY.thresholds(),
            sparkline=True,
            description="95 of 100 requests are faster. Good: below 200 ms.",
        ),
        stat(
            "Instances down",
            prometheus(f"count(up{{{SELECTOR}}} == 0) or 0 * count(up{{{SELECTOR}}})", instant=True),
            thresholds=thresholds("green", (1, "red")),
            description="Instances that did not answer Prometheus' last scrape. Good: none.",
        ),
    ),
)

traffic = row(
    "By service",
    grid(
        2,
        timeseries(
            "Request rate",
            prometheus(rate, "{{service}}"),
            unit="reqps",
            stack=True,
            description="Requests per second. A step down in one service and not in its callers is a lost instance.",
        ),
        timeseries(
            "Error rate",
            prometheus(error_ratio(SELECTOR, by="service"), "{{service}}"),
            unit="percentunit",
            thresholds=ERRORS.thresholds(line=True),
            description="Share of requests answered with 5xx. Lines: warning at 1 %, page at 5 %.",
            key="error-rate",
        ),
        timeseries(
            "Latency p95",
            prometheus(quantile(0.95, "http_request_duration_seconds", SELECTOR, by="service"), "{{service}}"),
            unit="s",
            thresholds=LATENCY.thresholds(line=True),
            description="By service. Lines: warning at 200 ms, critical at 500 ms.",
            key="latency",
        ),
        timeseries(
            "Latency p50, p95, p99",
            prometheus(quantile(0.5, "http_request_duration_seconds", SELECTOR), "p50"),
            prometheus(quantile(0.95, "http_request_duration_seconds", SELECTOR), "p95"),
            prometheus(quantile(0.99, "http_request_duration_seconds", SELECTOR), "p99"),
            unit="s",
            description="All chosen services together: the distance between the lines shows how uneven answers are.",
        ),
    ),
)

instances = row(
    "Instances",
    state_timeline(
        "Service health",
        prometheus(f"min by (service, instance) (up{{{SELECTOR}}})", "{{instance}}"),
        mappings=up,
        height=8,
        description="Whether each instance answers. Red stretches are scrapes that failed.",
    ),
    timeseries(
        "Active instances",
        prometheus(f"sum by (service) (up{{{SELECTOR}}})", "{{service}}"),
        decimals=0,
        width=12,
        description="Instances that answer, by service. Good: as many as are deployed.",
    ),
    table(
        "Services",
        prometheus(rate, as_table=True, instant=True, ref="Rate"),
        prometheus(error_ratio(SELECTOR, by="service"), as_table=True, instant=True, ref="Errors"),
        prometheus(
            quantile(0.95, "http_request_duration_seconds", SELECTOR, by="service"),
            as_table=True,
            instant=True,
            ref="P95",
        ),
        width=12,
        rename={"service": "Service", "Value #Rate": "Requests/s", "Value #Errors": "Errors", "Value #P95": "p95"},
        order=["service", "Value #Rate", "Value #Errors", "Value #P95"],
        sort_by="Errors",
        decimals=2,
        overrides=[
            override("Requests/s", unit="reqps"),
            override("Errors", unit="percentunit"),
            override("p95", unit="s"),
        ],
        description="The present values side by side, most failing first.",
    ),
)

distribution = row(
    "Distribution",
    heatmap(
        "Latency distribution",
        prometheus(
            f"sum by (le) (increase(http_request_duration_seconds_bucket{{{SELECTOR}}}[$__rate_interval]))",
            "{{le}}",
            as_heatmap=True,
        ),
        width=24,
        description="How many requests took how long. Two bands are two kinds of request, or a cache that misses.",
    ),
    collapsed=True,
)

dashboard = new_dashboard(
    "Shop: service overview",
    uid="shop-service-overview",
    description="Traffic, failures, latency and instances of the shop's services.",
    tags=["operations", "shop"],
    time="3h",
    refresh="30s",
    variables=[
        datasource_variable(),
        query_variable(
            "service", f"label_values(http_requests_total{{{SERVICES}}}, service)", multi=True, include_all=True
        ),
    ],
    links=[dashboard_link("Infrastructure", "shop-infrastructure"), tag_links("Executive", "executive")],
    annotations=[
        event_annotation(
            "Deployments",
            'changes(kube_deployment_status_observed_generation{namespace="production"}[2m]) > 0',
            title="{{deployment}} deployed",
        )
    ],
    panels=[now, traffic, instances, distribution],
)
