"""How Grafana shows numbers in their units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import lru_cache

from dashkit.preview.units import dates, families
from dashkit.preview.units.catalogue import FORMATTERS
from dashkit.preview.units.families import Formatter
from dashkit.preview.units.text import NOTHING, Text, just

__all__ = ["Formatter", "Text", "format_value", "formatter", "is_boolean", "is_date"]

#: Units of one's own begin so. Anything else that is no unit is shown behind the number.
_OWN: dict[str, Callable[[str], Formatter]] = {
    "prefix": families.prefixed,
    "suffix": lambda text: families.suffixed(f" {text}" if text else ""),
    "si": families.si_of,
    "count": families.count,
    "currency": families.money,
    "bool": families.words,
}


def format_value(
    unit: str, value: float | None, decimals: int | None = None, timezone: tzinfo = UTC, now: float | None = None
) -> Text:
    """Return what is shown for a number.

    Without ``decimals`` there are as many as make sense. Dates are milliseconds since the epoch; ``now``, also in
    milliseconds, is what they are compared with where a unit says how long ago they were.
    """
    if value is None:
        return NOTHING
    return just("NaN") if value != value else formatter(unit, timezone, now)(value, decimals)


@lru_cache(maxsize=256)
def formatter(unit: str, timezone: tzinfo = UTC, now: float | None = None) -> Formatter:
    """Return the function that shows numbers in a unit. It takes any number but NaN."""
    if unit in FORMATTERS:
        return FORMATTERS[unit]
    if unit in dates.UNITS:
        return dates.formatted(unit, timezone, now)
    kind, colon, rest = unit.partition(":")
    if colon and kind == "time":
        return dates.custom(rest, timezone)
    if colon and kind in _OWN:
        return _OWN[kind](rest)
    return families.suffixed(f" {unit}")


def is_date(unit: str) -> bool:
    """Return whether a unit shows numbers as dates."""
    return unit in dates.UNITS or unit.startswith("time:")


def is_boolean(unit: str) -> bool:
    """Return whether a unit shows numbers as yes or no."""
    return unit in ("bool", "bool_yes_no", "bool_on_off") or unit.startswith("bool:")
