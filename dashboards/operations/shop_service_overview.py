"""The shop's services at one glance: traffic, failures, latency, who is up; below, what is particular to each."""

from __future__ import annotations

from dashkit.authoring import (
    Limit,
    down_count,
    grid,
    latency_heatmap,
    latency_lines,
    override,
    pool,
    prometheus,
    quantile,
    query_variable,
    row,
    share,
    stat,
    table,
    timeseries,
    total_rate,
    up_timeline,
)

from ..shared.page import page, trace_link
from ..shared.systems import SHOP

CHOSEN = SHOP.selector(service="=~$service")
REQUESTS = f"http_requests_total{CHOSEN}"
FAILED = f"http_requests_total{CHOSEN(status='=~5..')}"
DURATION = "http_request_duration_seconds"

#: Each service has limits of its own (see the SLO dashboard); these lines are where any of them calls somebody.
ERRORS = Limit(target=0.005, warning=0.01, critical=0.05)
LATENCY = Limit(target=0.1, warning=0.2, critical=0.5)

services = {service.name: service.indicators for service in SHOP.services}
token, query = services["auth-service"]["token"], services["business-logic"]["query"]
records, lag, dead = (services["data-processor"][key] for key in ("rate", "lag", "dead_letters"))
hits, misses = (f"cache_{kind}_total{CHOSEN}" for kind in ("hits", "misses"))

now = row(
    "Now",
    grid(
        4,
        stat(
            "Requests",
            prometheus(total_rate(REQUESTS)),
            unit="reqps",
            sparkline=True,
            description="All chosen services together. Good: the usual curve of the day.",
        ),
        stat(
            "Errors",
            prometheus(share(FAILED, REQUESTS)),
            unit="percentunit",
            decimals=2,
            thresholds=ERRORS.thresholds(),
            sparkline=True,
            description="Share of requests answered with 5xx. Good: below 1 %; above 5 % someone is called.",
        ),
        stat(
            "Latency p95",
            prometheus(quantile(0.95, DURATION, CHOSEN)),
            unit="s",
            thresholds=LATENCY.thresholds(),
            sparkline=True,
            description="95 of 100 requests are faster. Good: below 200 ms.",
        ),
        down_count("Instances down", CHOSEN),
    ),
)

traffic = row(
    "By service",
    grid(
        3,
        timeseries(
            "Request rate",
            prometheus(total_rate(REQUESTS, "service"), "{{service}}"),
            unit="reqps",
            stack=True,
            description="Requests per second. A step down in one service and not in its callers is a lost instance.",
        ),
        timeseries(
            "Error rate",
            prometheus(share(FAILED, REQUESTS, "service"), "{{service}}"),
            unit="percentunit",
            thresholds=ERRORS.thresholds(line=True),
            description="Share of requests answered with 5xx. Lines: warning at 1 %, page at 5 %.",
            key="error-rate",
        ),
        timeseries(
            "Latency p95",
            prometheus(quantile(0.95, DURATION, CHOSEN, by="service"), "{{service}}"),
            unit="s",
            thresholds=LATENCY.thresholds(line=True),
            description="By service. Lines: 200 ms, from where the gateway and the auth service page, and 500 ms.",
            links=[trace_link("$service")],
            key="latency",
        ),
    ),
)

instances = row(
    "Instances",
    up_timeline("Service health", CHOSEN, "service, instance", key="health", height=8),
    timeseries(
        "Active instances",
        prometheus(f"sum by (service) (up{CHOSEN})", "{{service}}"),
        decimals=0,
        width=12,
        description="Instances that answer, by service. Good: as many as are deployed.",
    ),
    table(
        "Services",
        prometheus(total_rate(REQUESTS, "service"), format="table", instant=True, ref="Rate"),
        prometheus(share(FAILED, REQUESTS, "service"), format="table", instant=True, ref="Errors"),
        prometheus(quantile(0.95, DURATION, CHOSEN, by="service"), format="table", instant=True, ref="P95"),
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

data = row(
    "Data processor",
    grid(
        3,
        records.timeseries(key="records"),
        lag.timeseries(key="lag"),
        dead.timeseries(key="dead-letters"),
        height=7,
    ),
    collapsed=True,
)

below = row(
    "Database, cache and tokens",
    grid(
        2,
        pool(
            "Connection pool",
            f"sum(database_connections_active{CHOSEN})",
            f"sum(database_connections_total{CHOSEN})",
            limit=Limit(target=0.8, warning=0.8, critical=0.9),
            key="pool",
        ),
        timeseries(
            "Database queries p95",
            prometheus(quantile(0.95, "database_query_duration_seconds", CHOSEN, by="service"), "{{service}}"),
            unit="s",
            thresholds=query.thresholds(line=True),
            description=query.says(),
            key="queries",
        ),
        timeseries(
            "Cache hits",
            prometheus(
                f"{total_rate(hits, 'service')} / ({total_rate(hits, 'service')} + {total_rate(misses, 'service')})",
                "{{service}}",
            ),
            unit="percentunit",
            max=1,
            description="Share of look-ups that the cache answers. Good: above 80 %; a fall puts the load on the database.",
        ),
        token.timeseries(key="token"),
    ),
    collapsed=True,
)

distribution = row(
    "Distribution",
    latency_lines(
        "Latency p50, p95, p99",
        DURATION,
        CHOSEN,
        width=24,
        description="All chosen services together: the distance between the lines shows how uneven answers are.",
    ),
    latency_heatmap("Latency distribution", DURATION, CHOSEN),
    collapsed=True,
)

dashboard = page(
    "Shop: service overview",
    uid="shop-service-overview",
    description="Traffic, failures, latency and instances of the shop's services.",
    tags=["operations", "shop"],
    system=SHOP,
    refresh="30s",
    variables=[
        query_variable(
            "service",
            'label_values(http_requests_total{system="shop", environment="$environment"}, service)',
            multi=True,
            include_all=True,
        )
    ],
    drill=[("Infrastructure", "shop-infrastructure"), ("Objectives", "shop-slo"), ("Logs", "shop-logs")],
    traces=True,
    panels=[now, traffic, instances, data, below, distribution],
)
