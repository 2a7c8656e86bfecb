"""The number fields of frames as series over time: what plots and legends show."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.processor import Shown, own_decimals, processor, series_colour
from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.resolve import field_range, numeric_range
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.preview.units import formatter, is_boolean, is_date

#: Fields that a plot over time can draw.
_DRAWN = ("number", "boolean")
#: No axis has room for numbers beyond: its steps would not be finite.
_LARGEST = 1e300
#: Units that show small values as they are, and by which power of ten they multiply them.
_UNSCALED = {"": 0, "none": 0, "short": 0, "sishort": 0, "percent": 0, "percentunit": 2, "reqps": 0, "ops": 0, "cps": 0}


class Series(NamedTuple):
    """A named line of a plot. ``values`` are finite numbers or None; ``number`` is its place among all series."""

    number: int
    name: str
    field: Field
    times: Sequence[float]
    values: Sequence[float | None]
    colour: Colour
    show: Callable[[Any], Shown]
    custom: Mapping[str, Any]

    def hidden_from(self, place: str) -> bool:
        """Return whether an override hides it from ``viz``, ``legend`` or ``tooltip``."""
        return mapping(self.custom.get("hideFrom")).get(place) is True

    @property
    def is_upside_down(self) -> bool:
        return self.custom.get("transform") == "negative-Y"


def series_of(frames: Sequence[Frame]) -> list[Series]:
    """Return the series of frames that have times."""
    names = display_names(frames)
    shared = numeric_range(frames)
    found: list[Series] = []
    for frame_number, frame in enumerate(frames):
        time = first_of_type(frame, "time")
        if time is None:
            continue
        for field_number, field in enumerate(frame.fields):
            if field.type not in _DRAWN:
                continue
            name = names[frame_number][field_number]
            number = len(found)
            times, values = spaced(time, [numeric(value) for value in field.values])
            low, high = field_range(field, shared) or (None, None)
            show = processor(field.config, field.type, number, low, high, name=name)
            colour = series_colour(field.config, number, name=name, values=values, minimum=low, maximum=high)
            found.append(Series(number, name, field, times, values, colour, show, mapping(field.config.get("custom"))))
    return found


def plotted(series: Series) -> Series:
    """Return a series as it is drawn: upside down, or with its first value alone, if it says so. Its legend is as before."""
    if series.is_upside_down:
        return series._replace(values=[None if value is None else -value for value in series.values])
    if series.custom.get("transform") == "constant":
        first = next((place for place, value in enumerate(series.values) if value is not None), -1)
        return series._replace(values=[value if place == first else None for place, value in enumerate(series.values)])
    return series


def numeric(value: Any) -> float | None:
    """Return a value as a finite number, or None."""
    if isinstance(value, int | float) and -_LARGEST < value < _LARGEST:
        return float(value)
    return None


def spaced(time: Field, values: list[float | None]) -> tuple[list[float], list[float | None]]:
    """Return times and values with a gap wherever the datasource skipped a step; sorted by time."""
    pairs = [(float(at), value) for at, value in zip(time.values, values, strict=True) if numeric(at) is not None]
    if any(later[0] < earlier[0] for earlier, later in itertools.pairwise(pairs)):
        pairs.sort(key=lambda pair: pair[0])
    interval = time.config.get("interval")
    if not isinstance(interval, int | float) or interval <= 0:
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    times: list[float] = []
    result: list[float | None] = []
    for at, value in pairs:
        if times and at - times[-1] > interval * 1.01:
            times.append(times[-1] + interval)
            result.append(None)
        times.append(at)
        result.append(value)
    return times, result


def axis_decimals(series: Series) -> int | None:
    """Return how many decimals values on the axis of a series may have before their texts repeat; None if that is not known."""
    own, shift = own_decimals(series.field.config), _UNSCALED.get(text(series.field.config.get("unit")))
    return None if own is None or shift is None else own + shift


def axis_text(series: Series) -> Callable[[float, int], str]:
    """Return the function that writes a value on the axis of a series, with so many decimals unless the panel sets them."""
    config = series.field.config
    unit, own = text(config.get("unit")), own_decimals(config)
    write = formatter(unit or "none")
    if own is not None or _has_own_decimals(unit):
        return lambda value, _: write(value, own).whole
    # A step in seconds may need decimals that its value in milliseconds does not: 0.15 s is 150 ms, not 150.00 ms.
    return lambda value, decimals: write(value, decimals).trimmed().whole if decimals else write(value, None).whole


def _has_own_decimals(unit: str) -> bool:
    return unit == "locale" or unit.startswith("currency") or is_date(unit) or is_boolean(unit)
