"""The bars of a bar gauge: plain, with a gradient, or of cells that are lit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from dashkit.preview.display.colour import Colour, faded
from dashkit.preview.display.colour_modes import mode_of
from dashkit.preview.display.processor import scheme_stops, threshold_steps
from dashkit.preview.display.theme import BACKGROUND
from dashkit.preview.fields.resolve import Range
from dashkit.preview.fields.single_values import Single, share_of
from dashkit.preview.scene import Box, Gradient, Paint, Radial, Rect, Shape

_RADIUS = 2
#: What is behind a bar begins so far below the bar's end, and ends so much earlier.
_BEHIND = 3
_FILL, _EDGE = 0.35, 2
_CELL, _CELL_SPACE = 12, 2
#: A lit cell glows in its middle: how opaque that and its corners are, and how far the middle reaches.
_LIT, _CORE = (0.9, 0.55), 0.1
_UNLIT = 0.18


def filled_length(value: Single, limits: Range, whole: float) -> float:
    """Return the length of a bar; it is never quite empty."""
    return max(share_of(value.number, limits) * whole, 1)


def drawn_bar(value: Single, limits: Range, box: Box, *, vertical: bool, gradient: bool, unfilled: bool) -> list[Shape]:
    """Return a plain bar, or one whose colour changes on its way."""
    box = _sharp(box)
    whole = box.height if vertical else box.width
    length = min(round(filled_length(value, limits, whole)), whole)
    rest = whole - length
    shapes: list[Shape] = []
    if unfilled and rest > 0:
        behind = (
            box._replace(y=box.y + _BEHIND, height=rest)
            if vertical
            else box._replace(x=box.x + length - _BEHIND, width=rest)
        )
        shapes.append(Rect(*behind, BACKGROUND.secondary, radius=_RADIUS))
    bar = box.inset(top=rest) if vertical else box.inset(right=rest)
    if gradient:
        return [*shapes, Rect(*bar, _along(value, limits, bar, whole, vertical=vertical), radius=_RADIUS)]
    edge = min(_EDGE, length)
    end = bar._replace(height=edge) if vertical else bar._replace(x=bar.right - edge, width=edge)
    body = bar.inset(top=edge) if vertical else bar.inset(right=edge)
    return [*shapes, Rect(*body, faded(value.colour, _FILL), radius=_RADIUS), Rect(*end, value.colour)]


def _sharp(box: Box) -> Box:
    """Return a box whose edges lie between pixels."""
    x, y = round(box.x), round(box.y)
    return Box(x, y, round(box.right) - x, round(box.bottom) - y)


def _along(value: Single, limits: Range, bar: Box, whole: float, *, vertical: bool) -> Paint:
    """Return what a bar is painted with: the colours of the values that it passes."""
    length = bar.height if vertical else bar.width
    if mode_of(value.config) == "thresholds":
        stops = _threshold_stops(value, limits, whole, length)
    else:
        stops = [(place * whole, colour) for place, colour in scheme_stops(value.config, *limits)]
    if len(stops) < 2:
        return value.colour
    last = max(stops[-1][0], 1)
    ends = (bar.x, bar.bottom, bar.x, bar.bottom - last) if vertical else (bar.x, bar.y, bar.x + last, bar.y)
    return Gradient(*ends, tuple((place / last, colour) for place, colour in stops))


def _threshold_stops(value: Single, limits: Range, whole: float, length: float) -> list[tuple[float, Colour]]:
    """Return colours that are pure half way before the next threshold; that of the last one reached, at the end."""
    steps = threshold_steps(value.config, *limits)
    if not steps or value.number is None:
        return []
    reached = [steps[0], *(step for step in steps[1:] if step[0] <= value.number)]
    places = [share_of(start, limits) * whole for start, _ in reached]
    stops = [(0.0, reached[0][1])]
    for number in range(1, len(reached)):
        stops.append(((places[number - 1] + places[number]) / 2, reached[number - 1][1]))
    return [*stops, (max(length, stops[-1][0]), reached[-1][1])]


def cells_length(whole: float) -> float:
    """Return how long the cells of a bar are together."""
    count, pitch = _cells(whole)
    return count * pitch


def _cells(whole: float) -> tuple[int, float]:
    """Return how many cells a bar has room for, and the distance from one to the next."""
    count = max(int(whole // _CELL), 1)
    return count, max(math.floor(whole / count - _CELL_SPACE), 1) + _CELL_SPACE


def drawn_cells(value: Single, limits: Range, box: Box, *, vertical: bool, unfilled: bool) -> list[Shape]:
    """Return a bar of cells, each in the colour of the value that it stands for."""
    box = _sharp(box)
    count, pitch = _cells(box.height if vertical else box.width)
    low, high = limits
    size = pitch - _CELL_SPACE
    shapes: list[Shape] = []
    for number in range(count if box.width > 1 and box.height > 1 else 0):
        stands_for = low + (high - low) / count * number
        lit = value.number is not None and stands_for <= value.number
        if not lit and not unfilled:
            break
        start = number * pitch
        if vertical:
            cell = box._replace(y=box.bottom - start - size, height=size)
        else:
            cell = box._replace(x=box.x + start, width=size)
        colour = value.show(stands_for).colour or value.colour
        shapes += _lit(cell, colour) if lit else [Rect(*cell, faded(colour, _UNLIT), radius=_RADIUS)]
    return shapes


def _lit(cell: Box, colour: Colour) -> Sequence[Shape]:
    return [Rect(*cell, _glow(cell, colour), radius=_RADIUS)]


@lru_cache(maxsize=256)
def _glow(cell: Box, colour: Colour) -> Radial:
    """Return the light of a cell, brightest in its middle."""
    # The edge of the ellipse goes through the corners of the cell.
    across, down = cell.width * math.sqrt(0.5), cell.height * math.sqrt(0.5)
    middle, edge = (faded(colour, alpha) for alpha in _LIT)
    return Radial(cell.x + cell.width / 2, cell.y + cell.height / 2, across, down, ((_CORE, middle), (1, edge)))
