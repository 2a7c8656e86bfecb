"""What is shown for the values of a field: a text, a colour, and how far they are on the way to the maximum."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.colour_modes import is_by_value, mode_of, painter, scheme, scheme_stops, threshold_steps
from dashkit.preview.display.theme import named
from dashkit.preview.display.value_mappings import mapper
from dashkit.preview.fields.reduce import reduced
from dashkit.preview.fields.scalars import as_float
from dashkit.preview.frames import FieldType
from dashkit.preview.units import Formatter, Text, dates, formatter, is_boolean, is_date
from dashkit.preview.units.numerals import written
from dashkit.preview.units.text import just

__all__ = ["Scale", "Shown", "processor", "scale", "scheme_stops", "series_colour", "shown", "threshold_steps"]


class Shown(NamedTuple):
    """What is shown for a value."""

    #: The value as a number; None if it is none.
    number: float | None

    text: Text
    colour: Colour | None

    #: How far the number is on the way from the minimum, at 0, to the maximum, at 1. None if a mapping chose the colour.
    percent: float | None

    icon: str | None = None


Scale = Callable[[float], tuple[Colour, float]]
"""Returns the colour of a number, and how far it is on the way from the minimum to the maximum."""

#: What numbers are between where neither options nor values say so.
_MINIMUM, _MAXIMUM = 0.0, 100.0
_MOST_DECIMALS = 100
_TRUE, _FALSE = "green", "red"
#: Columns of times that span less, in milliseconds, show milliseconds.
_SHORT_SPAN = 60000
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?Infinity|0x[\da-f]+", re.IGNORECASE)


def shown(value: Any, config: Mapping[str, Any]) -> Shown:
    """Return what is shown for one value of a field with some options."""
    return processor(config, _type_of(value))(value)


def _type_of(value: Any) -> FieldType:
    return "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"


def processor(
    config: Mapping[str, Any],
    field_type: FieldType = "number",
    series_index: int = 0,
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    name: str = "",
    timezone: tzinfo = UTC,
    now: float | None = None,
) -> Callable[[Any], Shown]:
    """Return the function from the values of a field to what is shown for them.

    Args:
        config: the options of the field, overrides included.
        series_index: the place of the field among all series, which its colour may come from.
        minimum: the least value of the field, which counts if the options have none.
        maximum: the largest value, likewise.
        name: the name of the field as it is shown, which its colour may come from.
        now: what dates are compared with, in milliseconds since the epoch.
    """
    unit = _unit(config, field_type, minimum, maximum)
    write, decimals = formatter(unit, timezone, now), own_decimals(config)
    scaled = scale(config, field_type, series_index, minimum, maximum, name=name)
    find = mapper(config.get("mappings"))
    number_of = _number_reader(unit, timezone)
    nothing = text(config.get("noValue"))
    lowest = scaled(-math.inf)

    def show(value: Any) -> Shown:
        number = number_of(value)
        mapped = find(value) if find else None
        colour, percent = lowest if number is None else scaled(number)
        if mapped is None:
            return Shown(number, _text(value, number, write, decimals, nothing), colour, percent)
        said = just(mapped.text) if mapped.text is not None else _text(value, number, write, decimals, nothing)
        if mapped.colour is not None:
            return Shown(number, said, mapped.colour, None, mapped.icon)
        return Shown(number, said, colour, percent, mapped.icon)

    return show


def _unit(config: Mapping[str, Any], field_type: FieldType, minimum: float | None, maximum: float | None) -> str:
    unit = text(config.get("unit"))
    if field_type == "time" and not is_date(unit):
        span = maximum - minimum if minimum is not None and maximum is not None else 0
        return dates.SYSTEM_WITH_MILLISECONDS if 0 < span < _SHORT_SPAN else dates.SYSTEM
    if field_type == "boolean" and not is_boolean(unit):
        return "bool"
    return "string" if field_type == "string" and not unit else unit


def own_decimals(config: Mapping[str, Any]) -> int | None:
    number = _number(config.get("decimals"))
    return None if number is None or not math.isfinite(number) else min(max(0, int(number)), _MOST_DECIMALS)


def _text(value: Any, number: float | None, write: Formatter, decimals: int | None, nothing: str) -> Text:
    if number is not None and not isinstance(value, bool):
        return write(number, decimals)
    return just(_plain_text(value) or nothing)


def _plain_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return written(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain_text, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _number_reader(unit: str, timezone: tzinfo) -> Callable[[Any], float | None]:
    if unit == "string":
        return lambda _: None
    if is_date(unit):
        return lambda value: _instant(value, timezone) if isinstance(value, str) else _number(value)
    return _number


def _number(value: Any) -> float | None:
    if isinstance(value, int | float):
        number = as_float(value)
        return number if number == number else None
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return None
    return float(int(value, 16)) if "x" in value.lower() else float(value)


def _instant(value: str, timezone: tzinfo) -> float | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=timezone)).timestamp() * 1000


def scale(
    config: Mapping[str, Any],
    field_type: FieldType = "number",
    series_index: int = 0,
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    name: str = "",
) -> Scale:
    """Return the function from a number to its colour, and to how far it is from the minimum to the maximum."""
    if field_type == "boolean":
        colours = scheme(mode_of(config)) or (named(_FALSE), named(_TRUE))
        return lambda value: (colours[-1], 1) if value else (colours[0], 0)
    low, high = _MINIMUM, _MAXIMUM
    if field_type == "number":
        low, high = _limit(config.get("min"), minimum, low), _limit(config.get("max"), maximum, high)
    delta = high - low
    paint = painter(config, series_index, name)

    def scaled(value: float) -> tuple[Colour, float]:
        percent = 0.0 if value == -math.inf else _share(value - low, delta)
        return paint(value, percent), percent

    return scaled


def _limit(option: Any, known: float | None, otherwise: float) -> float:
    number = _number(option)
    return number if number is not None else known if known is not None else otherwise


def _share(distance: float, delta: float) -> float:
    if delta:
        share = distance / delta
        return share if share == share else 0
    return math.copysign(math.inf, distance) if distance else 0


def series_colour(
    config: Mapping[str, Any],
    index: int,
    *,
    name: str = "",
    values: Sequence[Any] = (),
    minimum: float | None = None,
    maximum: float | None = None,
) -> Colour:
    """Return the colour of a whole series.

    Where each value has its own colour, that is the colour of the last one, or of the one that the options choose.
    """
    if not is_by_value(config):
        return painter(config, index, name)(0, 0)
    calculation = text(mapping(config.get("color")).get("seriesBy")) or "last"
    found = reduced(values, (calculation, "min", "max"))
    value = found.get(calculation)
    low = found["min"] if minimum is None else minimum
    high = found["max"] if maximum is None else maximum
    of_values = scale(config, _type_of(value), index, low, high, name=name)
    return of_values(_number(value) or 0)[0]
