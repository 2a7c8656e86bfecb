"""What the shop earns: orders, revenue, payments, new and active users."""

from __future__ import annotations

from dashkit.authoring import grid, pie_chart, prometheus, row, share, stat, thresholds, timeseries, total_rate

from ..shared.page import page
from ..shared.systems import SHOP

ALL = SHOP.selector
ORDERS, REVENUE = f"orders_created_total{ALL}", f"order_revenue_dollars_total{ALL}"
PAYMENTS = f"payments_processed_total{ALL}"
PAID = f"payments_processed_total{ALL(status='success')}"
SIGNUPS = f"user_signups_total{ALL}"


def hourly(counter: str) -> str:
    """Per hour, at the pace of the last hour."""
    return f"sum(increase({counter}[1h]))"


now = row(
    "Now",
    grid(
        6,
        stat(
            "Orders per hour",
            prometheus(hourly(ORDERS)),
            decimals=0,
            sparkline=True,
            description="Orders of the last hour. Good: the usual curve of the day.",
        ),
        stat(
            "Revenue per hour",
            prometheus(hourly(REVENUE)),
            unit="currencyUSD",
            decimals=0,
            sparkline=True,
            description="Value of the orders of the last hour.",
        ),
        stat(
            "Value per order",
            prometheus(f"{hourly(REVENUE)} / {hourly(ORDERS)}"),
            unit="currencyUSD",
            decimals=2,
            description="Revenue over orders, last hour. Good: steady; a fall under more orders is a wrong price.",
        ),
        stat(
            "Payments that succeed",
            prometheus(share(PAID, PAYMENTS)),
            unit="percentunit",
            decimals=1,
            sparkline=True,
            thresholds=thresholds("red", (0.9, "orange"), (0.95, "green")),
            description="Share of payments that succeed. Good: above 95 %; the rest is declined or failed.",
        ),
        stat(
            "Sign-ups per hour",
            prometheus(hourly(SIGNUPS)),
            decimals=0,
            sparkline=True,
            description="Registrations of the last hour.",
        ),
        stat(
            "Active users",
            prometheus(f"sum(active_users{ALL})"),
            decimals=0,
            sparkline=True,
            description="Users with a request in the last five minutes.",
        ),
    ),
)

course = row(
    "Course",
    grid(
        2,
        timeseries(
            "Orders per hour, against last week",
            prometheus(hourly(ORDERS), "this week"),
            prometheus(f"sum(increase({ORDERS}[1h] offset 1w))", "last week"),
            decimals=0,
            description="The same hour a week ago is the fairest comparison. Good: the lines lie together.",
        ),
        timeseries(
            "Revenue per hour, against last week",
            prometheus(hourly(REVENUE), "this week"),
            prometheus(f"sum(increase({REVENUE}[1h] offset 1w))", "last week"),
            unit="currencyUSD",
            decimals=0,
            description="Good: the lines lie together, or this week's above.",
        ),
        timeseries(
            "Payments by how they ended",
            prometheus(total_rate(PAYMENTS, "status"), "{{status}}"),
            unit="ops",
            stack=True,
            description="Payments per second. Errors are ours, declined ones the bank's.",
        ),
        pie_chart(
            "Payments over the time shown",
            prometheus(f"sum by (status) (increase({PAYMENTS}[$__range]))", "{{status}}", instant=True),
            decimals=0,
            width=12,
            description="Shares of success, declined and error.",
        ),
    ),
)

dashboard = page(
    "Shop: business",
    uid="shop-business",
    description="Orders, revenue, payments and users of the shop.",
    tags=["business", "shop"],
    system=SHOP,
    time="24h",
    refresh="5m",
    drill=[("Service overview", "shop-service-overview")],
    panels=[now, course],
)
