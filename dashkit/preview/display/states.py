"""States: what the values of a field mean as texts and colours, and the entries of a legend that explain them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.display.colour import Colour, contrast, over
from dashkit.preview.display.colour_modes import mode_of
from dashkit.preview.display.processor import Shown, own_decimals, processor, threshold_steps
from dashkit.preview.display.theme import BACKGROUND, FALLBACK
from dashkit.preview.fields.resolve import Range, field_range
from dashkit.preview.frames import Field
from dashkit.preview.plots.legend import Item
from dashkit.preview.plots.series import numeric
from dashkit.preview.units import formatter
from dashkit.preview.units.text import just

#: A text on a colour is white if it stands out by this much.
_CONTRAST = 3
#: More states than that explain nothing.
_MOST = 100


def shown_states(field: Field, number: int, name: str, shared: Range | None) -> Callable[[Any], Shown]:
    """Return the function from a value of a field to its text and colour; ``number`` is the field's place among all."""
    low, high = field_range(field, shared) or (None, None)
    return processor(field.config, field.type, number, low, high, name=name)


def by_thresholds(field: Field, shared: Range | None) -> Callable[[Any], Shown] | None:
    """Return the function from a number to the threshold that it has reached, or None if thresholds give no colours."""
    steps = threshold_texts(field.config) if field.type == "number" and mode_of(field.config) == "thresholds" else []
    if not steps:
        return None
    low, high = field_range(field, shared) or (0.0, 100.0)
    starts = [start for start, _ in threshold_steps(field.config, low, high)]

    def show(value: Any) -> Shown:
        number = numeric(value)
        reached = 0
        for place, start in enumerate(starts):
            if place and (number is None or not number >= start):
                break
            reached = place
        label, colour = steps[reached]
        return Shown(number, just(label), colour, None)

    return show


def threshold_texts(config: Mapping[str, Any]) -> list[tuple[str, Colour]]:
    """Return what each threshold is called, and its colour: ``< 1``, ``1+``, ``2+``."""
    percentage = mapping(config.get("thresholds")).get("mode") == "percentage"
    write = formatter("percent" if percentage else text(config.get("unit")))
    places = own_decimals(config)
    # Between 0 and 100, percentages stand for themselves.
    steps = threshold_steps(config, 0, 100)
    found = []
    for number, (start, colour) in enumerate(steps):
        if start == -math.inf and number + 1 < len(steps):
            found.append((f"< {write(steps[number + 1][0], places).whole}", colour))
        else:
            found.append((f"{write(start, places).whole}+", colour))
    return found


def legend_of_states(first: Field, shows: Sequence[tuple[Sequence[Any], Callable[[Any], Shown]]]) -> list[Item]:
    """Return the entries of a legend: the thresholds of the first field, or else each state that occurs.

    Colours that change continuously have no entries.
    """
    mode = mode_of(first.config)
    if mode.startswith("continuous"):
        return []
    steps = threshold_texts(first.config)
    if mode == "thresholds" and len(steps) > 1:
        return [Item(number, label, colour) for number, (label, colour) in enumerate(steps)]
    states: dict[str, Colour] = {}
    for values, show in shows:
        for value in distinct(values):
            state = show(value)
            if state.text.whole and len(states) < _MOST:
                states[state.text.whole] = state.colour or FALLBACK
    return [Item(number, label, colour) for number, (label, colour) in enumerate(states.items())]


def distinct(values: Sequence[Any]) -> list[Any]:
    """Return each value once, in the order in which they occur."""
    found = {(type(value), value if isinstance(value, int | float | str) else repr(value)): value for value in values}
    return [value for value in found.values() if value is not None]


@lru_cache(maxsize=1024)
def text_on(fill: Colour) -> Colour:
    """Return the colour of a text on a fill that may be translucent: white, or black where white is hard to read."""
    solid = over(fill, BACKGROUND.primary)
    return solid.each(lambda paint: "#ffffff" if contrast("#ffffff", paint) >= _CONTRAST else "#000000")
