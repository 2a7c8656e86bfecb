"""What the rules are told about the world outside the dashboard they look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.metrics.index import MetricIndex


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known; every default means "nothing is known", and rules that need it are then silent.

    Durations are in seconds.
    """

    #: Major version of the Grafana that will show it.
    grafana: int = 12
    metrics: MetricIndex | None = None
    #: The series that the project's own rules record; None where it is not known.
    recorded: frozenset[str] | None = None
    #: Of Prometheus, and whether somebody said so: what hangs on a guess is no error.
    scrape_interval: float = 15
    scrape_known: bool = False
    retention: float | None = None
    #: Whether VictoriaMetrics answers, whose MetricsQL takes much that Prometheus does not.
    metricsql: bool = False
    #: Type by uid of the datasources that exist; empty where nobody said.
    datasources: Mapping[str, str] = field(default_factory=dict)
    #: Whether all dashboards of the project are looked at, so that a link to none of them is dead.
    whole_project: bool = False
    #: Most queries of one panel, and of one dashboard.
    panel_queries: int = 12
    dashboard_queries: int = 120
    #: Matchers that every selector must have, by label: ``{"job": '=~"$job"'}``.
    matchers: Mapping[str, str] = field(default_factory=dict)
    #: Variables that every dashboard must have.
    variables: tuple[str, ...] = ()
    #: Values of the label ``severity`` of alerts.
    severities: tuple[str, ...] = ()
