"""Substitute variables in queries as Grafana does, and determine the time range of a panel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from dashkit.lint.elements import Board, Panel
from dashkit.lint.values import mapping, text
from dashkit.model.durations import is_duration, seconds
from dashkit.promql.variables import find


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


class Chosen(NamedTuple):
    """The values of a variable; ``several`` if it can have more than one, ``raw`` if they are inserted unescaped."""

    values: tuple[str, ...]
    several: bool = False
    raw: bool = False


Values = Mapping[str, Chosen]


_SPECIAL = re.compile(r"[$^*{}\[\]'+?.()|]")


def interpolate(written: str, values: Values, span: Span) -> str:
    """Return the text with variables substituted as Grafana does for Prometheus: several values as ``(a|b)``, escaped.

    https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
    """
    width = span.end - span.start
    built_in = {
        "__interval": f"{span.step:.0f}s",
        "__interval_ms": f"{span.step * 1000:.0f}",
        "__rate_interval": f"{max(span.step + span.scrape, 4 * span.scrape):.0f}s",
        "__auto": f"{span.step:.0f}s",
        "__range": f"{width:.0f}s",
        "__range_s": f"{width:.0f}",
        "__range_ms": f"{width * 1000:.0f}",
        "__from": f"{span.start * 1000:.0f}",
        "__to": f"{span.end * 1000:.0f}",
    }
    parts, last = [], 0
    for reference in find(written):
        if reference.name in values:
            value = _formatted(values[reference.name], reference.format)
        elif reference.name in built_in:
            value = built_in[reference.name]
            if reference.format.startswith("date:seconds"):
                value = str(int(int(value) / 1000))
        else:
            continue
        parts += [written[last : reference.start], value]
        last = reference.end
    return "".join([*parts, written[last:]])


def _formatted(chosen: Chosen, form: str) -> str:
    values = chosen.values
    if chosen.raw or form in ("csv", "raw", "text"):
        return ",".join(values)
    if form == "pipe":
        return "|".join(values)
    if form == "json":
        return "[" + ",".join(f'"{value}"' for value in values) + "]"
    if form in ("doublequote", "singlequote"):
        quote = '"' if form == "doublequote" else "'"
        return ",".join(f"{quote}{value}{quote}" for value in values)
    if form == "glob":
        return "{" + ",".join(values) + "}" if len(values) > 1 else values[0]
    if not chosen.several:
        # A single value is not a regular expression; only escape what would end the string.
        return values[0].replace("\\", "\\\\").replace('"', '\\"')
    escaped = [_escaped(value) for value in values]
    return escaped[0] if len(escaped) == 1 else "(" + "|".join(escaped) + ")"


def _escaped(value: str) -> str:
    """Escape a value for a regular expression inside a string literal, as Grafana does."""
    return _SPECIAL.sub(r"\\\\\g<0>", value.replace("\\", "\\" * 4).replace('"', r"\\\""))


def filled(value: Any, values: Values, span: Span) -> Any:
    """Return a JSON value with variables substituted in all its strings."""
    if isinstance(value, str):
        return interpolate(value, values, span)
    if isinstance(value, dict):
        return {key: filled(item, values, span) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, values, span) for item in value]
    return value
