"""Arithmetic over fields: numbers as JavaScript calculates them, where nothing is 0 and no division fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.fields.matchers import Candidate, FieldMatcher, field_matcher, shown_as
from dashkit.preview.fields.scalars import number_of, text_of, tidy
from dashkit.preview.frames import Field
from dashkit.preview.transform.pieces import UnusableError

Operand = tuple[str, Sequence[Any]]
"""What it is called, and its values."""


def calculated_pair(fields: Sequence[Candidate], rule: Mapping[str, Any]) -> Operand | None:
    """Return the name and the values of a calculation with two operands; None if one of them is not there."""
    operator, calculate = _operator(rule)
    left, right = (_operand(fields, rule.get(side)) for side in ("left", "right"))
    if left is None or right is None:
        return None
    return f"{left[0]} {operator} {right[0]}", _calculated(calculate, left[1], right[1])


def calculated_each(fields: Sequence[Candidate], rule: Mapping[str, Any]) -> list[tuple[int, Field]] | None:
    """Return a new field for each one that a matcher chooses, and the number of the field before which it stands.

    None if the left operand is no such matcher.
    """
    matches = _many(rule.get("left"))
    if matches is None:
        return None
    operator, calculate = _operator(rule)
    right = _operand(fields, rule.get("right"))
    if right is None:
        return []
    return [
        (place, _derived(one.field, operator, right, calculate)) for place, one in enumerate(fields, 1) if matches(one)
    ]


def unary_values(operator: str, values: Sequence[Any]) -> list[float]:
    """Return the values of a calculation with one operand."""
    calculate = UNARY.get(operator)
    if calculate is None:
        raise UnusableError(f'the operator "{operator}" is unknown')
    return [tidy(calculate(number_of(value))) for value in values]


def _operator(rule: Mapping[str, Any]) -> tuple[str, Callable[[float, float], float]]:
    operator = text(rule.get("operator")) or "+"
    if operator not in BINARY:
        raise UnusableError(f'the operator "{operator}" is unknown')
    return operator, BINARY[operator]


def _many(written: Any) -> FieldMatcher | None:
    """Return the matcher of an operand that stands for many fields."""
    matcher = mapping(mapping(written).get("matcher"))
    return field_matcher(matcher) if matcher.get("id") not in (None, "byName") else None


def _operand(fields: Sequence[Candidate], written: Any) -> Operand | None:
    """Return a field by its name, or a number: ``"Value"``, ``{"matcher": ...}``, ``"2"`` or ``{"fixed": "2"}``."""
    one = mapping(written)
    name = (
        text_of(one["fixed"]) if "fixed" in one else text(written) or text(mapping(one.get("matcher")).get("options"))
    )
    field = None if "fixed" in one else shown_as(fields, name)
    if field is not None:
        return name, field.values
    number = number_of(name)
    if not name.strip() or math.isnan(number):
        return None
    return name, [number] * (len(fields[0].field.values) if fields else 0)


def _derived(field: Field, operator: str, right: Operand, calculate: Callable[[float, float], float]) -> Field:
    return replace(
        field,
        name=f"{field.name} {operator} {right[0]}",
        type="number",
        values=_calculated(calculate, field.values, right[1]),
    )


def _calculated(calculate: Callable[[float, float], float], left: Sequence[Any], right: Sequence[Any]) -> list[float]:
    return [tidy(calculate(number_of(a), number_of(b))) for a, b in zip(left, right, strict=True)]


def _divided(left: float, right: float) -> float:
    if right:
        return left / right
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)


def _exponential(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def _logarithm(value: float) -> float:
    if value > 0:
        return math.log(value)
    return -math.inf if value == 0 else math.nan


def _whole(rounded: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: rounded(value) if math.isfinite(value) else value


BINARY: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
}

UNARY: Mapping[str, Callable[[float], float]] = {
    "abs": abs,
    "exp": _exponential,
    "ln": _logarithm,
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
    "round": _whole(lambda value: math.floor(value + 0.5)),
}
