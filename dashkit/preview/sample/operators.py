"""Arithmetic, comparisons and set operators."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from dashkit.preview.sample.signals import Values
from dashkit.preview.sample.vectors import Key, Series, UnsupportedError, Vector, compared, matched, nameless, present
from dashkit.promql.nodes import Binary

COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})

_Operation = Callable[[float, float], float | None]


def _divided(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def _remainder(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def _power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan if left < 0 else math.inf


_ARITHMETIC: dict[str, _Operation] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "%": _remainder,
    "^": _power,
    "atan2": math.atan2,
}
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def combined(node: Binary, left: Values, right: Values, *, keep_right: bool = False) -> Values:
    """Return an operator applied at each time.

    A comparison that does not hold leaves no value; one that does leaves that of the left side, or with ``keep_right`` of
    the right one.
    """
    operation = _operation(node, keep_right=keep_right)
    return [
        None if one is None or other is None else operation(one, other) for one, other in zip(left, right, strict=True)
    ]


def _operation(node: Binary, *, keep_right: bool) -> _Operation:
    if node.op in _ARITHMETIC:
        return _ARITHMETIC[node.op]
    holds = _HOLDS.get(node.op)
    if holds is None:
        raise UnsupportedError(node.op)
    if node.returns_bool:
        return lambda left, right: float(holds(left, right))
    return lambda left, right: (right if keep_right else left) if holds(left, right) else None


def with_number(node: Binary, vector: Vector, numbers: Values, *, number_first: bool) -> Vector:
    """Return an operator between series and a number."""
    named = node.op in COMPARISONS and not node.returns_bool
    found = []
    for labels, values in vector:
        pair = (numbers, values) if number_first else (values, numbers)
        result = combined(node, *pair, keep_right=number_first)
        found.append(Series(labels if named else nameless(labels), result))
    return present(found)


def between_vectors(node: Binary, left: Vector, right: Vector) -> Vector:
    """Return an operator between two sets of series."""
    if node.op == "or":
        return _either(node, left, right)
    if node.op in ("and", "unless"):
        return _where(node, left, right, wanted=node.op == "and")
    named = node.op in COMPARISONS and not node.returns_bool
    pairs = matched(node, left, right, lambda one, other: combined(node, one, other), named=named)
    return present(Series(labels, values) for labels, values in pairs)


def _where(node: Binary, left: Vector, right: Vector, *, wanted: bool) -> Vector:
    """Return the left side at the times when the right side has a partner, or has none."""
    there = _presence(node, right)
    found = []
    for labels, values in left:
        partner = there.get(compared(node, labels))
        if partner is None:
            kept: Values = [] if wanted else values
        else:
            kept = [value if has == wanted else None for value, has in zip(values, partner, strict=True)]
        if kept:
            found.append(Series(labels, kept))
    return present(found)


def _either(node: Binary, left: Vector, right: Vector) -> Vector:
    there = _presence(node, left)
    found = list(left)
    for labels, values in right:
        partner = there.get(compared(node, labels))
        if partner is None:
            found.append(Series(labels, values))
        else:
            found.append(Series(labels, [None if has else value for value, has in zip(values, partner, strict=True)]))
    return _merged(present(found))


def _merged(vector: Vector) -> Vector:
    """Put series with the same labels into one: one side has them at some times, the other at others."""
    found: dict[tuple[tuple[str, str], ...], Series] = {}
    for labels, values in vector:
        key = tuple(sorted(labels.items()))
        if key in found:
            both = zip(found[key].values, values, strict=True)
            values = [other if one is None else one for one, other in both]
        found[key] = Series(labels, values)
    return list(found.values())


def _presence(node: Binary, vector: Sequence[Series]) -> dict[Key, list[bool]]:
    """Return at which times there is a series, by what the sides have to agree on."""
    found: dict[Key, list[bool]] = {}
    for labels, values in vector:
        key = compared(node, labels)
        here = [value is not None for value in values]
        found[key] = [one or other for one, other in zip(found[key], here, strict=True)] if key in found else here
    return found
