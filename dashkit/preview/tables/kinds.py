"""Kinds of cells: what each of them makes of a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from dashkit.lint.values import text
from dashkit.preview.display.colour import Colour, darken, lighten, shift
from dashkit.preview.display.processor import Shown
from dashkit.preview.display.theme import FALLBACK, TEXT, readable_on
from dashkit.preview.fields.scalars import json_of, text_of
from dashkit.preview.fields.single_values import Single
from dashkit.preview.frames import Frame
from dashkit.preview.links import safe_url
from dashkit.preview.scene import Box, Shape
from dashkit.preview.tables.cells import Cell, Figure, Ground, Image, Listed, Pills, Rich, Words
from dashkit.preview.tables.columns import Column
from dashkit.preview.tables.gauge import drawn_gauge, value_width
from dashkit.preview.tables.pills import pills
from dashkit.preview.tables.sparkline import drawn_sparkline, last_value, series_in, value_room
from dashkit.preview.text import text_width

#: How many values of a column are looked at to find how wide they get.
_SAMPLE = 100

Make = Callable[[Any], Cell]
"""Returns the cell for a value."""

Kind = Callable[[Column], Make]


def kind(name: str) -> Kind:
    """Return a kind by its name; that of plain texts if there is none of that name."""
    return _KINDS.get(name, _words)


def _words(column: Column) -> Make:
    if column.field.type == "other":
        figure, structure = _sparkline(column), _json(column)

        def make(value: Any) -> Cell:
            return figure(value) if isinstance(value, Frame) else structure(value)

        return make
    return lambda value: Cell(Words(column.show(value).text.whole))


def _coloured_words(column: Column) -> Make:
    def make(value: Any) -> Cell:
        shown = column.show(value)
        return Cell(Words(shown.text.whole), shown.colour)

    return make


def _coloured_ground(column: Column) -> Make:
    plain = column.style.get("mode") == "basic"

    def make(value: Any) -> Cell:
        shown = column.show(value)
        colour = shown.colour or FALLBACK
        ground, ink = _painted(colour, plain=plain)
        return Cell(Words(shown.text.whole), ink, ground)

    return make


@lru_cache(maxsize=1024)
def _painted(colour: Colour, *, plain: bool) -> tuple[Ground, Colour]:
    """Return a background in a colour, and the colour of text on it.

    Unless it is plain, it begins darker than it ends in the dark theme, and lighter in the light one.
    """
    start = colour if plain else shift(Colour(darken(colour, 0.1).dark, lighten(colour, 0.07).light), hue=5)
    return (start, colour), readable_on(colour)


def _gauge(column: Column) -> Make:
    config, style, limits = column.field.config, column.style, column.limits
    mode, how = text(style.get("mode")) or "gradient", style.get("valueDisplayMode")
    widest = _widest(column.show(value) for value in column.field.values[:_SAMPLE])
    room = 0.0 if how == "hidden" else value_width(widest)

    def make(value: Any) -> Cell:
        single = Single(column.name, column.show(value), config, limits, column.show)
        ink = single.colour if how == "color" else TEXT.primary

        def draw(box: Box) -> list[Shape]:
            return drawn_gauge(single, mode, limits, box, room, ink)

        return Cell(Figure(draw, single.text.whole))

    return make


def _widest(every: Iterable[Shown]) -> str:
    return max((shown.text.whole for shown in every), key=lambda said: text_width(said, 1), default="")


def _sparkline(column: Column) -> Make:
    config, style = column.field.config, column.style
    written = style.get("hideValue") is not True
    series = [found for value in column.field.values[:_SAMPLE] if (found := series_in(value))]
    room = value_room(_widest(column.show(last_value(frame)) for frame in series)) if written else 0.0

    def make(value: Any) -> Cell:
        frame = series_in(value)
        if frame is None:
            return Cell(Words(column.show(value).text.whole or "no data"))
        shown = column.show(last_value(frame))
        said = shown.text.whole

        def draw(box: Box) -> list[Shape]:
            return drawn_sparkline(frame, config, style, said if written else "", room, shown.colour or FALLBACK, box)

        return Cell(Figure(draw, said))

    return make


def _json(column: Column) -> Make:
    return lambda value: Cell(Words(_structure(value), mono=True))


def _structure(value: Any) -> str:
    """Return a value as JSON; a text that is JSON already is written the same way."""
    if not isinstance(value, str):
        return "" if value is None else json_of(value)
    try:
        return json_of(json.loads(value))
    except (ValueError, RecursionError):
        return value


def _pills(column: Column) -> Make:
    return lambda value: Cell(Pills(pills(value, column.field.config, column.show)))


def _image(column: Column) -> Make:
    style = column.style

    def make(value: Any) -> Cell:
        said = text(style.get("alt")) or text(style.get("title"))
        return Cell(Image(safe_url(text_of(value)), said))

    return make


def _markdown(column: Column) -> Make:
    return lambda value: Cell(Rich(column.show(value).text.whole))


def _links(column: Column) -> Make:
    return lambda value: Cell(Listed())


_KINDS: Mapping[str, Kind] = {
    "color-text": _coloured_words,
    "color-background": _coloured_ground,
    "gauge": _gauge,
    "sparkline": _sparkline,
    "json-view": _json,
    "pill": _pills,
    "image": _image,
    "markdown": _markdown,
    "data-links": _links,
}
