"""What rules know of the world around the dashboard they look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.metrics.index import MetricIndex


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The surroundings of a check. Each default means "unknown", and a rule that needs the value stays silent.

    Durations are in seconds.
    """

    #: Major version of the Grafana that will show the dashboards.
    grafana: int = 12
    metrics: MetricIndex | None = None
    #: Names of the series that the project's recording rules make; None where they are unknown.
    recorded: frozenset[str] | None = None
    #: Prometheus' scrape interval, and whether dashkit.yaml states it: a guess never makes an error.
    scrape_interval: float = 15
    scrape_known: bool = False
    retention: float | None = None
    #: Whether queries go to VictoriaMetrics, whose MetricsQL accepts much that Prometheus refuses.
    metricsql: bool = False
    #: Datasource uid -> type; empty where dashkit.yaml lists none.
    datasources: Mapping[str, str] = field(default_factory=dict)
    #: Whether every dashboard of the project is checked, so that a link to none of them is dead.
    whole_project: bool = False
    #: Largest number of queries in one panel, and in one dashboard.
    panel_queries: int = 12
    dashboard_queries: int = 120
    #: Matchers that every selector must have, by label: ``{"job": '=~"$job"'}``.
    matchers: Mapping[str, str] = field(default_factory=dict)
    #: Variables that every dashboard must have.
    variables: tuple[str, ...] = ()
    #: Allowed values of the label ``severity`` of alerts.
    severities: tuple[str, ...] = ()
