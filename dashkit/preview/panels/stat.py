"""Stat: large numbers, with their names and a sparkline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.colour import Colour, brighten, darken, faded, lighten, same, shift
from dashkit.preview.display.theme import TEXT, named, readable_on
from dashkit.preview.fields.reduce import reduced
from dashkit.preview.fields.single_values import Single, longest, nothing, said, single_values
from dashkit.preview.gauges.fit_text import text_size
from dashkit.preview.gauges.grid import arranged
from dashkit.preview.gauges.sparkline import course_of, drawn_sparkline
from dashkit.preview.gauges.stat_layout import Sizes, stat_layout
from dashkit.preview.gauges.stat_text import Words, drawn_words
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Gradient, Group, Options, Paint, Rect, Scene, Shape
from dashkit.preview.units.text import NOTHING, just

_SPACING = 3
_RADIUS = 2
#: Backgrounds run from the top left to the bottom right: the angle of the gradient, in degrees clockwise from upwards.
_ANGLE = 120
#: How a sparkline is painted: its area, and on a background its line too.
_FILL, _BRIGHTER, _ON_BACKGROUND = 0.2, 0.4, same("#ffffff66")


class _Look(NamedTuple):
    """What all values of a panel share."""

    color_mode: str
    centred: bool
    chart: bool
    change: bool
    change_mode: str
    wide: bool
    sizes: Sizes
    time: TimeRange


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``stat``."""
    options = mapping(panel.get("options"))
    found = single_values(panel, data) or [nothing(panel)]
    values = [_as_text_mode(value, text(options.get("textMode")), len(found)) for value in found]
    look = _look(options, data)
    places = arranged(options.get("orientation"), len(values), box, _SPACING)
    name, value_text = longest(values)
    tiles = [_tile(value, look, place, name, value_text.whole) for value, place in zip(values, places, strict=True)]
    return Scene(box.width, box.height, tiles, summary=said(panel, found), notes=data.notes)


def _look(options: Options, data: Data) -> _Look:
    return _Look(
        color_mode=text(options.get("colorMode")) or "value",
        centred=options.get("justifyMode") == "center",
        chart=(text(options.get("graphMode")) or "area") == "area",
        change=options.get("showPercentChange") is True
        and mapping(options.get("reduceOptions")).get("values") is not True,
        change_mode=text(options.get("percentChangeColorMode")) or "standard",
        wide=options.get("wideLayout") is not False,
        sizes=Sizes(*(text_size(options, key) for key in ("titleSize", "valueSize", "percentSize"))),
        time=data.time,
    )


def _as_text_mode(value: Single, mode: str, count: int) -> Single:
    """Return a value with only what the text mode shows of it."""
    if mode == "none":
        return value._replace(name="", shown=value.shown._replace(text=NOTHING))
    if mode == "name":
        return value._replace(name="", shown=value.shown._replace(text=just(value.name)))
    if mode == "value" or (mode != "value_and_name" and count == 1):
        return value._replace(name="")
    return value


def _tile(value: Single, look: _Look, box: Box, longest_name: str, longest_text: str) -> Group:
    course = course_of(value) if look.chart or look.change else ((), ())
    change = _change(course[1]) if look.change else None
    layout = stat_layout(
        box.width, box.height, longest_name, longest_text, chart=look.chart and len(course[1]) > 1,
        change=change is not None, wide=look.wide, sizes=look.sizes,
    )  # fmt: skip
    filled = look.color_mode in ("background", "background_solid")
    ink = readable_on(value.colour) if filled else value.colour if look.color_mode == "value" else TEXT.primary
    shapes: list[Shape] = []
    if filled:
        shapes.append(Rect(*box, _background(value.colour, look.color_mode, box), radius=_RADIUS))
    if layout.chart:
        strip = box.inset(top=box.height - layout.chart)
        line = brighten(value.colour, _BRIGHTER) if filled else value.colour
        fill = _ON_BACKGROUND if filled else faded(value.colour, _FILL)
        shapes += drawn_sparkline(value, course, look.time, strip, line, fill)
    inner = box.inset(layout.padding, layout.padding, layout.padding, layout.padding)
    words = _words(value, look, ink, filled, change)
    shapes += drawn_words(words, layout, inner, centred=look.centred or not value.name)
    return Group(shapes, clip=box, label=f"{value.name}: {value.text.whole}" if value.name else "", link=value.link)


def _background(colour: Colour, mode: str, box: Box) -> Paint:
    if mode == "background_solid":
        return colour
    dark = (darken(shift(colour, hue=8), 0.15), darken(shift(colour, hue=-8), 0.05))
    light = (lighten(shift(colour, hue=8), 0.105), lighten(shift(colour, hue=-8), 0.035))
    start, end = (Colour(one.dark, other.light) for one, other in zip(dark, light, strict=True))
    angle = math.radians(_ANGLE)
    across, down = math.sin(angle), -math.cos(angle)
    reach = (box.width * abs(across) + box.height * abs(down)) / 2
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return Gradient(x - across * reach, y - down * reach, x + across * reach, y + down * reach, ((0, start), (1, end)))


def _words(value: Single, look: _Look, ink: Colour, filled: bool, change: float | None) -> Words:
    change_ink = ink
    if change is not None and not filled and look.change_mode != "same_as_value":
        good = (change >= 0) == (look.change_mode == "standard")
        change_ink = named("green") if good else named("red")
    return Words(value.name, value.text, change, ink, ink if filled else TEXT.primary, change_ink)


def _change(values: Sequence[float | None]) -> float | None:
    """Return how much values changed from the first to the last, as a share of the first one."""
    if len(values) < 2:
        return None
    change = numeric(reduced(values, ["diffperc"])["diffperc"])
    return change / 100 if change is not None else None
