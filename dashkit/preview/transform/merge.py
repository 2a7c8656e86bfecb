"""Transformations that put the rows of several frames into one: merge, seriesToRows, append."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.preview.fields.names import frame_name
from dashkit.preview.fields.scalars import key_of
from dashkit.preview.frames import TIME_NAME, VALUE_NAME, Field, Frame
from dashkit.preview.transform.pieces import is_series, made_by, without_names

Row = dict[str, Any]


def merge(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Join rows that agree in the fields which all frames have; what one does not know, the other adds."""
    filled = [frame for frame in frames if frame.fields]
    shared = [name for name in _columns(filled) if all(any(one.name == name for one in f.fields) for f in filled)]
    if len(frames) < 2 or not shared:
        return frames
    rows: list[Row] = []
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for frame in filled:
        for row in _rows(frame):
            others = alike.setdefault(tuple(key_of(row[name]) for name in shared), [])
            joined = [other for other in others if _agree(other, row)]
            for other in joined:
                other.update(row)
            if not joined:
                rows.append(row)
                others.append(row)
    return [_table(rows, _columns(filled), made_by("merge", filled))]


def append(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Put the rows of all frames below each other, fields of one name into one column."""
    filled = [frame for frame in frames if frame.fields]
    if len(filled) < 2:
        return frames
    rows = [row for frame in filled for row in _rows(frame)]
    return [_table(rows, _columns(filled), made_by("append", filled))]


def series_to_rows(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write series as a table of times, newest first, with the name of the series and its value."""
    series = [frame for frame in frames if frame.length]
    if not series or not all(is_series(frame) for frame in frames):
        return frames
    rows: list[tuple[Any, str, Any]] = []
    for frame in series:
        time, value = _time_and_value(frame)
        name = frame_name(frame)
        rows += [(at, name, one) for at, one in zip(time.values, value.values, strict=True)]
    rows.sort(key=lambda row: row[0], reverse=True)
    time, value = _time_and_value(series[0])
    return [
        Frame(
            (
                Field(TIME_NAME, "time", [row[0] for row in rows], config=without_names(time.config)),
                Field("Metric", "string", [row[1] for row in rows]),
                Field(VALUE_NAME, value.type, [row[2] for row in rows], config=without_names(value.config)),
            ),
            ref_id=made_by("seriesToRows", series),
        )
    ]


def _time_and_value(frame: Frame) -> tuple[Field, Field]:
    time = next(field for field in frame.fields if field.type == "time")
    return time, next(field for field in frame.fields if field.type != "time")


def _columns(frames: Sequence[Frame]) -> dict[str, Field]:
    """Return the first field of each name."""
    columns: dict[str, Field] = {}
    for frame in frames:
        for field in frame.fields:
            columns.setdefault(field.name, field)
    return columns


def _rows(frame: Frame) -> list[Row]:
    names = [field.name for field in frame.fields]
    return [dict(zip(names, row, strict=True)) for row in zip(*(field.values for field in frame.fields), strict=True)]


def _agree(known: Row, row: Row) -> bool:
    """Return whether nothing in a row contradicts what is known already."""
    return all(_fits(known.get(name), value) for name, value in row.items())


def _fits(known: Any, value: Any) -> bool:
    return known is None or (known == value and isinstance(known, bool) == isinstance(value, bool))


def _table(rows: Sequence[Row], columns: Mapping[str, Field], ref_id: str) -> Frame:
    fields = [
        Field(name, field.type, [row.get(name) for row in rows], config=field.config) for name, field in columns.items()
    ]
    return Frame(tuple(fields), ref_id=ref_id)
