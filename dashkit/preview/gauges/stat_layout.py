"""How large name, number and sparkline of a stat are: all of them share one box."""

from __future__ import annotations

from typing import NamedTuple

from dashkit.preview.gauges.fit_text import fitted_size

#: Lines of text are this many times as high as their font.
LINE = 1.2
VALUE_WEIGHT = 500
#: A box this many times as wide as high has name and number beside each other.
_WIDE = 2.5
_HIGHEST_NAME = 30
#: A name is smaller than its number.
_NAME_TO_VALUE = 0.7
#: The change in percent is this part of the number, but can be read.
_CHANGE, _LEAST_CHANGE = 1 / 2.5, 12


class Sizes(NamedTuple):
    """Font sizes that options set; None is automatic."""

    name: float | None = None
    value: float | None = None
    change: float | None = None


class Layout(NamedTuple):
    """Font sizes, which are 0 for what is not shown, and the height of the sparkline."""

    wide: bool
    padding: float
    name: float
    value: float
    change: float
    chart: float


def stat_layout(
    width: float, height: float, name: str, value: str, *, chart: bool, change: bool, wide: bool, sizes: Sizes
) -> Layout:
    """Return how large things are in a box.

    Args:
        name: the longest of all names.
        value: the longest of all texts.
        chart: whether there is a sparkline.
        change: whether a change in percent is shown.
        wide: whether name and number may stand beside each other.
    """
    padding = 12.0 if height > 100 else 8.0
    room = _Room(width - 2 * padding, height - 2 * padding, height, name, value, change)
    beside = wide and width > height * _WIDE
    chart = chart and height > (50 if beside else 100)
    found = _beside(room, chart) if beside else _below(room, chart)
    found_name = sizes.name if sizes.name is not None and name else found.name
    number = sizes.value if sizes.value is not None and value else found.value
    changed = (sizes.change or max(number * _CHANGE, _LEAST_CHANGE)) if change else 0.0
    text = padding + (found_name + number + changed) * LINE
    share = height * 0.5 if beside else max(height * 0.25, height - text)
    return Layout(beside, padding, found_name, number, changed, share if chart else 0)


class _Room(NamedTuple):
    width: float
    height: float
    #: The height of the whole box.
    outer: float
    name: str
    value: str
    change: bool


class _Found(NamedTuple):
    name: float
    value: float


def _beside(room: _Room, chart: bool) -> _Found:
    share = (0.4 if room.name else 1) if chart else (0.3 if room.name else 1)
    width = room.width * share * (0.7 if room.change else 1)
    value = fitted_size(room.value, width, room.height * (0.5 if chart else 1), LINE, weight=VALUE_WEIGHT)
    name = fitted_size(room.name, room.width * 0.6, room.height * (0.4 if chart else 1), LINE, most=_HIGHEST_NAME)
    return _found(room, name, value)


def _below(room: _Room, chart: bool) -> _Found:
    name = fitted_size(room.name, room.width, room.outer * 0.15, LINE, most=_HIGHEST_NAME) if room.name else 0
    height = room.height - name * LINE - (room.outer * 0.25 if chart else 0)
    value = fitted_size(room.value, room.width, height / (1 + _CHANGE if room.change else 1), LINE, weight=VALUE_WEIGHT)
    return _found(room, name, value)


def _found(room: _Room, name: float, value: float) -> _Found:
    if not room.value:
        return _Found(name, 0)
    return _Found(min(name, value * _NAME_TO_VALUE) if room.name else 0, value)
