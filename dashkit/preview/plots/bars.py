"""Bars: what they are painted with, and their form, upright or lying."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.display.colour import Colour, faded
from dashkit.preview.display.colour_modes import is_by_value, mode_of
from dashkit.preview.display.processor import Shown, scheme_stops
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.scene import Box, Gradient, Paint, Path, Rect, Segment, Shape

_OPACITY, _LINE = 80.0, 1.0
#: What a curve needs to look like a quarter of a circle.
_ROUND = 0.45

_Point = tuple[float, float]


class Paints(NamedTuple):
    """What a bar is filled with, and its line."""

    fill: Paint
    stroke: Paint
    width: float


def paints_of(series: Series, scale: Scale, *, upright: bool, own: Colour | None = None) -> Paints:
    """Return what the bars of a series are painted with; ``own`` is the colour of one of them."""
    custom = series.custom
    opacity, width = numeric(custom.get("fillOpacity")), numeric(custom.get("lineWidth"))
    alpha = (_OPACITY if opacity is None else min(max(opacity, 0.0), 100.0)) / 100
    line = _LINE if width is None else max(0.0, width)
    colour = own or series.colour
    mode = text(custom.get("gradientMode"))
    if mode == "scheme" and own is None and is_by_value(series.field.config):
        stops = scheme_stops(series.field.config, scale.low, scale.high)
        faint = tuple((offset, faded(each, alpha)) for offset, each in stops)
        return Paints(_along(scale, faint, upright=upright), _along(scale, stops, upright=upright), line)
    if mode in ("opacity", "hue"):
        low = faded(colour, 0 if mode == "opacity" else alpha * 0.4)
        return Paints(_along(scale, ((0, low), (1, faded(colour, alpha))), upright=upright), colour, line)
    return Paints(faded(colour, alpha), colour, line)


def _along(scale: Scale, stops: tuple[tuple[float, Colour], ...], *, upright: bool) -> Gradient:
    if upright:
        return Gradient(0, scale.start, 0, scale.end, stops)
    return Gradient(scale.start, 0, scale.end, 0, stops)


def own_colour(series: Series, show: Callable[[float], Shown]) -> Callable[[float], Colour | None]:
    """Return the function from a value to the colour of its bar, or None where all bars have that of their series.

    Bars have their own colours if mappings have some, or if the gradient is that of thresholds.
    """
    config = series.field.config
    stepped = series.custom.get("gradientMode") == "scheme" and mode_of(config) == "thresholds"
    if not stepped and not has_mapped_colours(config.get("mappings")):
        return lambda _: None
    return lambda value: show(value).colour


def has_mapped_colours(mappings: Any) -> bool:
    """Return whether value mappings give colours."""
    for one in objects(mappings):
        options = mapping(one.get("options"))
        results = options.values() if one.get("type") == "value" else (options.get("result"),)
        if any(mapping(result).get("color") for result in results):
            return True
    return False


def drawn_bar(box: Box, paints: Paints, radius: float = 0, side: str = "top") -> Shape:
    """Return a bar whose line lies inside of its box, and whose far end, at ``side``, may be round."""
    inside = paints.width / 2 if paints.width else 0.0
    inner = Box(box.x + inside, box.y + inside, max(0.0, box.width - 2 * inside), max(0.0, box.height - 2 * inside))
    stroke = paints.stroke if paints.width else None
    if radius <= 0:
        return Rect(*inner, paints.fill, stroke, paints.width or 1)
    return Path(_rounded(inner, radius, side), paints.fill, stroke, paints.width or 1)


def _rounded(box: Box, radius: float, side: str) -> list[Segment]:
    """Return a rectangle with two round corners at a side."""
    left, top, right, bottom = box.x, box.y, box.right, box.bottom
    # Around the rectangle from the corner before the side to the one after it.
    corners = {
        "top": ((left, bottom), (left, top), (right, top), (right, bottom)),
        "bottom": ((right, top), (right, bottom), (left, bottom), (left, top)),
        "right": ((left, top), (right, top), (right, bottom), (left, bottom)),
        "left": ((right, bottom), (left, bottom), (left, top), (right, top)),
    }
    start, first, second, end = corners[side]
    wide, deep = (box.width, box.height) if side in ("top", "bottom") else (box.height, box.width)
    length = min(radius, deep, wide / 2)
    return [
        ("M", *start),
        *_corner(start, first, second, length),
        *_corner(first, second, end, length),
        ("L", *end),
        ("Z",),
    ]


def _corner(before: _Point, corner: _Point, after: _Point, length: float) -> list[Segment]:
    start, end = _towards(corner, before, length), _towards(corner, after, length)
    bends = _towards(corner, before, length * _ROUND), _towards(corner, after, length * _ROUND)
    return [("L", *start), ("C", *bends[0], *bends[1], *end)]


def _towards(point: _Point, other: _Point, length: float) -> _Point:
    """Return the place so far from a point on the way to another one, which is right above, below or beside it."""
    (x, y), (to_x, to_y) = point, other
    if x == to_x:
        return x, y + math.copysign(length, to_y - y)
    return x + math.copysign(length, to_x - x), y
