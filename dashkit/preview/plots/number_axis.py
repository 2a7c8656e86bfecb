"""Axes below a plot that do not show times: numbers, and marks at chosen places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashkit.preview.display.theme import TEXT
from dashkit.preview.plots.axes import FONT, GAP, GRID, TICK, value_ticks
from dashkit.preview.plots.scale import Scale
from dashkit.preview.scene import Box, Rect, Shape, Text
from dashkit.preview.text import text_width

#: The least distance of two ticks, and of their texts.
_SPACE, _APART = 40, 8


def number_marks(
    scale: Scale, show: Callable[[float, int], str], *, binary: bool = False, decimals: int | None = None
) -> list[tuple[float, str]]:
    """Return the ticks of a scale along the x axis, far enough apart for their texts: the pixel and the text of each.

    Args:
        binary: put ticks at powers of two.
        decimals: how many decimals texts have, if that is fixed.
    """
    marks = value_ticks(scale, show, binary=binary, decimals=decimals, space=_SPACE)
    widest = max((text_width(text, FONT) for _, text in marks), default=0)
    if widest + _APART > _SPACE:
        marks = value_ticks(scale, show, binary=binary, decimals=decimals, space=widest + _APART)
    place = scale.forward()
    return [(place(value), text) for value, text in marks]


def drawn_marks(marks: Sequence[tuple[float, str]], plot: Box) -> list[Shape]:
    """Return grid, ticks and texts below a plot; each mark is a pixel and its text."""
    shapes: list[Shape] = []
    for x, text in marks:
        shapes.append(Rect(round(x), plot.y, 1, plot.height + TICK, GRID))
        shapes.append(Text(x, plot.bottom + TICK + GAP + FONT * 0.83, text, FONT, TEXT.primary, "middle"))
    return shapes
