"""The backups of Grafana itself: how old the last complete one is, and what it holds."""

from __future__ import annotations

from dashkit.authoring import grid, prometheus, query_variable, row, stat, table, thresholds, timeseries

from ..shared.backups import OLD_SECONDS, STALE_SECONDS
from ..shared.page import page
from ..shared.systems import ENVIRONMENT

CHOSEN = ENVIRONMENT(context="=~$context")
RUN = "dashkit_backup_last_run_timestamp_seconds"
AGE = f"time() - max by (context) (dashkit_backup_last_success_timestamp_seconds{CHOSEN})"
AGES = thresholds("green", (STALE_SECONDS, "orange"), (OLD_SECONDS, "red"))


def latest(name: str) -> str:
    return f"max by (context) (dashkit_backup_{name}{CHOSEN})"


now = row(
    "Now",
    grid(
        4,
        stat(
            "Oldest last backup",
            prometheus(f"max({AGE})", instant=True),
            unit="s",
            thresholds=AGES,
            description="Age of the last complete backup, of the context where it is oldest. Good: below 26 hours.",
        ),
        stat(
            "Not read in full",
            prometheus(f"sum({latest('failures')})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Kinds of objects that the last backups did not read in full. Good: none.",
        ),
        stat(
            "Objects",
            prometheus(f"sum(max by (context, kind) (dashkit_backup_objects{CHOSEN}))", instant=True),
            unit="locale",
            decimals=0,
            description="Dashboards, folders, rules and all else in the last archives.",
        ),
        stat(
            "Archives",
            prometheus(f"sum({latest('size_bytes')})", instant=True),
            unit="bytes",
            description="Size of the last archives.",
        ),
    ),
)

course = row(
    "Over time",
    timeseries(
        "Age of the last complete backup",
        prometheus(f"({AGE}) / 3600", "{{context}}"),
        unit="suffix:h",
        thresholds=thresholds("transparent", (STALE_SECONDS / 3600, "orange"), (OLD_SECONDS / 3600, "red")),
        width=12,
        description="A saw: it falls to zero with each complete backup. Good: no tooth above 26 hours.",
        key="age",
    ),
    timeseries(
        "Not read in full",
        prometheus(latest("failures"), "{{context}}"),
        decimals=0,
        soft_max=1,
        width=12,
        description="Kinds that the last backup of a context did not read in full. Good: none.",
        key="failures",
    ),
    timeseries(
        "Size",
        prometheus(latest("size_bytes"), "{{context}}"),
        unit="bytes",
        width=12,
        description="Size of the last archive. A fall that nobody planned is objects that are gone.",
    ),
    timeseries(
        "Duration",
        prometheus(latest("duration_seconds"), "{{context}}"),
        unit="s",
        width=12,
        description="How long the last backup took.",
    ),
)

contents = row(
    "Contents",
    table(
        "Objects by kind",
        prometheus(f"max by (context, kind) (dashkit_backup_objects{CHOSEN})", format="table", instant=True),
        rename={"context": "Context", "kind": "Kind", "Value": "Objects"},
        sort_by="Objects",
        width=12,
        description="What the last archive of each context holds.",
    ),
    timeseries(
        "Dashboards",
        prometheus(f"max by (context) (dashkit_backup_objects{CHOSEN(kind='dashboards')})", "{{context}}"),
        decimals=0,
        width=12,
        description="Dashboards in the last archive. A fall that nobody planned is dashboards that are gone.",
    ),
)

dashboard = page(
    "Backups of Grafana",
    uid="backup-health",
    description="Whether Grafana's backups are young, complete and as large as they were.",
    tags=["infrastructure"],
    metric=RUN,
    variables=[query_variable("context", f"label_values({RUN}{ENVIRONMENT}, context)", multi=True, include_all=True)],
    time="7d",
    refresh="5m",
    panels=[now, course, contents],
)
