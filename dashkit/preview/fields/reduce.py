"""Calculations over the values of a field: its last value, its mean, how often it changed.

https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/calculation-types/
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from dashkit.preview.units.numerals import ordinal, rounded


class _Values:
    """Values, and what several calculations need of them; each is computed once, when it is asked for."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    @cached_property
    def known(self) -> list[Any]:
        return [value for value in self.values if value is not None]

    @cached_property
    def numeric(self) -> list[float]:
        """Numbers, NaN among them."""
        return [value for value in self.known if isinstance(value, int | float)]

    @cached_property
    def numbers(self) -> list[float]:
        return [value for value in self.numeric if value == value]

    @cached_property
    def present(self) -> list[Any]:
        """What is neither missing nor NaN."""
        return [value for value in self.known if value == value]

    @cached_property
    def ordered(self) -> list[float]:
        return sorted(self.numeric)

    @cached_property
    def variance(self) -> float:
        # The mean moves with each value; to sum up squares first would be less exact.
        mean = squares = 0.0
        for number, value in enumerate(self.numeric, 1):
            distance = value - mean
            mean += distance / number
            squares += distance * (value - mean)
        return squares / len(self.numeric) if self.numeric else 0


def _first(values: Sequence[Any]) -> Any:
    return values[0] if values else None


def _last(values: Sequence[Any]) -> Any:
    return values[-1] if values else None


def _mean(of: _Values) -> float | None:
    return sum(of.numbers) / len(of.numbers) if of.numbers else None


def _median(of: _Values) -> float:
    count = len(of.ordered)
    if not count:
        return math.nan
    middle = count // 2
    return of.ordered[middle] if count % 2 else (of.ordered[middle - 1] + of.ordered[middle]) / 2


def _percentile(percent: int) -> Callable[[_Values], float | None]:
    return lambda of: of.ordered[rounded((len(of.ordered) - 1) * (percent / 100))] if of.ordered else None


def _range(of: _Values) -> float | None:
    return max(of.numbers) - min(of.numbers) if of.numbers else None


def _step(of: _Values) -> float | None:
    return min((after - before for before, after in pairwise(of.numbers)), default=None)


def _delta(of: _Values) -> float:
    """Return how much a counter rose. What it did between a fall and the next value is not known."""
    total, fell = 0.0, False
    for before, after in pairwise(of.numbers):
        if after >= before and not fell:
            total += after - before
        fell = after < before
    return total


def _difference(of: _Values) -> float | None:
    return of.numbers[-1] - of.numbers[0] if of.numbers else None


def _difference_percent(of: _Values) -> float:
    if not of.numbers:
        return 0
    difference, first = of.numbers[-1] - of.numbers[0], of.numbers[0]
    if not first:
        return math.copysign(math.inf, difference) if difference else math.nan
    return difference / first * 100


def _changes(of: _Values) -> int:
    return sum(before != after for before, after in pairwise(of.known))


def _unique(values: Iterable[Any]) -> list[Any]:
    return list({_key(value): value for value in values}.values())


def _key(value: Any) -> Any:
    if isinstance(value, float) and value != value:
        return "NaN", None
    # In Python, true is 1; lists and objects are each of their own.
    return type(value) is bool, id(value) if isinstance(value, list | dict) else value


#: What values of any number give, if only none.
_OF_ANY: dict[str, Callable[[_Values], Any]] = {
    "sum": lambda of: sum(of.numbers),
    "count": lambda of: len(of.known),
    "countAll": lambda of: len(of.values),
    "allIsZero": lambda of: bool(of.numbers) and not any(of.numbers),
    "allIsNull": lambda of: not of.present,
}
#: What there must be values for, though they may all be missing.
_OF_SOME: dict[str, Callable[[_Values], Any]] = {
    "lastNotNull": lambda of: _last(of.present),
    "last": lambda of: _last(of.values),
    "firstNotNull": lambda of: _first(of.present),
    "first": lambda of: _first(of.values),
    "min": lambda of: min(of.numbers, default=None),
    "max": lambda of: max(of.numbers, default=None),
    "mean": _mean,
    "median": _median,
    "variance": lambda of: of.variance,
    "stdDev": lambda of: math.sqrt(of.variance),
    "range": _range,
    "delta": _delta,
    "step": _step,
    "diff": _difference,
    "logmin": lambda of: min((value for value in of.numbers if value > 0), default=sys.float_info.max),
    "changeCount": _changes,
    "distinctCount": lambda of: len(_unique(of.known)),
    "diffperc": _difference_percent,
    "allValues": lambda of: list(of.values),
    "uniqueValues": lambda of: _unique(of.values),
    **{f"p{percent}": _percentile(percent) for percent in range(1, 100)},
}

#: What dashboards from before Grafana 7 call them.
_OLD = {"current": "lastNotNull", "avg": "mean", "total": "sum"}

NAMES: dict[str, str] = {
    "lastNotNull": "Last *",
    "last": "Last",
    "firstNotNull": "First *",
    "first": "First",
    "min": "Min",
    "max": "Max",
    "mean": "Mean",
    "median": "Median",
    "variance": "Variance",
    "stdDev": "StdDev",
    "sum": "Total",
    "count": "Count",
    "countAll": "Count all",
    "range": "Range",
    "delta": "Delta",
    "step": "Step",
    "diff": "Difference",
    "logmin": "Min (above zero)",
    "allIsZero": "All Zeros",
    "allIsNull": "All Nulls",
    "changeCount": "Change Count",
    "distinctCount": "Distinct Count",
    "diffperc": "Difference percent",
    "allValues": "All values",
    "uniqueValues": "All unique values",
    **{f"p{percent}": f"{ordinal(percent)} %" for percent in range(1, 100)},
}
"""What people call each calculation, in the order in which Grafana offers them."""


def reduced(values: Sequence[Any], ids: Iterable[str]) -> dict[str, Any]:
    """Return what some calculations give, by their ids; those that nobody knows are left out.

    Missing values are None. A calculation that makes no sense without values, or without numbers, gives None.
    """
    of = _Values(values)
    results: dict[str, Any] = {}
    for one in ids:
        known = _OLD.get(one, one)
        if known in _OF_ANY:
            results[one] = _OF_ANY[known](of)
        elif known in _OF_SOME:
            results[one] = _OF_SOME[known](of) if values else None
    return results
