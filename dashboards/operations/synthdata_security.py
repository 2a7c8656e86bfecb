"""Security of Inferloop Synthdata: log-ins, where requests come from, privileged operations, certificates."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    datasource_variable,
    elasticsearch,
    grid,
    logs,
    override,
    prometheus,
    row,
    share,
    stat,
    table,
    thresholds,
    timeseries,
    top,
    total_rate,
)

from ..shared.page import page
from ..shared.systems import SYNTHDATA

ALL = SYNTHDATA.selector
FAILURES = f"auth_failures_total{ALL}"
REQUESTS = f"http_requests_total{ALL}"
REFUSED = f"http_requests_total{ALL(status='403')}"
PRIVILEGED = f"privileged_operations_total{ALL}"
ELASTIC = {"type": "elasticsearch", "uid": "${elasticsearch}"}
EXPIRY = thresholds("red", (7, "orange"), (30, "green"))

now = row(
    "Now",
    grid(
        4,
        stat(
            "Failed log-ins",
            prometheus(total_rate(FAILURES)),
            unit="ops",
            decimals=2,
            sparkline=True,
            thresholds=thresholds("green", (1, "orange"), (10, "red")),
            description="Per second. Good: well below 1; above 10 somebody tries passwords.",
        ),
        stat(
            "Busiest address",
            prometheus(f"max({total_rate(REQUESTS, 'source_ip')})"),
            unit="reqps",
            sparkline=True,
            thresholds=thresholds("green", (500, "orange"), (1000, "red")),
            description="Requests per second of one address. Good: below 500; above 1,000 it is an attack.",
        ),
        stat(
            "Privileged operations in 5 min",
            prometheus(f"sum(increase({PRIVILEGED}[5m]))"),
            decimals=0,
            sparkline=True,
            thresholds=thresholds("green", (5, "orange")),
            description="Operations that need an administrator. Good: at most 5.",
        ),
        stat(
            "Next certificate to expire",
            prometheus(f"min(cert_expiry_days{ALL})", instant=True),
            unit="suffix:days",
            decimals=0,
            thresholds=EXPIRY,
            description="Days that the earliest certificate is still valid. Good: above 30.",
        ),
    ),
)

course = row(
    "Course",
    grid(
        2,
        timeseries(
            "Failed log-ins by address",
            prometheus(total_rate(FAILURES, "source_ip"), "{{source_ip}}"),
            unit="ops",
            stack=True,
            key="log-ins",
            thresholds=thresholds("transparent", (10, "red")),
            description="Good: near zero from every address.",
        ),
        timeseries(
            "Requests by address",
            prometheus(
                top(
                    10,
                    total_rate(REQUESTS, "source_ip"),
                    total_rate(REQUESTS, "source_ip", "$__range").replace("])", "] @ end())"),
                ),
                "{{source_ip}}",
            ),
            unit="reqps",
            key="sources",
            thresholds=thresholds("transparent", (1000, "red")),
            description="The ten busiest addresses. Good: none stands out.",
        ),
        timeseries(
            "Refused requests",
            prometheus(share(REFUSED, REQUESTS, "source_ip"), "{{source_ip}}"),
            unit="percentunit",
            description="Share answered with 403, by address. Good: small; a high one looks for what it may not see.",
        ),
        timeseries(
            "Privileged operations in an hour",
            prometheus(f"sum by (operation) (increase({PRIVILEGED}[1h]))", "{{operation}}"),
            decimals=0,
            stack=True,
            style="bars",
            key="privileged",
            description="By kind. Good: those that somebody announced.",
        ),
    ),
)

certificates = row(
    "Certificates",
    bar_gauge(
        "Days until expiry",
        prometheus(f"min by (domain) (cert_expiry_days{ALL})", "{{domain}}", instant=True),
        unit="suffix:days",
        decimals=0,
        max=90,
        thresholds=EXPIRY,
        key="certificates",
        description="By name, as the platform says. Good: above 30 days.",
    ),
    table(
        "Seen from outside",
        prometheus(f"(probe_ssl_earliest_cert_expiry{ALL} - time()) / 86400", format="table", instant=True),
        width=12,
        rename={"instance": "Address", "Value": "Days"},
        hide=["__name__", "job", "system", "environment", "dependency"],
        decimals=0,
        overrides=[override("Days", thresholds=EXPIRY, cell="color-text")],
        sort_by="Days",
        descending=False,
        description="What a probe from outside finds: the certificate that is served, not the one that was renewed.",
    ),
    collapsed=True,
)

lines = row(
    "Logs",
    logs(
        "Refused log-ins",
        elasticsearch("event:auth_failure", kind="logs"),
        datasource=ELASTIC,
        description="The newest refused log-ins.",
    ),
    collapsed=True,
)

dashboard = page(
    "Synthdata: security",
    uid="synthdata-security",
    description="Failed log-ins, sources of requests, privileged operations and certificates.",
    tags=["operations", "security", "synthdata"],
    system=SYNTHDATA,
    time="6h",
    variables=[datasource_variable("elasticsearch", "elasticsearch", label="Logs")],
    drill=[("Overview", "synthdata-overview")],
    panels=[now, course, certificates, lines],
)
