"""Answers of datasources whose queries are not evaluated: a few series, or a table, around the level of the panel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.frames import Field, Frame
from dashkit.preview.sample.fallback import Level, invented
from dashkit.preview.sample.invented import invented_values
from dashkit.preview.sample.logs import whole
from dashkit.preview.sample.seed import between
from dashkit.preview.sample.signals import Clock
from dashkit.preview.sample.weights import of_value

_ROWS = 6
#: Where queries of many datasources name what a series is called, and what they group by.
_ALIASES = ("alias", "legendFormat", "aliasBy", "label", "target")
_COLUMN = re.compile(r"(?:\bas\s+)[\"'`\[]?([A-Za-z_][\w ]*?)[\"'`\]]?\s*(?:,|\bfrom\b|$|\n)", re.IGNORECASE)
_TIME = re.compile(r"time|date|\bts\b|day|hour", re.IGNORECASE)
_COUNTED = re.compile(
    r"count|sum|total|avg|mean|max|min|p\d\d|rate|value|duration|latency|size|calls|number|num", re.IGNORECASE
)


def series(target: Mapping[str, Any], clock: Clock, step: float, level: Level, seed: str) -> list[Frame]:
    """Return a few series, named as the query names them, or by what it groups by."""
    ref_id = text(target.get("refId"))
    grouped = _groups(target)
    names = invented_values(grouped)[:3] if grouped else (_alias(target) or ref_id or "value",)
    counts = any(text(metric.get("type")) == "count" for metric in objects(target.get("metrics")))
    found = []
    for name in names:
        values = invented({}, clock, level, f"{seed} {ref_id} {name}").values
        if counts:
            share = of_value(grouped, name, {})
            values = [
                whole(None if value is None else value * share, name, at)
                for value, at in zip(values, clock.times, strict=True)
            ]
        fields = (
            Field("Time", "time", [at * 1000 for at in clock.times], config={"interval": step}),
            Field(name, "number", values, {grouped: name} if grouped else {}, {"displayNameFromDS": name}),
        )
        found.append(Frame(fields, name, ref_id, {"type": "timeseries-multi"}))
    return found


def table(target: Mapping[str, Any], at: float, level: Level, seed: str) -> Frame:
    """Return a table with the columns that a query names; without any, a name and a value."""
    query = text(target.get("rawSql")) or text(target.get("query")) or text(target.get("rawQuery"))
    named = dict.fromkeys(name.strip() for name in _COLUMN.findall(query))
    columns = list(named)[:8] or ["name", "value"]
    return Frame(
        tuple(_column(column, place, at, level, seed) for place, column in enumerate(columns)),
        "",
        text(target.get("refId")),
    )


def _column(name: str, place: int, at: float, level: Level, seed: str) -> Field:
    if _TIME.search(name) and not _COUNTED.search(name):
        return Field(name, "time", [at - row * 60_000 for row in range(_ROWS)])
    if _COUNTED.search(name) and place:
        return Field(name, "number", [between(level.low, level.high, seed, name, row) for row in range(_ROWS)])
    values = invented_values(name.lower())
    return Field(
        name, "string", [values[row % len(values)] + ("" if row < len(values) else f"-{row}") for row in range(_ROWS)]
    )


def _alias(target: Mapping[str, Any]) -> str:
    for key in _ALIASES:
        alias = re.sub(r"\{\{.*?\}\}|\$\w+|\[\[.*?\]\]", "", text(target.get(key))).strip()
        if alias and len(alias) < 40:
            return alias
    return ""


def _groups(target: Mapping[str, Any]) -> str:
    """Return the field that a query groups by, as Elasticsearch and InfluxDB store it; empty if there is none."""
    for bucket in objects(target.get("bucketAggs")):
        if text(bucket.get("type")) == "terms":
            return text(bucket.get("field")).removesuffix(".keyword").rpartition(".")[2]
    for part in objects(target.get("groupBy")):
        if text(part.get("type")) == "tag":
            params = part.get("params")
            return text(params[0]).partition("::")[0] if isinstance(params, list) and params else ""
    dimensions = mapping(target.get("dimensions"))
    return next(iter(dimensions), "")
