"""The monitoring itself: targets, scrapes, rules, notifications."""

from __future__ import annotations

from dashkit.authoring import (
    grid,
    mapping,
    query_variable,
    row,
    stat,
    table,
    thresholds,
    timeseries,
    top,
    total_rate,
    up_timeline,
)
from dashkit.authoring import prometheus as query

from ..shared.page import page
from ..shared.systems import ENVIRONMENT

JOBS = ENVIRONMENT(job="=~$job")
FAILED = f"sum(increase(prometheus_rule_evaluation_failures_total{ENVIRONMENT}[1h]))"

now = row(
    "Now",
    grid(
        6,
        stat(
            "Targets down",
            query(f"count(up{JOBS} == 0) or 0 * count(up{JOBS})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Targets whose last scrape failed. Good: none.",
        ),
        stat(
            "Alerts that fire",
            query('count(ALERTS{alertstate="firing", alertname!="Watchdog"}) or vector(0)', instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "orange"), (10, "red")),
            description="All systems, without the watchdog. Good: none.",
        ),
        stat(
            "Watchdog",
            query('count(ALERTS{alertname="Watchdog", alertstate="firing"}) or vector(0)', instant=True),
            mappings=[mapping(0, "silent", "red"), mapping(1, "barks", "green")],
            description="An alert that always fires, so that its silence is noticed. Good: barks.",
            no_value="silent",
        ),
        stat(
            "Rule failures",
            query(FAILED),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Rules that could not be evaluated within an hour. Good: none.",
        ),
        stat(
            "Dropped notifications",
            query(f"sum(increase(prometheus_notifications_dropped_total{ENVIRONMENT}[1h]))"),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Alerts that no Alertmanager took within an hour. Good: none.",
        ),
        stat(
            "Configuration",
            query(f"min(prometheus_config_last_reload_successful{ENVIRONMENT})", instant=True),
            mappings=[mapping(0, "old", "red"), mapping(1, "current", "green")],
            description="Whether the configuration in use is the newest one.",
        ),
    ),
)

scrapes = row(
    "Targets",
    up_timeline(
        "Jobs with all targets up",
        JOBS,
        "job",
        height=12,
        key="targets",
        description="Red where one target of a job did not answer; which one, the targets page of Prometheus says.",
    ),
    grid(
        2,
        timeseries(
            "Slowest scrapes",
            query(
                top(
                    10,
                    f"max by (job, instance) (scrape_duration_seconds{JOBS})",
                    f"max by (job, instance) (avg_over_time(scrape_duration_seconds{JOBS}[$__range] @ end()))",
                ),
                "{{instance}}",
            ),
            unit="s",
            description="Duration of a scrape. Good: far below the interval.",
        ),
        timeseries(
            "Samples by scrape",
            query(f"sum by (job) (scrape_samples_scraped{JOBS})", "{{job}}"),
            decimals=0,
            description="Good: steady; a jump is a label with too many values.",
        ),
    ),
)

rules = row(
    "Rules and alerts",
    # Rightly empty on a calm day; its text for that says so.
    table(
        "Firing and pending",
        query('ALERTS{alertname!="Watchdog"}', format="table", instant=True),
        rename={
            "alertname": "Alert",
            "alertstate": "State",
            "severity": "Severity",
            "system": "System",
            "service": "Service",
        },
        order=["severity", "system", "service", "alertname", "alertstate"],
        hide=["__name__", "Value", "symptom", "environment", "job", "instance", "burn"],
        sort_by="Severity",
        descending=False,
        description="What Prometheus would tell Alertmanager now.",
        no_value="nothing fires",
        key="alerts",
    ),
    grid(
        2,
        timeseries(
            "Rule evaluation of its interval",
            query(
                f"""max by (rule_group) (prometheus_rule_group_last_duration_seconds{ENVIRONMENT}
                         / prometheus_rule_group_interval_seconds{ENVIRONMENT})""",
                "{{rule_group}}",
            ),
            unit="percentunit",
            thresholds=thresholds("transparent", (0.5, "orange"), (1, "red")),
            description="Good: below half; above 100 % evaluations are skipped.",
        ),
        timeseries(
            "Notifications",
            query(total_rate(f"alertmanager_notifications_total{ENVIRONMENT}", "integration"), "{{integration}}"),
            query(
                total_rate(f"alertmanager_notifications_failed_total{ENVIRONMENT}", "integration"),
                "{{integration}} failed",
            ),
            unit="ops",
            description="What Alertmanager sends. Good: nothing fails.",
        ),
    ),
    collapsed=True,
)

storage = row(
    "Storage",
    grid(
        2,
        timeseries(
            "Series in memory",
            query(f"sum(prometheus_tsdb_head_series{ENVIRONMENT})", "series"),
            decimals=0,
            legend="none",
            description="Good: grows with the systems only.",
        ),
        timeseries(
            "Samples received",
            query(total_rate(f"prometheus_tsdb_head_samples_appended_total{ENVIRONMENT}"), "samples"),
            unit="wps",
            legend="none",
            description="Per second. Good: steady.",
        ),
        timeseries(
            "Memory of Prometheus",
            query(f"max by (instance) (process_resident_memory_bytes{ENVIRONMENT(job='prometheus')})", "{{instance}}"),
            unit="bytes",
            description="Good: flat between restarts.",
        ),
        timeseries(
            "Blocks on disk",
            query(f"sum(prometheus_tsdb_storage_blocks_bytes{ENVIRONMENT})", "blocks"),
            unit="bytes",
            legend="none",
            description="Good: flat once the retention time is reached.",
        ),
    ),
    collapsed=True,
)

dashboard = page(
    "Prometheus",
    uid="prometheus",
    description="Targets, scrapes, rules and notifications: whether the monitoring works.",
    tags=["infrastructure", "monitoring"],
    variables=[
        query_variable("job", 'label_values(up{environment="$environment"}, job)', multi=True, include_all=True)
    ],
    panels=[now, scrapes, rules, storage],
)
