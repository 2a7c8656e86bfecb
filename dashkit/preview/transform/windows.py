"""Calculations over the rows before a row, or around it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.preview.fields.scalars import number_of, tidy
from dashkit.preview.transform.pieces import UnusableError, one_of


def cumulative(reducer: str, values: Sequence[Any]) -> list[float]:
    """Return the sum or the mean of all values up to each row; what is missing counts as 0."""
    total, result = 0.0, []
    for count, value in enumerate(values, 1):
        total += number_of(value)
        result.append(tidy(total if reducer == "sum" else total / count))
    return result


def window_size(rule: Mapping[str, Any], length: int) -> int:
    """Return how many rows a window has, which may be written as a part of all.

    Raises:
        UnusableError: it would have none.
    """
    mode = one_of(rule, "windowSizeMode", ("percentage", "fixed"))
    size = number_of(rule.get("windowSize", 0.1 if mode == "percentage" else 1))
    if not 0 < size < math.inf:
        raise UnusableError("its window has no rows")
    return max(1, math.ceil(size * length if mode == "percentage" else size))


def moving(reducer: str, values: Sequence[Any], size: int, *, centered: bool) -> list[float]:
    """Return the mean, variance or standard deviation of each row's window; 0 where it has no numbers."""
    numbers = [None if value is None else number_of(value) for value in values]
    if reducer == "mean" and not centered:
        return _trailing_means(numbers, size)
    before = size // 2 if centered else size - 1
    after = size - 1 - before
    result = []
    for row in range(len(numbers)):
        window = [one for one in numbers[max(0, row - before) : row + after + 1] if one is not None]
        result.append(tidy(_reduced(reducer, window)))
    return result


def _trailing_means(numbers: Sequence[float | None], size: int) -> list[float]:
    """Return trailing means as Grafana has them: a window lets go of its oldest value only when a new one comes."""
    total, count, result = 0.0, 0, []
    for row, number in enumerate(numbers):
        if number is not None:
            total, count = total + number, count + 1
            oldest = numbers[row - size] if row >= size else None
            if oldest is not None:
                total, count = total - oldest, count - 1
        result.append(tidy(total / count) if count else 0)
    return result


def _reduced(reducer: str, window: Sequence[float]) -> float:
    if not window:
        return 0
    mean = sum(window) / len(window)
    if reducer == "mean":
        return mean
    variance = sum((one - mean) ** 2 for one in window) / len(window)
    return variance if reducer == "variance" else math.sqrt(variance)
