"""The colours of a heatmap: from the fewest to the most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.display.colour import Colour, faded
from dashkit.preview.display.colour_schemes import scheme_colours
from dashkit.preview.display.theme import TEXT, named
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Gradient, Options, Rect, Shape, Text

_STEPS, _EXPONENT = 64, 0.5
_SCHEME, _FILL = "Oranges", "dark-orange"
#: The legend: a bar with its texts, the space around it, and how many colours the bar goes through.
_WIDTH, _HEIGHT, _LEFT, _ABOVE, _FONT = 300, 10, 25, 10, 11
_STOPS = 10
LEGEND = 48


class Counts(NamedTuple):
    """Which counts are shown, and between which of them colours go."""

    low: float
    high: float
    shown: Callable[[float | None], bool]


def counts_of(counts: Iterable[float | None], options: Options) -> Counts | None:
    """Return the limits of counts; None if none is shown."""
    filtered, colour = mapping(options.get("filterValues")), mapping(options.get("color"))
    above, below = numeric(filtered.get("le")), numeric(filtered.get("ge"))

    def shown(count: float | None) -> bool:
        return count is not None and (above is None or count > above) and (below is None or count < below)

    visible = [count for count in counts if count is not None and shown(count)]
    if not visible:
        return None
    low, high = numeric(colour.get("min")), numeric(colour.get("max"))
    return Counts(min(visible) if low is None else low, max(visible) if high is None else high, shown)


def palette_of(options: Options) -> Sequence[Colour]:
    """Return the colours from the fewest to the most."""
    colour = mapping(options.get("color"))
    wanted = numeric(colour.get("steps"))
    steps = min(max(2, int(wanted)), 256) if wanted else _STEPS
    if colour.get("mode") != "opacity":
        return scheme_colours(text(colour.get("scheme")) or _SCHEME, steps, reverse=colour.get("reverse") is True)
    fill = named(text(colour.get("fill")) or _FILL)
    exponent = numeric(colour.get("exponent"))
    power = 1.0 if colour.get("scale") == "linear" else _EXPONENT if not exponent or exponent < 0 else exponent
    return [faded(fill, (number / (steps - 1)) ** power) for number in range(steps)]


def painter(palette: Sequence[Colour], counts: Counts) -> Callable[[float], Colour]:
    """Return the function from a count to its colour."""
    size, low, high = len(palette), counts.low, counts.high

    def paint(count: float) -> Colour:
        if count <= low or high <= low:
            return palette[0] if count <= low and high > low else palette[-1]
        return palette[min(size - 1, int(size * min(1.0, (count - low) / (high - low))))]

    return paint


def drawn_scale(palette: Sequence[Colour], low: str, high: str, box: Box) -> list[Shape]:
    """Return the legend of colours, with the least and the highest count below its ends."""
    left, top = box.x + _LEFT, box.y + _ABOVE
    width = max(0.0, min(_WIDTH, box.width - _LEFT))
    last = len(palette) - 1
    stops = tuple((number / _STOPS, palette[round(last * number / _STOPS)]) for number in range(_STOPS + 1))
    y = top + _HEIGHT + _FONT * 1.1
    return [
        Rect(left, top, width, _HEIGHT, Gradient(left, 0, left + width, 0, stops)),
        Text(left, y, low, _FONT, TEXT.primary),
        Text(left + width, y, high, _FONT, TEXT.primary, "end"),
    ]
