"""The service mesh: what passes between workloads, what fails, how long it takes, and the control plane."""

from __future__ import annotations

from dashkit.authoring import (
    Limit,
    grid,
    latency_heatmap,
    pie_chart,
    prometheus,
    quantile,
    query_variable,
    row,
    share,
    stat,
    thresholds,
    timeseries,
    total_rate,
    up_timeline,
)

from ..shared.page import page, trace_link
from ..shared.systems import ENVIRONMENT

#: Each request is counted twice, by the caller's proxy and by the callee's; one side has to be chosen.
CHOSEN = ENVIRONMENT(reporter="destination", destination_service_namespace="=~$namespace")
REQUESTS = f"istio_requests_total{CHOSEN}"
FAILED = f"istio_requests_total{CHOSEN(response_code='=~5..')}"
DURATION = "istio_request_duration_milliseconds"
BY = "destination_service_name"
LEGEND = "{{destination_service_name}}"

ERRORS = Limit(target=0.01, warning=0.01, critical=0.05)
WINDOW = "$__rate_interval"

now = row(
    "Now",
    grid(
        4,
        stat(
            "Requests",
            prometheus(total_rate(REQUESTS)),
            unit="reqps",
            sparkline=True,
            description="Through the mesh to the chosen namespaces. Good: the usual curve of the day.",
        ),
        stat(
            "Errors",
            prometheus(share(FAILED, REQUESTS)),
            unit="percentunit",
            decimals=2,
            sparkline=True,
            thresholds=ERRORS.thresholds(),
            description="Share answered with 5xx. Good: below 1 %; above 5 % someone is called.",
        ),
        stat(
            "Latency p95",
            prometheus(quantile(0.95, DURATION, CHOSEN)),
            unit="ms",
            sparkline=True,
            thresholds=thresholds("green", (1000, "orange"), (5000, "red")),
            description="95 of 100 requests are faster. Good: below a second.",
        ),
        stat(
            "Connected proxies",
            prometheus(f"sum(pilot_xds{ENVIRONMENT})", instant=True),
            decimals=0,
            description="Proxies that the control plane reaches. Good: one for each pod of the mesh.",
        ),
    ),
)

traffic = row(
    "By service",
    grid(
        2,
        timeseries(
            "Request rate",
            prometheus(total_rate(REQUESTS, BY), LEGEND),
            unit="reqps",
            stack=True,
            description="Requests per second by the service that answers.",
        ),
        timeseries(
            "Error rate",
            prometheus(share(FAILED, REQUESTS, BY), LEGEND),
            unit="percentunit",
            thresholds=ERRORS.thresholds(line=True),
            key="error-rate",
            description="Share answered with 5xx, by service. Lines: 1 % and 5 %.",
        ),
        timeseries(
            "Latency p95",
            prometheus(quantile(0.95, DURATION, CHOSEN, by=BY), LEGEND),
            unit="ms",
            description="By service, as its own proxy sees it. Good: steady.",
            links=[trace_link("istio-ingressgateway")],
        ),
        pie_chart(
            "Where the traffic goes",
            prometheus(f"sum by ({BY}) (increase({REQUESTS[:-1]}}}[$__range]))", LEGEND, instant=True),
            decimals=0,
            width=12,
            description="Requests over the time shown, by service.",
        ),
    ),
)

routes = row(
    "Routes and bytes",
    grid(
        2,
        timeseries(
            "Requests by route",
            prometheus(
                total_rate(REQUESTS, "source_workload, destination_workload"),
                "{{source_workload}} to {{destination_workload}}",
            ),
            unit="reqps",
            description="Who calls whom. Good: no caller that should not be there.",
        ),
        timeseries(
            "TCP",
            prometheus(f"sum by ({BY}) (rate(istio_tcp_received_bytes_total{CHOSEN}[{WINDOW}]))", f"{LEGEND} in"),
            prometheus(f"-sum by ({BY}) (rate(istio_tcp_sent_bytes_total{CHOSEN}[{WINDOW}]))", f"{LEGEND} out"),
            unit="Bps",
            min=None,
            description="Received above the line, sent below.",
        ),
    ),
    latency_heatmap("Latency distribution", DURATION, CHOSEN, unit="ms"),
    collapsed=True,
)

control = row(
    "Control plane",
    grid(
        3,
        up_timeline("Mesh scraped", ENVIRONMENT(job="=~istio-mesh|istiod"), "job, instance", height=8),
        timeseries(
            "Time until a change arrives",
            prometheus(quantile(0.95, "pilot_proxy_convergence_time", ENVIRONMENT), "p95"),
            unit="s",
            thresholds=thresholds("transparent", (10, "orange"), (30, "red")),
            description="From a change of configuration to the proxies. Good: below 10 s.",
        ),
        timeseries(
            "Rejected configuration",
            prometheus(f"sum by (type) (increase(pilot_total_xds_rejects{ENVIRONMENT}[1h]))", "{{type}}"),
            decimals=0,
            thresholds=thresholds("transparent", (1, "red")),
            description="Configurations that a proxy refused within an hour. Good: none; those proxies run with the old one.",
        ),
    ),
    collapsed=True,
)

dashboard = page(
    "Istio: service mesh",
    uid="istio-mesh",
    description="Requests, errors and latency between workloads of the mesh, and its control plane.",
    tags=["infrastructure", "kubernetes", "inquiry"],
    metric="istio_requests_total",
    variables=[
        query_variable(
            "namespace",
            'label_values(istio_requests_total{environment="$environment"}, destination_service_namespace)',
            multi=True,
            include_all=True,
        )
    ],
    drill=[("Workloads", "kubernetes-workloads")],
    traces=True,
    panels=[now, traffic, routes, control],
)
