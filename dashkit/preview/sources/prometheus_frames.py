"""Frames of what Prometheus answers, named and shaped as Grafana's datasource does it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dashkit.lint.values import text
from dashkit.preview.fields.names import display_names, labels_text
from dashkit.preview.frames import TIME_NAME, VALUE_NAME, Field, Frame
from dashkit.preview.sources.annotations import labelled
from dashkit.preview.sources.port import Answer

_AUTO = "__auto"


class Measured(NamedTuple):
    """A series: its labels, times in milliseconds, and a number for each."""

    labels: Mapping[str, str]
    times: Sequence[float]
    values: Sequence[float | None]


def frames_of(
    series: Sequence[Measured], target: Mapping[str, Any], step: float, *, several: bool = False
) -> list[Frame]:
    """Return the frames of a query.

    Args:
        target: the query as the panel has it, with ``expr``, ``legendFormat``, ``format`` and ``instant``.
        step: milliseconds between two values.
        several: whether the panel has other queries, so that a table says which one its values are of.
    """
    ref = text(target.get("refId"))
    form = text(target.get("format"))
    if form == "table":
        return [_table(series, ref, several=several)] if series else []
    if form == "heatmap":
        return _buckets(series, ref, step)
    instant = target.get("instant") is True and target.get("range") is not True
    meta = {"type": "numeric-multi" if instant else "timeseries-multi"}
    return [_series(one, target, ref, step, meta) for one in series]


def _series(one: Measured, target: Mapping[str, Any], ref: str, step: float, meta: Mapping[str, Any]) -> Frame:
    name = series_name(one.labels, target)
    config = {"displayNameFromDS": name} if name else {}
    time = Field(TIME_NAME, "time", one.times, config={"interval": step})
    metric = one.labels.get("__name__") or VALUE_NAME
    return Frame((time, Field(metric, "number", one.values, one.labels, config)), ref_id=ref, meta=meta)


def auto_named(answers: Sequence[Answer], targets: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Return the answers to a panel's queries, with names for series whose legend is to say what tells them apart.

    They leave out the name of the metric, and depend on all series of the panel.
    """
    auto = [text(target.get("legendFormat")) == _AUTO for target in targets]
    if not any(auto):
        return list(answers)
    names = iter(display_names([_without_metrics(frame) for answer in answers for frame in answer.frames]))
    found = []
    for answer, wished in zip(answers, auto, strict=True):
        own = [(frame, next(names)) for frame in answer.frames]
        found.append(answer._replace(frames=[_named(*pair) for pair in own]) if wished else answer)
    return found


def _without_metrics(frame: Frame) -> Frame:
    return frame.with_fields([replace(one, name=VALUE_NAME) if _is_metric(one) else one for one in frame.fields])


def _named(frame: Frame, names: Sequence[str]) -> Frame:
    return frame.with_fields(
        [
            replace(one, config={**one.config, "displayNameFromDS": name}) if _is_metric(one) else one
            for one, name in zip(frame.fields, names, strict=True)
        ]
    )


def _is_metric(field: Field) -> bool:
    return bool(field.labels.get("__name__")) and field.labels["__name__"] == field.name


def series_name(labels: Mapping[str, str], target: Mapping[str, Any]) -> str:
    """Return what the datasource calls a series; nothing if the panel is to find what tells the series apart."""
    form = text(target.get("legendFormat"))
    if form == _AUTO and labels:
        return ""
    if form and form != _AUTO:
        return labelled(form, labels, missing="")
    name = labels.get("__name__", "") + labels_text({key: value for key, value in labels.items() if key != "__name__"})
    return name or text(target.get("expr"))


def _table(series: Sequence[Measured], ref: str, *, several: bool) -> Frame:
    """Return one row for each value, in the order of time, with a column for each label."""
    names = list(dict.fromkeys(label for one in series for label in sorted(one.labels)))
    rows = [(at, value, one.labels) for one in series for at, value in zip(one.times, one.values, strict=True)]
    rows.sort(key=lambda row: row[0])
    time = Field(TIME_NAME, "time", [row[0] for row in rows])
    columns = [Field(name, "string", [row[2].get(name, "") for row in rows]) for name in names]
    value = Field(f"{VALUE_NAME} #{ref}" if several else VALUE_NAME, "number", [row[1] for row in rows])
    return Frame((time, *columns, value), ref_id=ref, meta={"type": "table"})


def _buckets(series: Sequence[Measured], ref: str, step: float) -> list[Frame]:
    """Return a frame for each set of labels besides ``le``."""
    groups: dict[tuple[tuple[str, str], ...], list[Measured]] = {}
    for one in series:
        rest = tuple(sorted((name, value) for name, value in one.labels.items() if name != "le"))
        groups.setdefault(rest, []).append(one)
    return [_heatmap(group, ref, step) for group in groups.values()]


def _heatmap(series: Sequence[Measured], ref: str, step: float) -> Frame:
    """Return a frame with a column for each bucket, whose values are its own, without those of smaller buckets."""
    ordered = sorted(series, key=lambda one: _bound(one.labels.get("le", "")))
    times = sorted({at for one in ordered for at in one.times})
    fields = [Field(TIME_NAME, "time", times, config={"interval": step})]
    below: dict[float, float] = {}
    for one in ordered:
        own = dict(zip(one.times, one.values, strict=True))
        values: list[float | None] = []
        for at in times:
            value = own.get(at)
            if value is None or math.isnan(value):
                values.append(None)
                continue
            values.append(max(0.0, value - below.get(at, 0.0)))
            below[at] = value
        bound = one.labels.get("le", "")
        fields.append(
            Field(bound or VALUE_NAME, "number", values, one.labels, {"displayNameFromDS": bound} if bound else {})
        )
    return Frame(tuple(fields), ref_id=ref, meta={"type": "heatmap-rows"})


def _bound(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        return math.inf
