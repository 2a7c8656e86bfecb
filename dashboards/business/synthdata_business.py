"""Who uses the synthetic-data platform, for how much data, and what it earns."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    datasource_variable,
    gauge,
    grid,
    pie_chart,
    prometheus,
    query_variable,
    row,
    stat,
    tag_links,
    timeseries,
)
from dashkit.authoring import dashboard as new_dashboard

from ..shared.slo import Limit

CUSTOMER = 'customer_id=~"$customer"'
GENERATION = Limit(target=0.99, warning=0.99, critical=0.95, floor=True)

#: A gauge in spite of its name: users who are active now.
users = "sum(synthdata_active_users_total)"
requests = f"synthdata_api_requests_total{{{CUSTOMER}}}"
generated = "sum(rate(synthdata_generation_total[$__rate_interval]))"
succeeded = "sum(rate(synthdata_generation_success_total[$__rate_interval]))"

now = row(
    "Now",
    grid(
        4,
        stat(
            "Active users",
            prometheus(users),
            decimals=0,
            sparkline=True,
            description="Users who are active now. Good: the usual curve of the day.",
        ),
        stat(
            "Data generated per day",
            prometheus("sum(increase(synthdata_data_processed_bytes_total[24h]))", instant=True),
            unit="decbytes",
            decimals=1,
            description="Bytes of synthetic data over the last 24 hours.",
        ),
        stat(
            "Revenue per day",
            prometheus("sum(increase(synthdata_revenue_generated_total[24h]))", instant=True),
            unit="currencyUSD",
            description="Revenue over the last 24 hours.",
        ),
        gauge(
            "Generations that succeed",
            prometheus(f"{succeeded} / {generated}"),
            minimum=0.9,
            decimals=2,
            thresholds=GENERATION.thresholds(),
            height=4,
            description="What customers get for what they ask. Good: above 99 %.",
        ),
        height=5,
    ),
)

growth = row(
    "Use and revenue",
    grid(
        2,
        timeseries(
            "Active users",
            prometheus(users, "today"),
            prometheus("sum(synthdata_active_users_total offset 1d)", "yesterday"),
            decimals=0,
            description="Today against yesterday at the same hour.",
            key="active-users-trend",
        ),
        timeseries(
            "Revenue per hour",
            prometheus("sum(increase(synthdata_revenue_generated_total[1h]))", "today"),
            prometheus("sum(increase(synthdata_revenue_generated_total[1h] offset 1d))", "yesterday"),
            unit="currencyUSD",
            decimals=0,
            description="Earned within the hour before each point.",
        ),
        timeseries(
            "Data generated",
            prometheus("sum(rate(synthdata_data_processed_bytes_total[$__rate_interval]))", "data"),
            unit="Bps",
            legend="none",
            description="Bytes of synthetic data per second.",
        ),
        timeseries(
            "Generations",
            prometheus(generated, "asked for"),
            prometheus(succeeded, "succeeded"),
            unit="ops",
            description="The gap between the lines are generations that failed.",
        ),
    ),
)

customers = row(
    "Customers",
    pie_chart(
        "Requests by customer",
        prometheus(f"topk(8, sum by (customer_id) (increase({requests}[$__range])))", "{{customer_id}}", instant=True),
        decimals=0,
        width=8,
        description="The eight largest over the chosen time.",
    ),
    timeseries(
        "Requests by customer over time",
        prometheus(f"sum by (customer_id) (rate({requests}[$__rate_interval]))", "{{customer_id}}"),
        unit="reqps",
        stack=True,
        legend="table-right",
        calcs=["mean", "max"],
        width=16,
        description="API requests per second.",
    ),
    bar_gauge(
        "Change against yesterday",
        prometheus(
            f"""sort_desc(sum by (customer_id) (increase({requests}[1h]))
            / sum by (customer_id) (increase({requests}[1h] offset 1d)) - 1)""",
            "{{customer_id}}",
            instant=True,
        ),
        unit="percentunit",
        decimals=0,
        minimum=-1,
        maximum=1,
        width=24,
        height=7,
        description="Requests of the last hour against the same hour yesterday: growth, or a customer who leaves.",
    ),
)

dashboard = new_dashboard(
    "Synthdata: business",
    uid="synthdata-business",
    description="Users, data, revenue and customers of the synthetic-data platform.",
    tags=["business", "synthdata"],
    time="6h",
    refresh="5m",
    variables=[
        datasource_variable(),
        query_variable(
            "customer", "label_values(synthdata_api_requests_total, customer_id)", multi=True, include_all=True
        ),
    ],
    links=[tag_links("Synthdata", "synthdata")],
    panels=[now, growth, customers],
)
