"""Gauges in the cells of a table: a bar with its value to the right."""

from __future__ import annotations

from dashkit.preview.display.colour import Colour
from dashkit.preview.fields.resolve import Range
from dashkit.preview.fields.single_values import Single
from dashkit.preview.gauges.bars import drawn_bar, drawn_cells
from dashkit.preview.scene import Box, Shape, Text
from dashkit.preview.text import text_width

FONT = 14.0
#: What stands around a number is a little smaller.
_BESIDE = 0.9
#: Left and right of a value.
_SPACE = 10


def value_width(widest: str) -> float:
    """Return the room for the values of a column, of which this is the widest."""
    return text_width(widest, FONT) + 2 * _SPACE


def drawn_gauge(value: Single, mode: str, limits: Range, box: Box, values: float, ink: Colour) -> list[Shape]:
    """Return a gauge.

    Args:
        mode: ``gradient``, ``lcd``, or anything else for a plain bar.
        limits: the values at the left and at the right end.
        values: the room for the value; none if it is not written.
        ink: the colour of the value.
    """
    box = box.inset(top=1)
    room = box.inset(right=values)
    if mode == "lcd":
        shapes = drawn_cells(value, limits, room, vertical=False, unfilled=True)
    else:
        shapes = drawn_bar(value, limits, room, vertical=False, gradient=mode == "gradient", unfilled=True)
    return [*shapes, *_value(value, box, ink)] if values else shapes


def _value(value: Single, box: Box, ink: Colour) -> list[Shape]:
    """Return the text of a value at the right end; its prefix and suffix are a little smaller."""
    y = box.y + box.height / 2 + FONT * 0.36 - 1
    x = box.right - _SPACE
    prefix, number, suffix = value.text
    shapes: list[Shape] = []
    for part, size in ((suffix, FONT * _BESIDE), (number, FONT), (prefix, FONT * _BESIDE)):
        if part:
            shapes.append(Text(x, y, part, size, ink, "end", width=max(1.0, x - box.x)))
            x -= text_width(part, size)
    return shapes
