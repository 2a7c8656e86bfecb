"""Equal bands along a side of a plot, such as the rows of a timeline, and their names beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dashkit.preview.display.theme import TEXT
from dashkit.preview.plots.axes import FONT, TICK
from dashkit.preview.scene import Box, Shape, Text
from dashkit.preview.text import text_width

#: From the plot to a name; the axis also has room for the ticks that it does not show.
GAP = 15
#: The height of names below a plot.
BELOW = TICK + GAP + FONT
#: Names take no more than this part of a panel's width.
_WIDEST = 0.4


def bands(count: int, part: float) -> list[tuple[float, float]]:
    """Return where each of some bands begins, and its width, on a length of 1 of which they take a part together.

    The first one begins at 0, the last one ends at 1.
    """
    width = part / max(1, count)
    space = (1 - part) / (count - 1) if count > 1 else 0.0
    return [(number * (width + space), width) for number in range(count)]


def names_width(names: Sequence[str], panel: float) -> float:
    """Return the room for names at the left of a plot, in a panel that is so wide."""
    widest = max((text_width(name, FONT) for name in names), default=0.0)
    return TICK + GAP + math.ceil(min(widest, panel * _WIDEST))


def drawn_names(names: Sequence[str], middles: Sequence[float], plot: Box, room: float) -> list[Shape]:
    """Return names at the left of a plot, each beside the middle of its band; some of them where there is no room for all."""
    apart = middles[1] - middles[0] if len(middles) > 1 else FONT
    every = max(1, math.ceil(FONT / apart)) if apart > 0 else max(1, len(names))
    return [
        Text(plot.x - GAP, middle + FONT * 0.36, name, FONT, TEXT.primary, "end", width=max(1.0, room - GAP))
        for name, middle in list(zip(names, middles, strict=True))[::every]
    ]
