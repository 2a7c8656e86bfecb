"""calculateField: new fields from calculations over others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashkit.lint.values import mapping, text, texts
from dashkit.preview.fields.matchers import Candidate, candidates, matched_names, shown_as
from dashkit.preview.fields.reduce import NAMES, reduced
from dashkit.preview.frames import Field, Frame
from dashkit.preview.transform.arithmetic import calculated_each, calculated_pair, unary_values
from dashkit.preview.transform.join import with_one_time
from dashkit.preview.transform.pieces import UnusableError, one_of
from dashkit.preview.transform.windows import cumulative, moving, window_size

Added = Sequence[tuple[int, Field]]
"""New fields, each with the number of the field before which it stands."""


def calculate_field(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Add a calculated field to each frame; several frames with times are joined before."""
    mode = one_of(options, "mode", tuple(_MODES))
    frames = with_one_time(frames)
    return [
        _with_added(fields, _MODES[mode](fields, options), options, frame)
        for frame, fields in zip(frames, candidates(frames), strict=True)
    ]


def _with_added(fields: Sequence[Candidate], added: Added, options: Mapping[str, Any], frame: Frame) -> Frame:
    if not added:
        return frame
    if options.get("replaceFields") is True:
        time = next((one.field for one in fields if one.field.type == "time" and options.get("mode") != "index"), None)
        return frame.with_fields([*([time] if time else []), *(field for _, field in added)])
    result = [one.field for one in fields]
    for place, field in reversed(added):
        result.insert(place, field)
    return frame.with_fields(result)


def _at_end(fields: Sequence[Candidate], values: Sequence[Any], name: str, options: Mapping[str, Any]) -> Added:
    alias = text(options.get("alias"))
    field = Field(alias or name, "number", values, config={"displayName": alias} if alias else {})
    return [(len(fields), field)]


def _reduce_row(fields: Sequence[Candidate], options: Mapping[str, Any]) -> Added:
    rule = mapping(options.get("reduce"))
    reducer = text(rule.get("reducer", "sum"))
    if reducer not in NAMES:
        raise UnusableError(f'the calculation "{reducer}" is unknown')
    names = texts(rule.get("include"))
    listed = matched_names(names)
    chosen = [one.field for one in fields if (listed(one) if names else one.field.type == "number")]
    length = len(fields[0].field.values) if fields else 0
    rows = zip(*(field.values for field in chosen), strict=True) if chosen else [()] * length
    values = [reduced(row, [reducer]).get(reducer) for row in rows]
    return _at_end(fields, values, NAMES[reducer], options)


def _binary(fields: Sequence[Candidate], options: Mapping[str, Any]) -> Added:
    rule = mapping(options.get("binary"))
    added = calculated_each(fields, rule)
    if added is not None:
        return added
    result = calculated_pair(fields, rule)
    return _at_end(fields, result[1], result[0], options) if result else []


def _unary(fields: Sequence[Candidate], options: Mapping[str, Any]) -> Added:
    rule = mapping(options.get("unary"))
    operator, name = text(rule.get("operator")) or "abs", text(rule.get("fieldName"))
    field = shown_as(fields, name)
    if field is None or field.type != "number":
        return []
    return _at_end(fields, unary_values(operator, field.values), f"{operator}({name})", options)


def _index(fields: Sequence[Candidate], options: Mapping[str, Any]) -> Added:
    if not fields:
        return []
    length = len(fields[0].field.values)
    percentile = mapping(options.get("index")).get("asPercentile") is True
    values = [row / length for row in range(length)] if percentile else list(range(length))
    config = {"unit": "percentunit"} if percentile else {}
    return [(len(fields), Field(text(options.get("alias")) or "Row", "number", values, config=config))]


def _cumulative(fields: Sequence[Candidate], options: Mapping[str, Any]) -> Added:
    rule = mapping(options.get("cumulative"))
    reducer = one_of(rule, "reducer", ("sum", "mean"))
    field, name = _field_of(fields, rule)
    if field is None:
        return []
    return _at_end(fields, cumulative(reducer, field.values), f"cumulative {reducer}({name})", options)


def _moving(fields: Sequence[Candidate], options: Mapping[str, Any]) -> Added:
    rule = mapping(options.get("window"))
    reducer = one_of(rule, "reducer", ("mean", "variance", "stdDev"))
    alignment = one_of(rule, "windowAlignment", ("trailing", "centered"))
    field, name = _field_of(fields, rule)
    if field is None:
        return []
    size = window_size(rule, len(field.values))
    values = moving(reducer, field.values, size, centered=alignment == "centered")
    return _at_end(fields, values, f"{alignment} moving {reducer}({name})", options)


def _field_of(fields: Sequence[Candidate], rule: Mapping[str, Any]) -> tuple[Field | None, str]:
    name = text(rule.get("field"))
    matches = matched_names([name])
    return next((one.field for one in fields if name and matches(one)), None), name


_MODES: Mapping[str, Callable[[Sequence[Candidate], Mapping[str, Any]], Added]] = {
    "reduceRow": _reduce_row,
    "binary": _binary,
    "unary": _unary,
    "index": _index,
    "cumulativeFunctions": _cumulative,
    "windowFunctions": _moving,
}
