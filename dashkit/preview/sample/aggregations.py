"""Aggregations over series that have values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from dashkit.preview.sample.signals import Values
from dashkit.preview.sample.vectors import Series, UnsupportedError, Vector, grouped, groups, key_of, present
from dashkit.promql.nodes import Aggregate

_Reduce = Callable[[Sequence[float]], float]


def mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def variance(numbers: Sequence[float]) -> float:
    """Return the variance of a whole population."""
    centre = mean(numbers)
    return sum((number - centre) ** 2 for number in numbers) / len(numbers)


def quantile(wanted: float, numbers: Sequence[float]) -> float:
    """Return a quantile, between two numbers if it falls there."""
    if not numbers or math.isnan(wanted):
        return math.nan
    if wanted < 0 or wanted > 1:
        return math.copysign(math.inf, wanted)
    ordered = sorted(numbers)
    place = wanted * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


_REDUCE: dict[str, _Reduce] = {
    "sum": sum,
    "avg": mean,
    "min": min,
    "max": max,
    "count": lambda numbers: float(len(numbers)),
    "group": lambda numbers: 1.0,
    "stddev": lambda numbers: math.sqrt(variance(numbers)),
    "stdvar": variance,
}


def aggregated(node: Aggregate, vector: Vector, param: Values | None, text: str) -> Vector:
    """Return an aggregation; ``param`` is its number at each time, ``text`` its label for ``count_values``.

    Raises:
        UnsupportedError: there is no such aggregation, or it lacks its parameter.
    """
    if node.op in _REDUCE:
        return _reduced(node, vector, _REDUCE[node.op])
    if node.op == "count_values":
        return _count_values(node, vector, text)
    number = next((value for value in param or () if value is not None), None)
    if number is None:
        raise UnsupportedError(node.op)
    if node.op == "quantile":
        return _reduced(node, vector, lambda numbers: quantile(number, numbers))
    if node.op in ("topk", "bottomk"):
        return _highest(node, vector, _count(number), reverse=node.op == "topk")
    if node.op == "limitk":
        return [one for _, members in groups(node, _pairs(vector)) for one in members[: _count(number)]]
    if node.op == "limit_ratio":
        return vector[: max(1, round(len(vector) * min(abs(number), 1)))]
    raise UnsupportedError(node.op)


def _pairs(vector: Vector) -> list[tuple[dict[str, str], Series]]:
    return [(dict(one.labels), one) for one in vector]


def _count(number: float) -> int:
    return int(min(max(number, 0), 10_000)) if not math.isnan(number) else 0


def _reduced(node: Aggregate, vector: Vector, reduce: _Reduce) -> Vector:
    found = []
    for labels, members in groups(node, vector):
        columns = zip(*members, strict=True)
        if any(None in values for values in members):
            kept = [[value for value in column if value is not None] for column in columns]
            found.append(Series(labels, [reduce(column) if column else None for column in kept]))
        else:
            found.append(Series(labels, [reduce(column) for column in columns]))
    return present(found)


def _count_values(node: Aggregate, vector: Vector, label: str) -> Vector:
    found: dict[tuple[tuple[str, str], ...], Series] = {}
    for one in vector:
        for at, value in enumerate(one.values):
            if value is not None:
                labels = {**grouped(node, one.labels), label: f"{value:g}"}
                series = found.setdefault(key_of(labels), Series(labels, [None] * len(one.values)))
                series.values[at] = (series.values[at] or 0) + 1
    return list(found.values())


def _highest(node: Aggregate, vector: Vector, count: int, *, reverse: bool) -> Vector:
    """Return at each time the highest or the lowest series; those that are so at any time, in their order at the end."""
    found: Vector = []
    for _, members in groups(node, _pairs(vector)):
        kept: list[Values] = [[None] * len(one.values) for one in members]
        for at in range(len(members[0].values)):
            ranked = [(value, place) for place, one in enumerate(members) if (value := one.values[at]) is not None]
            ranked.sort(key=lambda pair: (math.isnan(pair[0]), -pair[0] if reverse else pair[0], pair[1]))
            for value, place in ranked[:count]:
                kept[place][at] = value
        series = [Series(one.labels, values) for one, values in zip(members, kept, strict=True)]
        found += sorted(present(series), key=last_value, reverse=reverse)
    return found


def last_value(one: Series) -> float:
    """Return the last number of a series, to sort by; series without one come as zeros."""
    return next((value for value in reversed(one.values) if value is not None and not math.isnan(value)), 0.0)
