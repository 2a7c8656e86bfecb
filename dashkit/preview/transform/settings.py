"""Transformations that take the options of fields from data: rowsToFields, configFromData."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import objects, text
from dashkit.preview.fields.matchers import Candidate, candidates, field_matcher
from dashkit.preview.fields.reduce import NAMES, reduced
from dashkit.preview.fields.scalars import number_of, text_of, tidy
from dashkit.preview.frames import Field, Frame
from dashkit.preview.transform.pieces import UnusableError, made_by

_NAME, _VALUE = "field.name", "field.value"
_NUMBERS = frozenset(("min", "max", "decimals"))
_TEXTS = frozenset(("unit", "displayName"))
_MAPPINGS = ("mappings.value", "mappings.text", "mappings.color")
_KEYS = frozenset((*_NUMBERS, *_TEXTS, *_MAPPINGS, _NAME, _VALUE, "color", "threshold1", "field.label", "__ignore"))


def rows_to_fields(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Make a field of each row: its name, its value, options, and all else as labels."""
    result = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        keys = _keys(fields, options)
        names = _found(fields, keys, _NAME, "string")
        values = _found(fields, keys, _VALUE, "number")
        if names is None or values is None:
            result.append(frame)
            continue
        rest = [
            (one, key)
            for one, key in zip(fields, keys, strict=True)
            if one.field is not names and one.field is not values
        ]
        made = [_row_field(row, names, values, rest) for row in range(frame.length)]
        result.append(Frame(tuple(made), ref_id=made_by("rowsToFields", [frame])))
    return result


def _found(fields: Sequence[Candidate], keys: Sequence[str], wanted: str, kind: str) -> Field | None:
    """Return the field that a rule chooses, else the first of a type that no rule wants."""
    chosen = next((one.field for one, key in zip(fields, keys, strict=True) if key == wanted), None)
    free = (one.field for one, key in zip(fields, keys, strict=True) if not key and one.field.type == kind)
    return chosen if chosen is not None else next(free, None)


def _row_field(row: int, names: Field, values: Field, rest: Sequence[tuple[Candidate, str]]) -> Field:
    labels = {
        one.name: text_of(one.field.values[row])
        for one, key in rest
        if key in ("", "field.label") and one.field.values[row] is not None
    }
    config = _settings({key: one.field.values[row] for one, key in rest if key})
    return Field(text_of(names.values[row]), values.type, [values.values[row]], labels, config)


def config_from_data(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Give fields the options that the answer of one query holds; the answer itself is left out."""
    query = text(options.get("configRefId")) or "config"
    source = next((number for number, frame in enumerate(frames) if frame.ref_id == query), None)
    if source is None:
        return frames
    matches = field_matcher(options.get("applyTo") or {"id": "numeric"})
    if matches is None:
        raise UnusableError("its matcher of fields is unknown")
    every = candidates(frames)
    config = _reduced_settings(every[source], options)
    return [
        frame.with_fields(
            [replace(one.field, config={**one.field.config, **config}) if matches(one) else one.field for one in fields]
        )
        for frame, fields in zip(frames, every, strict=True)
        if frame.ref_id != query
    ]


def _reduced_settings(fields: Sequence[Candidate], options: Mapping[str, Any]) -> dict[str, Any]:
    reducers = {text(rule.get("fieldName")): text(rule.get("reducerId")) for rule in objects(options.get("mappings"))}
    found: dict[str, Any] = {}
    lists: dict[str, Sequence[Any]] = {}
    for one, key in zip(fields, _keys(fields, options), strict=True):
        if key in _MAPPINGS:
            lists[key] = one.field.values
        elif key:
            reducer = reducers.get(one.name, "")
            reducer = reducer if reducer in NAMES else "lastNotNull"
            found[key] = reduced(one.field.values, [reducer]).get(reducer)
    return {**_settings(found), **_value_mappings(lists)}


def _keys(fields: Sequence[Candidate], options: Mapping[str, Any]) -> list[str]:
    """Return for each field which option it holds: by a rule, or by its name, or "" for none."""
    rules = {text(rule.get("fieldName")): text(rule.get("handlerKey")) for rule in objects(options.get("mappings"))}
    wanted = [rules[one.name] if one.name in rules else one.name.lower() for one in fields]
    return [key if key in _KEYS else "" for key in wanted]


def _settings(found: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for key, value in found.items():
        number = number_of(value)
        if value is None or value == "":
            continue
        if key in _NUMBERS and math.isfinite(number):
            settings[key] = tidy(number)
        elif key in _TEXTS:
            settings[key] = text_of(value)
        elif key == "color":
            settings["color"] = {"mode": "fixed", "fixedColor": text_of(value)}
        elif key == "threshold1" and math.isfinite(number):
            steps = [{"color": "green", "value": None}, {"color": "red", "value": tidy(number)}]
            settings["thresholds"] = {"mode": "absolute", "steps": steps}
    return settings


def _value_mappings(lists: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return value mappings whose values, texts and colours stand in columns."""
    values = lists.get("mappings.value", ())
    options: dict[str, Any] = {}
    for row, value in enumerate(values):
        shown = {
            name: text_of(lists[key][row])
            for key, name in (("mappings.text", "text"), ("mappings.color", "color"))
            if key in lists and lists[key][row] is not None
        }
        options[text_of(value)] = {**shown, "index": row}
    return {"mappings": [{"type": "value", "options": options}]} if options else {}
