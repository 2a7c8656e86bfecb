"""Substitute variables in queries as Grafana does, and determine the time range of a panel."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from dashkit.lint.elements import Board, Panel
from dashkit.lint.values import mapping, text
from dashkit.model.durations import is_duration, seconds
from dashkit.promql import interpolate as variables
from dashkit.promql.interpolate import Values, prometheus


@dataclass(frozen=True, slots=True)
class Span:
    """A time range, in seconds since the epoch."""

    start: float
    end: float

    #: The scrape interval in seconds.
    scrape: float = 15.0

    @property
    def step(self) -> float:
        return max(self.scrape, (self.end - self.start) / 60)


_AGO = re.compile(r"now-((?:\d+(?:ms|[smhdwy]))+)(?:/\w)?")


def shown_span(board: Board, now: float, scrape: float) -> Span:
    """Return the time range that a dashboard opens with."""
    time_range = mapping(board.json.get("time"))
    start, end = (_AGO.fullmatch(text(time_range.get(key))) for key in ("from", "to"))
    last = now - (seconds(end[1]) if end else 0)
    first = now - (seconds(start[1]) if start else 6 * 3600)
    return Span(min(first, last - scrape), last, scrape)


def own_span(panel: Panel, span: Span) -> Span:
    """Return the time range of a panel, which may override that of the dashboard."""
    own = text(panel.json.get("timeFrom"))
    return replace(span, start=span.end - seconds(own)) if own != "0" and is_duration(own) else span


def interpolate(written: str, values: Values, span: Span) -> str:
    """Return a query with variables substituted as Grafana does for Prometheus."""
    return variables.interpolate(
        written, values, variables.built_in(span.start, span.end, span.step, span.scrape), prometheus
    )


def filled(value: Any, values: Values, span: Span) -> Any:
    """Return a JSON value with variables substituted in all its strings."""
    return variables.filled(value, lambda written: interpolate(written, values, span))
