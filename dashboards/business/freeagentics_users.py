"""Who uses FreeAgentics, what for, and for how long."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    grid,
    latency_heatmap,
    pie_chart,
    prometheus,
    quantile,
    row,
    stat,
    timeseries,
    total_rate,
)

from ..shared.page import page
from ..shared.systems import FREEAGENTICS

ALL = FREEAGENTICS.selector
NEW, SESSIONS = f"freeagentics_new_users_total{ALL}", f"freeagentics_user_sessions_total{ALL}"
ACTIONS, FEATURES = f"freeagentics_user_actions_total{ALL}", f"freeagentics_feature_usage_total{ALL}"
#: A gauge in spite of its name. Each API instance counts its own sessions.
USERS = f"sum(freeagentics_active_users_total{ALL})"
LENGTH = "freeagentics_session_duration_seconds"

now = row(
    "Now",
    grid(
        4,
        stat(
            "Active users",
            prometheus(USERS),
            decimals=0,
            sparkline=True,
            description="Users with a session. Good: the usual curve of the day.",
        ),
        stat(
            "New users in a day",
            prometheus(f"sum(increase({NEW}[24h]))", instant=True),
            decimals=0,
            description="Registrations of the last 24 hours.",
        ),
        stat(
            "Sessions in a day",
            prometheus(f"sum(increase({SESSIONS}[24h]))", instant=True),
            decimals=0,
            description="Sessions begun within 24 hours.",
        ),
        stat(
            "Session length",
            prometheus(quantile(0.5, LENGTH, ALL, window="1h")),
            unit="s",
            decimals=0,
            sparkline=True,
            description="Median of the last hour. Good: steady or growing.",
        ),
    ),
)

course = row(
    "Course",
    grid(
        2,
        timeseries(
            "Active users, against last week",
            prometheus(USERS, "this week"),
            prometheus(f"{USERS[:-1]} offset 1w)", "last week"),
            decimals=0,
            description="Good: at or above last week's curve.",
        ),
        timeseries(
            "Registrations and sessions in an hour",
            prometheus(f"sum(increase({NEW}[1h]))", "registrations"),
            prometheus(f"sum(increase({SESSIONS}[1h]))", "sessions"),
            decimals=0,
            description="Good: sessions grow faster than registrations.",
        ),
        timeseries(
            "Actions",
            prometheus(total_rate(ACTIONS, "action"), "{{action}}"),
            unit="ops",
            stack=True,
            description="What users do, per second.",
        ),
        pie_chart(
            "Features over the time shown",
            prometheus(f"sum by (feature) (increase({FEATURES}[$__range]))", "{{feature}}", instant=True),
            decimals=0,
            width=12,
            description="Shares of the features in all uses.",
        ),
    ),
)

detail = row(
    "Detail",
    bar_gauge(
        "Actions per session in an hour",
        prometheus(
            f"sum by (action) (increase({ACTIONS}[1h])) / scalar(sum(increase({SESSIONS}[1h])))",
            "{{action}}",
            instant=True,
        ),
        decimals=1,
        width=24,
        height=6,
        description="How much a session is used for each action. Good: people run what they create.",
    ),
    latency_heatmap("Session length, distribution", LENGTH, ALL, description="How many sessions lasted how long."),
    collapsed=True,
)

dashboard = page(
    "FreeAgentics: users",
    uid="freeagentics-users",
    description="Users, sessions, actions and features of FreeAgentics.",
    tags=["business", "freeagentics"],
    system=FREEAGENTICS,
    time="24h",
    refresh="5m",
    drill=[("Overview", "freeagentics-overview")],
    panels=[now, course, detail],
)
