"""Who uses the synthetic-data platform, for how much data, and what it earns."""

from __future__ import annotations

from dashkit.authoring import bar_gauge, grid, pie_chart, prometheus, query_variable, row, stat, timeseries, total_rate

from ..shared.page import page
from ..shared.systems import SYNTHDATA, SYNTHDATA_INDICATORS

ALL = SYNTHDATA.selector

#: A gauge in spite of its name. Each API instance counts the users that it saw.
users = f"sum(synthdata_active_users_total{ALL})"
requests = f"synthdata_api_requests_total{ALL(customer_id='=~$customer')}"
data = f"synthdata_data_processed_bytes_total{ALL}"
revenue = f"synthdata_revenue_generated_total{ALL}"
generated = total_rate(f"synthdata_generation_total{ALL}")
succeeded = total_rate(f"synthdata_generation_success_total{ALL}")

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
            prometheus(f"sum(increase({data}[24h]))", instant=True),
            unit="decbytes",
            decimals=1,
            description="Bytes of synthetic data over the last 24 hours.",
        ),
        stat(
            "Revenue per day",
            prometheus(f"sum(increase({revenue}[24h]))", instant=True),
            unit="currencyUSD",
            description="Revenue over the last 24 hours.",
        ),
        SYNTHDATA_INDICATORS["generation"].gauge("Generations that succeed", min=0.9, height=4),
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
            prometheus(f"{users[:-1]} offset 1d)", "yesterday"),
            decimals=0,
            description="Today against yesterday at the same hour.",
            key="active-users-trend",
        ),
        timeseries(
            "Revenue per hour",
            prometheus(f"sum(increase({revenue}[1h]))", "today"),
            prometheus(f"sum(increase({revenue}[1h] offset 1d))", "yesterday"),
            unit="currencyUSD",
            decimals=0,
            description="Earned within the hour before each point.",
        ),
        timeseries(
            "Data generated",
            prometheus(total_rate(data), "data"),
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
        prometheus(total_rate(requests, "customer_id"), "{{customer_id}}"),
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
        min=-1,
        max=1,
        width=24,
        height=7,
        description="Requests of the last hour against the same hour yesterday: growth, or a customer who leaves.",
    ),
)

dashboard = page(
    "Synthdata: business",
    uid="synthdata-business",
    description="Users, data, revenue and customers of the synthetic-data platform.",
    tags=["business", "synthdata"],
    system=SYNTHDATA,
    time="6h",
    refresh="5m",
    variables=[
        query_variable(
            "customer",
            'label_values(synthdata_api_requests_total{system="synthdata", environment="$environment"}, customer_id)',
            multi=True,
            include_all=True,
        )
    ],
    drill=[("Generation", "synthdata-generation"), ("Overview", "synthdata-overview")],
    panels=[now, growth, customers],
)
