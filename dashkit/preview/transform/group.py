"""Transformations that group rows by values: groupBy, groupingToMatrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import mapping, text, texts
from dashkit.preview.fields.matchers import Candidate, candidates, matched_names
from dashkit.preview.fields.reduce import reduced
from dashkit.preview.fields.scalars import at, text_of
from dashkit.preview.frames import TIME_NAME, VALUE_NAME, Field, FieldType, Frame
from dashkit.preview.transform.pieces import without_names

_COUNTING = frozenset(("count", "countAll", "distinctCount", "changeCount"))
_DECIDING = frozenset(("allIsNull", "allIsZero"))
_EMPTY: Mapping[str, Any] = {"null": None, "zero": 0, "true": True, "false": False}


def group_by(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write a row for each combination of values of some fields, with calculations over others."""
    rules = {name: mapping(rule) for name, rule in mapping(options.get("fields")).items()}
    keys = {name for name, rule in rules.items() if rule.get("operation") == "groupby"}
    if not keys:
        return frames
    is_key = matched_names(keys)
    reducers = {
        name: texts(rule.get("aggregations")) for name, rule in rules.items() if rule.get("operation") == "aggregate"
    }
    result = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        grouped = [one.field for one in fields if is_key(one)]
        if grouped:
            result.append(
                _grouped(frame, grouped, [(one, reducers[one.name]) for one in fields if one.name in reducers])
            )
    return result


def _grouped(frame: Frame, keys: Sequence[Field], calculated: Sequence[tuple[Candidate, list[str]]]) -> Frame:
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in range(frame.length):
        groups.setdefault(tuple(text_of(field.values[row]) for field in keys), []).append(row)
    firsts = [rows[0] for rows in groups.values()]
    fields = [replace(field, values=at(field.values, firsts), labels={}) for field in keys]
    for one, reducers in calculated:
        results = [reduced(at(one.field.values, rows), reducers) for rows in groups.values()]
        for reducer in reducers:
            values = [result.get(reducer) for result in results]
            fields.append(Field(f"{one.name} ({reducer})", _type(reducer, one.field.type), values))
    return Frame(tuple(fields), name=frame.name, ref_id=frame.ref_id)


def _type(reducer: str, kind: FieldType) -> FieldType:
    if reducer in _COUNTING:
        return "number"
    return "boolean" if reducer in _DECIDING else kind


def grouping_to_matrix(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write a table with a row for each value of one field and a column for each value of another."""
    if len(frames) != 1:
        return frames
    row_name, column_name = (text(options.get(key)) or TIME_NAME for key in ("rowField", "columnField"))
    value_name = text(options.get("valueField")) or VALUE_NAME
    rows, columns, values = (_unlabelled(frames[0], name) for name in (row_name, column_name, value_name))
    if rows is None or columns is None or values is None:
        return frames
    empty = _EMPTY.get(text(options.get("emptyValue")), "")
    heads = {text_of(value): value for value in reversed(rows.values)}
    order = list(dict.fromkeys(text_of(value) for value in rows.values))
    cells: dict[str, dict[str, Any]] = {}
    for row, column, value in zip(rows.values, columns.values, values.values, strict=True):
        cells.setdefault(text_of(column), {})[text_of(row)] = value
    fields = [replace(rows, name=f"{row_name}\\{column_name}", values=[heads[key] for key in order], labels={})]
    fields += [
        replace(
            values,
            name=name,
            values=[known.get(key, empty) for key in order],
            labels={},
            config=without_names(values.config),
        )
        for name, known in cells.items()
    ]
    return [Frame(tuple(fields))]


def _unlabelled(frame: Frame, name: str) -> Field | None:
    """Return a field by its name or title. Here Grafana does not count labels and frame."""
    return next(
        (field for field in frame.fields if (text(field.config.get("displayName")) or field.name) == name), None
    )
