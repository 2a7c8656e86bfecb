"""Annotations drawn into a plot over time."""

from __future__ import annotations

from dashkit.preview.data import Data
from dashkit.preview.display.colour import faded
from dashkit.preview.display.theme import named
from dashkit.preview.plots.scale import Scale
from dashkit.preview.scene import Box, Group, Line, Path, Rect, Shape

_DASH = (3.0, 3.0)
_HALF, _HEIGHT = 5, 5
_BAR = 5


def drawn_annotations(data: Data, plot: Box) -> list[Shape]:
    """Return a dashed line with a mark below the plot for each moment, and a shaded area for each region."""
    x = Scale(data.time.start, data.time.end, plot.x, plot.right).forward()
    shapes: list[Shape] = []
    for one in data.annotations:
        if one.end < data.time.start or one.start > data.time.end:
            continue
        colour = named(one.colour)
        start, end = max(x(one.start), plot.x), min(x(one.end), plot.right)
        parts: list[Shape] = []
        if one.end > one.start:
            parts.append(Rect(start, plot.y, end - start, plot.height, faded(colour, 0.1)))
            parts.append(Rect(start, plot.bottom, end - start, _BAR, colour))
        if one.start >= data.time.start:
            parts.append(Line(start, plot.y, start, plot.bottom, colour, 1, _DASH))
        if one.end == one.start:
            foot = plot.bottom + _HEIGHT
            triangle = (("M", start, plot.bottom), ("L", start - _HALF, foot), ("L", start + _HALF, foot), ("Z",))
            parts.append(Path(triangle, colour))
        label = f"{one.text} {' '.join(one.tags)}".strip()
        shapes.append(Group(tuple(parts), label=label))
    return shapes
