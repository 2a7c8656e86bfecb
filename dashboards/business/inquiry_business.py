"""What the inquiry pipeline achieves: volume, categories, routing, escalation, satisfaction."""

from __future__ import annotations

from dashkit.authoring import grid, mean, pie_chart, prometheus, quantile, row, share, stat, timeseries, total_rate

from ..shared.page import page
from ..shared.systems import INQUIRY, INQUIRY_INDICATORS

ALL = INQUIRY.selector
PROCESSED = f"inquiries_processed_total{ALL}"
CATEGORY, ROUTED = f"inquiry_category_total{ALL}", f"routing_decisions_total{ALL}"
ESCALATED = f"routing_decisions_total{ALL(escalated='True')}"
of = INQUIRY_INDICATORS

now = row(
    "Now",
    grid(
        6,
        stat(
            "Inquiries in an hour",
            prometheus(f"sum(increase({PROCESSED}[1h]))"),
            decimals=0,
            sparkline=True,
            description="Processed within an hour. Good: the usual curve.",
        ),
        of["in_time"].over("1h").stat(),
        of["escalation"].over("1h").stat(),
        stat(
            "Satisfaction",
            prometheus(f"avg(customer_satisfaction_score{ALL})"),
            decimals=2,
            sparkline=True,
            thresholds=of["satisfaction"].thresholds(),
            description="From 1 to 5, estimated from sentiment. Good: above 4.",
        ),
        stat(
            "Mean priority",
            prometheus(mean("inquiry_priority_score", ALL, window="1h")),
            decimals=1,
            sparkline=True,
            description="0 to 10, of the last hour. Good: steady; a rise is an incident at the customers'.",
        ),
        stat(
            "Failed in an hour",
            prometheus(f"sum(increase(inquiries_processed_total{ALL(status='error')}[1h]))"),
            decimals=0,
            sparkline=True,
            description="Inquiries that could not be processed. Good: hardly any.",
        ),
    ),
)

course = row(
    "Volume and routing",
    grid(
        3,
        timeseries(
            "Inquiries",
            prometheus(f"sum(increase({PROCESSED}[1h]))", "in an hour"),
            prometheus(f"sum(increase({PROCESSED}[1h] offset 1w))", "last week"),
            decimals=0,
            description="Within the hour before each point, against last week.",
        ),
        pie_chart(
            "Categories",
            prometheus(f"sum by (category) (increase({CATEGORY}[$__range]))", "{{category}}", instant=True),
            decimals=0,
            description="Shares over the time shown.",
        ),
        pie_chart(
            "Departments",
            prometheus(f"sum by (department) (increase({ROUTED}[$__range]))", "{{department}}", instant=True),
            decimals=0,
            description="Where inquiries were sent, over the time shown.",
        ),
    ),
    grid(
        3,
        timeseries(
            "Escalation rate by department",
            prometheus(share(ESCALATED, ROUTED, "department", window="1h"), "{{department}}"),
            unit="percentunit",
            thresholds=of["escalation"].thresholds(line=True),
            description=of["escalation"].says(),
            key="escalation",
        ),
        of["satisfaction"].timeseries("Satisfaction by department", min=1, key="satisfaction"),
        timeseries(
            "Time until resolved",
            *(
                prometheus(f"{quantile(q, 'inquiry_processing_efficiency', ALL)} / 60", f"p{q * 100:g}")
                for q in (0.5, 0.95, 0.99)
            ),
            # Of the unit `s`, an axis would have ticks such as 41.7 min.
            unit="suffix:min",
            description="From arrival to resolution. Good: 95 of 100 within an hour.",
            key="in-time",
        ),
    ),
)

detail = row(
    "Detail",
    timeseries(
        "Categories over time",
        prometheus(total_rate(CATEGORY, "category", window="1h") + " * 3600", "{{category}}"),
        stack=True,
        decimals=0,
        width=12,
        description="Inquiries per hour by category.",
    ),
    timeseries(
        "Mean priority",
        prometheus(mean("inquiry_priority_score", ALL, window="1h"), "priority"),
        legend="none",
        decimals=1,
        max=10,
        width=12,
        description="0 to 10, of the hour before each point.",
    ),
    collapsed=True,
)

dashboard = page(
    "Inquiry pipeline: business",
    uid="inquiry-business",
    description="Volume, categories, routing, escalation and satisfaction of inquiries.",
    tags=["business", "inquiry"],
    system=INQUIRY,
    time="24h",
    refresh="5m",
    drill=[("Pipeline", "inquiry-pipeline"), ("Models", "inquiry-model-performance")],
    panels=[now, course, detail],
)
