"""What rules know about the surroundings of an element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.metrics.index import MetricIndex


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The surroundings of a check. Defaults mean "unknown"; a rule that needs the value then reports nothing.

    Durations are in seconds.
    """

    #: The major version of the Grafana that will show the dashboards.
    grafana: int = 12
    metrics: MetricIndex | None = None
    #: The names of the series that the project's recording rules make; None if unknown.
    recorded: frozenset[str] | None = None
    #: The scrape interval of Prometheus, and whether dashkit.yaml sets it: a default never leads to an error.
    scrape_interval: float = 15
    scrape_known: bool = False
    retention: float | None = None
    #: Whether the queries are MetricsQL (VictoriaMetrics), which allows much that Prometheus rejects.
    metricsql: bool = False
    #: Datasource uid -> type; empty if dashkit.yaml lists none.
    datasources: Mapping[str, str] = field(default_factory=dict)
    #: Whether every dashboard of the project is checked, so that a link to any other is dead.
    whole_project: bool = False
    #: The maximum number of queries in a panel, and in a dashboard.
    panel_queries: int = 12
    dashboard_queries: int = 120
    #: Matchers that every selector must have, by label: ``{"job": '=~"$job"'}``.
    matchers: Mapping[str, str] = field(default_factory=dict)
    #: Variables that every dashboard must have.
    variables: tuple[str, ...] = ()
    #: Allowed values of the ``severity`` label of alerts.
    severities: tuple[str, ...] = ()
