"""Functions of series at one time: rounding, clamping, dates, and what only sorts."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from datetime import UTC, datetime

from dashkit.preview.sample.signals import Values
from dashkit.preview.sample.vectors import Series, Vector, nameless

_Number = Callable[[float], float]


def _rounder(function: Callable[[float], int]) -> _Number:
    return lambda value: float(function(value)) if math.isfinite(value) else value


def _logarithm(function: _Number) -> _Number:
    def value(number: float) -> float:
        if number == 0:
            return -math.inf
        return math.nan if number < 0 or math.isnan(number) else function(number)

    return value


def _careful(function: _Number) -> _Number:
    def value(number: float) -> float:
        try:
            return function(number)
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return value


def _sign(value: float) -> float:
    return value if math.isnan(value) else float((value > 0) - (value < 0))


#: By name, what each value becomes.
SIMPLE: dict[str, _Number] = {
    "abs": abs,
    "ceil": _rounder(math.ceil),
    "floor": _rounder(math.floor),
    "sgn": _sign,
    "sqrt": _careful(math.sqrt),
    "exp": _careful(math.exp),
    "ln": _logarithm(math.log),
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
    "deg": math.degrees,
    "rad": math.radians,
    **{
        name: _careful(getattr(math, name))
        for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")
    },
}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


#: By name, what the date of each value is.
DATES: dict[str, _Number] = {
    "minute": lambda at: float(_moment(at).minute),
    "hour": lambda at: float(_moment(at).hour),
    "day_of_week": lambda at: float(_moment(at).isoweekday() % 7),
    "day_of_month": lambda at: float(_moment(at).day),
    "day_of_year": lambda at: float(_moment(at).timetuple().tm_yday),
    "days_in_month": lambda at: float(calendar.monthrange(_moment(at).year, _moment(at).month)[1]),
    "month": lambda at: float(_moment(at).month),
    "year": lambda at: float(_moment(at).year),
}


def each(vector: Vector, function: _Number) -> Vector:
    """Return series with a function applied to each value. What it cannot take becomes NaN."""
    return [Series(nameless(one.labels), [_applied(function, value) for value in one.values]) for one in vector]


def _applied(function: _Number, value: float | None) -> float | None:
    if value is None:
        return None
    try:
        return function(value)
    except (ValueError, OverflowError, OSError):
        return math.nan


def clamped(vector: Vector, low: float, high: float) -> Vector:
    """Return series whose values stay within two ends."""
    if low > high:
        return []
    return each(vector, lambda value: value if math.isnan(value) else max(low, min(high, value)))


def rounded(vector: Vector, to: float) -> Vector:
    """Return series rounded to the nearest multiple of a number."""
    return each(vector, lambda value: math.floor(value / to + 0.5) * to if to and math.isfinite(value) else value)


def absent(vector: Vector, labels: dict[str, str], count: int) -> Vector:
    """Return 1 for the times at which no series has a value."""
    gone: Values = [None if any(one.values[at] is not None for one in vector) else 1.0 for at in range(count)]
    return [Series(labels, gone)] if any(value is not None for value in gone) else []
