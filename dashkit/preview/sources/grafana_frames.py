"""Frames as Grafana's query API answers them.

https://grafana.com/docs/grafana/latest/developers/http_api/data_source/
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.frames import Field, FieldType, Frame
from dashkit.preview.sources.port import Answer

_TYPES: Mapping[str, FieldType] = {"time": "time", "number": "number", "string": "string", "boolean": "boolean"}
#: JSON has no such numbers: they stand beside the values, by place.
_SPECIAL = {"NaN": math.nan, "Inf": math.inf, "NegInf": -math.inf}


def answers_of(result: Mapping[str, Any], refs: Sequence[str]) -> list[Answer]:
    """Return the answers to queries from the ``results`` of an answer, by their refIds."""
    return [_answer(mapping(result.get(ref)), ref) for ref in refs]


def _answer(result: Mapping[str, Any], ref: str) -> Answer:
    frames = [_frame(frame, ref) for frame in objects(result.get("frames"))]
    return Answer(frames, text(result.get("error")))


def _frame(frame: Mapping[str, Any], ref: str) -> Frame:
    schema, data = mapping(frame.get("schema")), mapping(frame.get("data"))
    columns, special = _list(data.get("values")), _list(data.get("entities"))
    fields = tuple(
        _field(
            field,
            columns[number] if number < len(columns) else [],
            mapping(special[number]) if number < len(special) else {},
        )
        for number, field in enumerate(objects(schema.get("fields")))
    )
    return Frame(fields, text(schema.get("name")), text(schema.get("refId")) or ref, mapping(schema.get("meta")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _field(schema: Mapping[str, Any], column: Any, special: Mapping[str, Any]) -> Field:
    values = list(_list(column))
    for name, number in _SPECIAL.items():
        for place in special.get(name) or ():
            if isinstance(place, int) and place < len(values):
                values[place] = number
    labels = {key: text(value) for key, value in mapping(schema.get("labels")).items()}
    kind = _TYPES.get(text(schema.get("type")), "other")
    return Field(text(schema.get("name")), kind, values, labels, mapping(schema.get("config")))
