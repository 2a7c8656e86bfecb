"""How much room name, bar and number of a bar gauge have."""

from __future__ import annotations

from typing import NamedTuple

from dashkit.preview.gauges.fit_text import fitted_size
from dashkit.preview.scene import Box
from dashkit.preview.text import text_width

#: Numbers are between so high, and automatically at most so wide.
_LOWEST, _HIGHEST, _WIDEST = 18.0, 50.0, 150.0
#: Lines of names are this many times as high as their font.
_NAME_LINE = 1.5
_NAME_BELOW = 14
#: Bars at least so high have their names above them.
_HIGH = 40
_NAME_ABOVE, _LEAST_ABOVE = 0.45, 17.0
_NAME_BESIDE, _AFTER_NAME, _MOST_BESIDE = 0.6, 15, 0.5
#: On both sides of a number.
PADDING = 10


class BarOptions(NamedTuple):
    """What an author says of bars: sizes of text in pixels, or None."""

    vertical: bool
    name_placement: str
    shows_value: bool
    name_size: float | None
    value_size: float | None


class BarLayout(NamedTuple):
    """Boxes of the name, of the bar if it is full, and of the number, for one value."""

    name: Box
    name_size: float
    bar: Box
    value: Box
    value_size: float


def bar_layout(box: Box, name: str, value: str, options: BarOptions) -> BarLayout:
    """Return the layout of one value; ``name`` and ``value`` are the longest of the panel."""
    name = "" if options.name_placement == "hidden" else name
    return _upright(box, name, value, options) if options.vertical else _lying(box, name, value, options)


def _upright(box: Box, name: str, value: str, options: BarOptions) -> BarLayout:
    size = options.name_size or _NAME_BELOW
    below = min(size * _NAME_LINE, box.height) if name else 0
    above = options.value_size or min(max(box.height * 0.1, _LOWEST), _HIGHEST)
    above = min(above, box.height - below) if options.shows_value else 0
    value_size = options.value_size or fitted_size(value, box.width, above)
    return BarLayout(
        Box(box.x, box.bottom - below, box.width, below), size,
        box.inset(top=above, bottom=below), Box(box.x, box.y, box.width, above), value_size,
    )  # fmt: skip


def _lying(box: Box, name: str, value: str, options: BarOptions) -> BarLayout:
    size, title, rest = _named(box, name, options)
    width = text_width(value, options.value_size or max(size, 12)) + 2 * PADDING
    if options.value_size is None:
        width = max(min(box.width * 0.2, _WIDEST), width)
    width = min(width, rest.width) if options.shows_value else 0
    value_size = options.value_size or fitted_size(value, width - 2 * PADDING, rest.height)
    return BarLayout(title, size, rest.inset(right=width), rest.inset(left=rest.width - width), value_size)


def _named(box: Box, name: str, options: BarOptions) -> tuple[float, Box, Box]:
    """Return the size of a name, its box, and the room that it leaves."""
    if not name:
        return 0, Box(box.x, box.y, 0, 0), box
    if options.name_placement == "top" or (options.name_placement != "left" and box.height > _HIGH):
        wanted = max(min(box.height * _NAME_ABOVE, _HIGHEST), _LEAST_ABOVE)
        height = options.name_size * _NAME_LINE if options.name_size else wanted
        return height / _NAME_LINE, box._replace(height=height), box.inset(top=height)
    size = options.name_size or max(box.height * _NAME_BESIDE, _LOWEST) / _NAME_LINE
    width = min(text_width(name, size) + _AFTER_NAME, box.width * _MOST_BESIDE)
    return size, box._replace(width=width), box.inset(left=width)
