"""The slices of a pie or donut, with the texts in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from dashkit.preview.display.colour import Colour, darken, lighten, shift
from dashkit.preview.display.theme import BACKGROUND, TEXT
from dashkit.preview.gauges.arcs import Point, band, on_circle
from dashkit.preview.scene import Group, Path, Radial, Shape, Text

#: Around the disc.
MARGIN = 16
#: The ring of a donut is this part of its radius wide, or so many pixels.
_RING, _LEAST_RING = 1 / 3, 20
#: Between two slices, in radians, and the line around each.
_GAP, _LINE = 0.005, 1
#: Smaller slices have no room for a text.
_ROOM = 0.3
#: A text has this size in a disc of that radius; it may shrink and grow.
_FONT, _RADIUS = 14, 150
_SMALLEST, _LARGEST, _LARGEST_OF_MANY = 12, 30, 14
_LINE_HEIGHT = 1.2
#: Texts of slices without a hole stand around the middle of what is left when this part is cut out.
_CORE = 1 / 6


class Slice(NamedTuple):
    """A slice: its share of the whole, what is written in it, and what is said of it."""

    number: int
    share: float
    colour: Colour
    lines: Sequence[str]
    label: str
    link: str


class _Disc(NamedTuple):
    centre: Point
    inner: float
    outer: float


def drawn_slices(slices: Sequence[Slice], centre: Point, radius: float, *, donut: bool) -> list[Shape]:
    """Return slices clockwise from the top, and their texts above all of them."""
    inner = max(radius - max(radius * _RING, _LEAST_RING), 0) if donut else 0
    disc = _Disc(centre, inner, radius)
    start = -math.pi / 2
    shapes: list[Shape] = []
    texts: list[Shape] = []
    for one in slices:
        end = start + one.share * 2 * math.pi
        painted = Group(_painted(one.colour, disc, start, end), label=one.label, link=one.link)
        shapes.append(Group([painted], series=one.number))
        if end - start >= _ROOM and one.lines:
            texts.append(Group(_texts(one.lines, disc, (start + end) / 2), series=one.number))
        start = end
    return [*shapes, *texts]


def _painted(colour: Colour, disc: _Disc, start: float, end: float) -> list[Shape]:
    """Return a slice, whose colour changes from the inside to the outside."""
    whole = end - start > 2 * math.pi - _GAP
    gap = 0 if whole else min(_GAP, (end - start) / 2) / 2
    dark, bright = _shades(colour)
    # The colours would go on changing through the margin.
    reach = disc.outer + MARGIN
    first = disc.inner / disc.outer if disc.outer else 0.0
    paint = Radial(*disc.centre, reach, reach, ((first, dark), (1, bright)))
    segments = band(disc.centre, disc.inner, disc.outer, start + gap, end - gap)
    return [Path(segments, paint, None if whole else BACKGROUND.primary, _LINE)]


def _shades(colour: Colour) -> tuple[Colour, Colour]:
    inner, outer = shift(colour, hue=4), shift(colour, hue=-4)
    return (
        Colour(darken(inner, 0.2).dark, lighten(inner, 0.14).light),
        Colour(darken(outer, 0.1).dark, lighten(outer, 0.07).light),
    )


def _texts(lines: Sequence[str], disc: _Disc, angle: float) -> list[Shape]:
    largest = _LARGEST if len(lines) == 1 else _LARGEST_OF_MANY
    size = min(max(disc.outer / _RADIUS * _FONT, _SMALLEST), largest)
    x, y = on_circle(disc.centre, (disc.outer + (disc.inner or disc.outer * _CORE)) / 2, angle)
    return [
        Text(x, y + size * _LINE_HEIGHT * number, line, size, TEXT.primary, "middle", weight=500)
        for number, line in enumerate(lines, 1)
    ]
