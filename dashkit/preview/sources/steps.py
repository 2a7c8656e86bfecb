"""At which steps a Prometheus is asked, as Grafana's datasource decides it.

https://grafana.com/docs/grafana/latest/datasources/prometheus/query-editor/#options
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashkit.lint.values import text
from dashkit.model.durations import is_duration, seconds
from dashkit.preview.intervals import interval_of, rate_interval
from dashkit.preview.sources.port import View

#: Prometheus refuses to return more points of a series.
_MOST_POINTS = 11_000
_OWN_STEP = ("$__interval", "${__interval}", "$__interval_ms", "${__interval_ms}")
_OWN_RATE = ("$__rate_interval", "${__rate_interval}", "$__rate_interval_ms", "${__rate_interval_ms}")


class Steps(NamedTuple):
    """The milliseconds between two values of a query, and those that its rates look back (``$__rate_interval``)."""

    step: float
    rate: float


def steps_of(target: Mapping[str, Any], view: View) -> Steps:
    """Return the steps of a query whose ``interval`` (its lower limit) has the dashboard's variables filled in."""
    written = text(target.get("interval")).lstrip(">").strip()
    least = 1000 * seconds(written) if is_duration(written) else 0.0
    width = view.time.width
    step = max(interval_of(width, view.points, least or view.interval), width / _MOST_POINTS, 1.0)
    if written in _OWN_RATE:
        # Such a step is final, whatever the factor.
        rate = rate_interval(step, view.scrape)
        return Steps(rate, rate)
    factor = target.get("intervalFactor")
    if isinstance(factor, int) and 1 < factor < 1000:
        step *= factor
    least = step if written in _OWN_STEP else least or view.scrape
    return Steps(step, rate_interval(view.interval, least))
