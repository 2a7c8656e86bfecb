"""The axis of categories below a plot: names that may be turned or left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashkit.preview.display.theme import TEXT
from dashkit.preview.plots.axes import FONT, MARGIN
from dashkit.preview.plots.bands import BELOW, GAP
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Options, Shape, Text
from dashkit.preview.text import text_width

_APART = 12


class NameAxis(NamedTuple):
    """Names by the number of their row, how far they are turned clockwise in degrees, and the room around the plot."""

    names: Sequence[tuple[int, str]]
    turn: float
    height: float
    left: float = 0
    right: float = 0
    top: float = MARGIN


def name_axis(names: Sequence[str], options: Options, width: float, *, timed: bool) -> NameAxis:
    """Return the axis of names below a plot that is about so wide; ``timed`` names never overlap."""
    turn = min(max(numeric(options.get("xTickLabelRotation")) or 0.0, -90.0), 90.0)
    spacing = numeric(options.get("xTickLabelSpacing")) or 0.0
    if timed and not spacing and not turn:
        spacing = max((text_width(name, FONT) for name in names), default=0.0) + _APART
    shown = _spaced(names, spacing, width)
    if not turn:
        return NameAxis(shown, 0, BELOW)
    angle = math.radians(abs(turn))
    longest = max((text_width(name, FONT) for _, name in shown), default=0.0)
    first, last = (text_width(name, FONT) * math.cos(angle) for name in (names[0], names[-1]))
    height = BELOW + math.sin(angle) * longest
    return NameAxis(shown, turn, height, first if turn < 0 else 0, last if turn > 0 else 0, FONT)


def _spaced(names: Sequence[str], spacing: float, width: float) -> list[tuple[int, str]]:
    """Return every so manieth name, so that there is one in so many pixels; counted from the last one if it is negative."""
    count = len(names)
    if not spacing:
        return list(enumerate(names))
    most = max(1, int(width / max(1.0, abs(spacing))))
    skip = 1 if count < most else -(-count // most)
    return [(row, name) for row, name in enumerate(names) if not (row if spacing > 0 else count - 1 - row) % skip]


def drawn_names_below(axis: NameAxis, middles: Sequence[float], plot: Box) -> list[Shape]:
    """Return names below the middles of their rows, which are parts of the plot's width."""
    shapes: list[Shape] = []
    for row, name in axis.names:
        x, y = plot.x + middles[row] * plot.width, plot.bottom + GAP
        if not axis.turn:
            shapes.append(Text(x, y + FONT * 0.83, name, FONT, TEXT.primary, "middle"))
            continue
        angle = math.radians(axis.turn)
        half = FONT * 0.36
        anchor: Any = "start" if axis.turn > 0 else "end"
        shapes.append(
            Text(
                x - math.sin(angle) * half, y + math.cos(angle) * half, name, FONT, TEXT.primary, anchor, turn=axis.turn
            )
        )
    return shapes
