"""Grafana's own expressions: reduce, math and the like, over the answers to other queries."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import text
from dashkit.preview.frames import Field, Frame, first_of_type

_REDUCERS: dict[str, Callable[[Sequence[float]], float]] = {
    "last": lambda numbers: numbers[-1],
    "mean": lambda numbers: sum(numbers) / len(numbers),
    "min": min,
    "max": max,
    "sum": sum,
    "count": lambda numbers: float(len(numbers)),
    "median": lambda numbers: sorted(numbers)[len(numbers) // 2],
}
_REFERENCE = re.compile(r"\$\{?(\w+)\}?")
_SIMPLE = re.compile(r"\s*\$\{?(\w+)\}?\s*([-+*/<>])\s*(?:(-?\d+(?:\.\d+)?)|\$\{?(\w+)\}?)\s*")


def calculated(target: Mapping[str, Any], answers: Mapping[str, Sequence[Frame]]) -> list[Frame] | None:
    """Return the frames of an expression over those of other queries by their refId; None if it is too complex."""
    kind, written, ref_id = text(target.get("type")), text(target.get("expression")), text(target.get("refId"))
    reference = _REFERENCE.search(written)
    first = answers.get(reference[1] if reference else written.strip())
    if kind == "reduce":
        reducer = _REDUCERS.get(text(target.get("reducer")) or "last")
        return None if first is None or reducer is None else [_reduced(frame, reducer, ref_id) for frame in first]
    if kind in ("resample", "threshold"):
        return None if first is None else [replace(frame, ref_id=ref_id) for frame in first]
    simple = _SIMPLE.fullmatch(written) if kind == "math" else None
    if simple is None or first is None:
        return None
    others = answers.get(simple[4]) if simple[4] else None
    if simple[4] and not others:
        return None
    return [_combined(frame, simple, others, ref_id) for frame in first]


def _reduced(frame: Frame, reduce: Callable[[Sequence[float]], float], ref_id: str) -> Frame:
    field = first_of_type(frame, "number")
    if field is None:
        return Frame((), frame.name, ref_id)
    numbers = [value for value in field.values if value is not None and not math.isnan(value)]
    value = reduce(numbers) if numbers else None
    return Frame((Field(field.name, "number", [value], field.labels, field.config),), frame.name, ref_id)


def _combined(frame: Frame, simple: re.Match[str], others: Sequence[Frame] | None, ref_id: str) -> Frame:
    """Return a frame with an operator applied to its numbers: with a number, or with those of the frame that matches."""
    mine = first_of_type(frame, "number")
    other = _partner(mine, others or ()) if mine is not None else None
    fields = []
    for field in frame.fields:
        if field is mine:
            right = [float(simple[3])] * len(field.values) if simple[3] else list(other.values) if other else []
            padded = [right[min(place, len(right) - 1)] if right else None for place in range(len(field.values))]
            pairs = zip(field.values, padded, strict=True)
            field = replace(field, values=[_applied(simple[2], one, two) for one, two in pairs], config={})
        fields.append(field)
    return Frame(tuple(fields), "", ref_id, frame.meta)


def _partner(field: Field, frames: Sequence[Frame]) -> Field | None:
    """Return the numbers with the same labels, or the only ones."""
    numbers = [found for frame in frames if (found := first_of_type(frame, "number")) is not None]
    return next((one for one in numbers if one.labels == field.labels), numbers[0] if numbers else None)


def _applied(op: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if op == "/":
        return left / right if right else math.nan
    return {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "<": float(left < right),
        ">": float(left > right),
    }[op]
