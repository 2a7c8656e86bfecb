"""Axes of a plot: how much room they take, their ticks, their grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any, Literal, NamedTuple

from dashkit.preview.display.colour import Colour
from dashkit.preview.display.theme import TEXT
from dashkit.preview.plots.scale import Scale, decimals_of, log_ticks, step_of, ticks
from dashkit.preview.plots.time_ticks import time_ticks
from dashkit.preview.scene import Box, Rect, Shape, Text
from dashkit.preview.text import text_width

FONT = 12
#: The grid is faint on both backgrounds.
GRID = Colour("#f0faff17", "#000a1717")
#: From the plot to a text: the tick, then a gap.
TICK, GAP = 4, 5
#: The height of an axis below a plot.
BOTTOM = TICK + GAP + FONT
#: Free space where a plot has no axis.
MARGIN = 8
#: The least distance of two ticks on a vertical axis.
_SPACE = 30
_LABEL = 17
#: Texts take no more than this part of a panel's width.
_WIDEST = 0.4

Side = Literal["left", "right"]


class ValueAxis(NamedTuple):
    """A vertical axis: ticks with their texts; an empty text is a grid line only."""

    side: Side
    scale: Scale
    ticks: Sequence[tuple[float, str]]
    label: str = ""
    colour: Colour = TEXT.primary
    grid: bool = True
    width: float = 0


def value_axis(
    scale: Scale,
    show: Callable[[float, int], str],
    *,
    side: Side,
    label: str = "",
    colour: Colour = TEXT.primary,
    grid: bool = True,
    binary: bool = False,
    decimals: int | None = None,
    widest: float,
) -> ValueAxis:
    """Return an axis for a scale whose pixels are known.

    Args:
        show: returns the text of a value, with at least that many decimals.
        binary: put ticks at powers of two.
        decimals: how many decimals texts have, if that is fixed: ticks closer together would have the same texts.
        widest: the width of the panel.
    """
    marks = value_ticks(scale, show, binary=binary, decimals=decimals)
    texts = max((text_width(text, FONT) for _, text in marks if text), default=0)
    width = -(-(TICK + GAP + min(texts, widest * _WIDEST)) // 1) + (_LABEL if label else 0)
    return ValueAxis(side, scale, marks, label, colour, grid, width)


def value_ticks(
    scale: Scale,
    show: Callable[[float, int], str],
    *,
    binary: bool = False,
    decimals: int | None = None,
    space: float = _SPACE,
) -> list[tuple[float, str]]:
    """Return the ticks of a scale with their texts."""
    pixels = abs(scale.end - scale.start)
    if scale.distribution == "log":
        found = log_ticks(scale.low, scale.high, scale.base)
        labelled = [value for value, whole in found if whole]
        # Where magnitudes are close together, every second or third of them has a text.
        every = max(1, -(-len(labelled) * space // max(pixels, 1)))
        chosen = set(labelled[:: int(every)])
        return [(value, show(value, 0) if value in chosen else "") for value, _ in found]
    step = step_of(scale.low, scale.high, pixels, space, binary=binary)
    known = decimals_of(step)
    # With fewer decimals than the step has, a text between two ticks would repeat that of its neighbour.
    fits = 10.0 ** -(known if decimals is None else decimals)
    return [
        (value, show(value, known) if _is_multiple(value, fits) else "") for value in ticks(scale.low, scale.high, step)
    ]


def _is_multiple(value: float, step: float) -> bool:
    share = value / step
    return not math.isfinite(share) or abs(share - round(share)) < 1e-6


def drawn_values(axis: ValueAxis, plot: Box, offset: float = 0) -> list[Shape]:
    """Return grid, ticks and texts of a vertical axis. ``offset`` is the room that other axes take on its side."""
    place = axis.scale.forward()
    left = axis.side == "left"
    edge = plot.x - offset if left else plot.right + offset
    room = axis.width - TICK - GAP - (_LABEL if axis.label else 0)
    shapes: list[Shape] = []
    for value, text in axis.ticks:
        y = place(value)
        if axis.grid:
            start, end = (edge - TICK, plot.right) if left else (plot.x, edge + TICK)
            shapes.append(Rect(start, round(y), end - start, 1, GRID))
        if text:
            x = edge - TICK - GAP if left else edge + TICK + GAP
            anchor: Any = "end" if left else "start"
            shapes.append(Text(x, y + FONT * 0.36, text, FONT, axis.colour, anchor, width=room + 1))
    if axis.label:
        x = edge - axis.width + FONT if left else edge + axis.width - GAP
        turn = -90 if left else 90
        middle = plot.y + plot.height / 2
        shapes.append(Text(x, middle, axis.label, FONT, axis.colour, "middle", turn=turn, width=plot.height))
    return shapes


def drawn_times(plot: Box, start: float, end: float, zone: tzinfo, *, grid: bool = True) -> list[Shape]:
    """Return grid, ticks and texts of a time axis below a plot."""
    place = Scale(start, end, plot.x, plot.right).forward()
    shapes: list[Shape] = []
    for at, text in time_ticks(start, end, plot.width, _time_space, zone):
        x = place(at)
        top = plot.y if grid else plot.bottom
        shapes.append(Rect(round(x), top, 1, plot.bottom + TICK - top, GRID))
        # A text at the edge moves inwards, so that it is not cut off.
        half = text_width(text, FONT) / 2
        middle = min(max(x, plot.x - MARGIN + half), plot.right + MARGIN - half)
        shapes.append(Text(middle, plot.bottom + TICK + GAP + FONT * 0.83, text, FONT, TEXT.primary, "middle"))
    return shapes


def _time_space(sample: str) -> float:
    return text_width(sample, FONT) + 18
