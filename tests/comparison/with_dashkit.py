"""The comparison in dashkit."""

from dashkit.authoring import (
    datasource_variable,
    new_dashboard,
    prometheus,
    query_variable,
    selector,
    stat,
    table,
    thresholds,
    timeseries,
)

CHOSEN = selector(job="=~$job")

dashboard = new_dashboard(
    "Checkout",
    uid="checkout",
    tags="shop",
    variables=[datasource_variable(), query_variable("job", "label_values(up, job)", multi=True, include_all=True)],
    panels=[
        stat("Requests", f"sum(rate(http_requests_total{CHOSEN}[$__rate_interval]))", unit="reqps", width=12),
        stat("Down", f"count(up{CHOSEN} == 0)", thresholds=thresholds("green", (1, "red")), width=12),
        timeseries(
            "Requests by status",
            prometheus(f"sum by (status) (rate(http_requests_total{CHOSEN}[$__rate_interval]))", "{{status}}"),
            unit="reqps",
            stack=True,
            width=24,
        ),
        timeseries("CPU of $job", f"rate(process_cpu_seconds_total{CHOSEN}[$__rate_interval])", repeat="job", width=24),
        table(
            "Memory of instances",
            prometheus(f"process_resident_memory_bytes{CHOSEN}", format="table", instant=True, ref="Used"),
            prometheus(f"process_virtual_memory_max_bytes{CHOSEN}", format="table", instant=True, ref="Limit"),
            join="instance",
            rename={"instance": "Instance", "Value #Used": "Used", "Value #Limit": "Limit"},
            unit="bytes",
            cell="color-text",
            thresholds=thresholds("text", (2e9, "red")),
        ),
    ],
)
