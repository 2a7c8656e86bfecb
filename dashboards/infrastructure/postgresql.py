"""PostgreSQL behind the systems: reachability, connections, transactions, cache, locks, size."""

from __future__ import annotations

from dashkit.authoring import (
    Limit,
    grid,
    mapping,
    override,
    prometheus,
    query_variable,
    row,
    stat,
    state_timeline,
    thresholds,
    timeseries,
    total_rate,
)

from ..shared.page import page
from ..shared.systems import ENVIRONMENT

CHOSEN = ENVIRONMENT(system="=~$system")
CONNECTIONS = Limit(target=0.8, warning=0.8, critical=0.9)
#: Sums of servers: a database's connections have labels that the server's limit does not have.
used = f"sum by (system) (pg_stat_database_numbackends{CHOSEN}) / sum by (system) (pg_settings_max_connections{CHOSEN})"


def rate(what: str, by: str = "system") -> str:
    return total_rate(f"pg_stat_database_{what}{CHOSEN}", by)


def hit_ratio(by: str) -> str:
    hit, read = (
        f"sum by ({by}) (rate(pg_stat_database_blks_{kind}{CHOSEN}[$__rate_interval]))" for kind in ("hit", "read")
    )
    return f"{hit} / ({hit} + {read})"


now = row(
    "Now",
    grid(
        4,
        stat(
            "Servers down",
            prometheus(f"count(pg_up{CHOSEN} == 0) or 0 * count(pg_up{CHOSEN})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Servers that the exporter cannot reach. Good: none.",
        ),
        stat(
            "Fullest connections",
            prometheus(f"max({used})"),
            unit="percentunit",
            decimals=0,
            thresholds=CONNECTIONS.thresholds(),
            sparkline=True,
            description="Connections over those allowed, on the fullest server. Good: below 80 %.",
        ),
        stat(
            "Lowest cache share",
            prometheus(f"min({hit_ratio('system')})"),
            unit="percentunit",
            decimals=1,
            thresholds=thresholds("red", (0.9, "orange"), (0.95, "green")),
            description="Blocks found in the server's cache, on the server that finds fewest. Good: above 95 %.",
        ),
        stat(
            "Longest transaction",
            prometheus(f"max(pg_stat_activity_max_tx_duration{CHOSEN})"),
            unit="s",
            thresholds=thresholds("green", (300, "orange"), (1800, "red")),
            description="The oldest open transaction. Good: seconds; an old one keeps dead rows alive.",
        ),
    ),
)

course = row(
    "Course",
    grid(
        2,
        state_timeline(
            "Reachable",
            prometheus(f"min by (system) (pg_up{CHOSEN})", "{{system}}"),
            mappings=[mapping(0, "down", "red"), mapping(1, "up", "green")],
            height=8,
            description="Whether the exporter reaches each server. Good: all green.",
            key="up",
        ),
        timeseries(
            "Connections of those allowed",
            prometheus(used, "{{system}}"),
            unit="percentunit",
            max=1,
            thresholds=CONNECTIONS.thresholds(line=True),
            key="connections",
            description="Good: below 80 %; at 100 % the next client is refused.",
        ),
        timeseries(
            "Transactions",
            prometheus(rate("xact_commit"), "{{system}} committed"),
            prometheus(rate("xact_rollback"), "{{system}} rolled back"),
            unit="ops",
            description="Per second. Good: few are rolled back.",
        ),
        timeseries(
            "Connections by state",
            prometheus(f"sum by (state) (pg_stat_activity_count{CHOSEN})", "{{state}}"),
            stack=True,
            decimals=0,
            overrides=[override("idle in transaction", color="red")],
            description="Good: hardly any idle in transaction; those hold locks and do nothing.",
        ),
    ),
)

detail = row(
    "Rows, locks, size",
    grid(
        2,
        timeseries(
            "Rows",
            *(
                prometheus(total_rate(f"pg_stat_database_tup_{kind}{CHOSEN}"), kind)
                for kind in ("fetched", "inserted", "updated", "deleted")
            ),
            unit="ops",
            scale="log10",
            description="Rows per second by what happens to them; the scale is logarithmic.",
        ),
        timeseries(
            "Cache",
            prometheus(hit_ratio("system"), "{{system}}"),
            unit="percentunit",
            min=None,
            max=1,
            description="Share of blocks found in the server's cache. Good: above 95 %.",
        ),
        timeseries(
            "Locks",
            prometheus(f"sum by (mode) (pg_locks_count{CHOSEN})", "{{mode}}"),
            decimals=0,
            stack=True,
            description="By mode. Good: accessexclusivelock only for moments.",
        ),
        timeseries(
            "Deadlocks in an hour",
            prometheus(f"sum by (system) (increase(pg_stat_database_deadlocks{CHOSEN}[1h]))", "{{system}}"),
            decimals=0,
            thresholds=thresholds("transparent", (1, "red")),
            description="Two transactions that wait for each other. Good: none.",
        ),
        timeseries(
            "Size",
            prometheus(f"sum by (system) (pg_database_size_bytes{CHOSEN})", "{{system}}"),
            unit="bytes",
            stack=True,
            description="All databases of a server. Good: grows with the business only.",
        ),
        timeseries(
            "Temporary files",
            prometheus(rate("temp_bytes"), "{{system}}"),
            unit="Bps",
            description="Written by queries that do not fit into memory. Good: near zero.",
        ),
    ),
    collapsed=True,
)

dashboard = page(
    "PostgreSQL",
    uid="postgresql",
    description="Connections, transactions, cache, locks and size of the databases.",
    tags=["infrastructure", "database", "orchestrator", "shop", "freeagentics", "synthdata", "inquiry"],
    metric="pg_up",
    variables=[
        query_variable(
            "system", 'label_values(pg_up{environment="$environment"}, system)', multi=True, include_all=True
        )
    ],
    panels=[now, course, detail],
)
