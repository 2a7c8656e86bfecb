"""Transformations between forms of time series: prepareTimeSeries, timeSeriesTable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.fields.reduce import NAMES, reduced
from dashkit.preview.fields.scalars import number_of, text_of
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.preview.transform.join import joined
from dashkit.preview.transform.pieces import is_series, made_by, one_of, with_rows

_DRAWN = ("number", "boolean")


def prepare_time_series(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write series as a frame each, as one frame, or as rows with their labels."""
    form = one_of(options, "format", ("wide", "multi", "many", "long"))
    series = [one for frame in frames for one in _split(frame)]
    if not series:
        return []
    if form == "long":
        return [_long(series)]
    if form == "wide":
        whole = joined(series) if len(series) > 1 else series[0]
        return [
            replace(whole, ref_id=made_by("prepareTimeSeries", frames), meta={**whole.meta, "type": "timeseries-wide"})
        ]
    return [replace(one, meta={**one.meta, "type": "timeseries-multi"}) for one in series]


def _split(frame: Frame) -> list[Frame]:
    """Return a frame of time and value for each series: each field, and each combination of its texts, as labels."""
    time = first_of_type(frame, "time")
    drawn = [field for field in frame.fields if field.type in _DRAWN]
    factors = [field for field in frame.fields if field.type == "string"]
    if time is None or not drawn:
        return []
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in range(frame.length):
        groups.setdefault(tuple(text_of(field.values[row]) for field in factors), []).append(row)
    if not factors:
        return [frame.with_fields([time, field]) for field in drawn]
    result = []
    for field in drawn:
        for values, rows in groups.items():
            labels = {**field.labels, **{one.name: value for one, value in zip(factors, values, strict=True)}}
            result.append(with_rows(frame.with_fields([time, replace(field, labels=labels)]), rows))
    return result


def _long(series: Sequence[Frame]) -> Frame:
    """Return a row for each time and set of labels, with a column for each name of a value; sorted by time."""
    values = {frame.fields[1].name: frame.fields[1] for frame in reversed(series)}
    names = list(dict.fromkeys(frame.fields[1].name for frame in series))
    labels = sorted({label for frame in series for label in frame.fields[1].labels})
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for frame in series:
        time, field = frame.fields
        own = tuple(field.labels.get(label, "") for label in labels)
        for at, value in zip(time.values, field.values, strict=True):
            rows.setdefault((at, *own), {})[field.name] = value
    order = sorted(rows, key=lambda key: number_of(key[0]))
    fields = [replace(series[0].fields[0], values=[key[0] for key in order])]
    fields += [replace(values[name], labels={}, values=[rows[key].get(name) for key in order]) for name in names]
    fields += [Field(label, "string", [key[place] for key in order]) for place, label in enumerate(labels, 1)]
    return Frame(tuple(fields), ref_id=made_by("prepareTimeSeries", series[:1]), meta={"type": "timeseries-long"})


def time_series_table(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write the series of each query as a table: their labels, and a column ``Trend #A`` whose cells are series.

    A cell is the frame of a series; ``meta["value"]`` is what the calculation that the options choose makes of it.
    """
    others = [frame for frame in frames if not is_series(frame)]
    queries = dict.fromkeys(frame.ref_id for frame in frames if is_series(frame))
    return [
        *others,
        *(
            _trends(query, [one for one in frames if one.ref_id == query and is_series(one)], options)
            for query in queries
        ),
    ]


def _trends(query: str, frames: Sequence[Frame], options: Mapping[str, Any]) -> Frame:
    stat = text(mapping(options.get(query)).get("stat"))
    stat = stat if stat in NAMES else "lastNotNull"
    labels = dict.fromkeys(label for frame in frames for label in _value_of(frame).labels)
    fields = [Field(label, "string", [_value_of(frame).labels.get(label, "") for frame in frames]) for label in labels]
    cells = [
        replace(frame, meta={**frame.meta, "value": reduced(_value_of(frame).values, [stat]).get(stat)})
        for frame in frames
    ]
    trend = Field(f"Trend #{query}" if query else "Trend", "other", cells)
    return Frame((*fields, trend), ref_id=made_by("timeSeriesTable", frames[:1]))


def _value_of(frame: Frame) -> Field:
    return next(field for field in frame.fields if field.type == "number")
