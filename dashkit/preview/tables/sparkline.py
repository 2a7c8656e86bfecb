"""Sparklines in the cells of a table: a small line of a series, with its value to the left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashkit.lint.values import mapping
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.theme import TEXT
from dashkit.preview.fields.reduce import reduced
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, series_of
from dashkit.preview.plots.strokes import drawn_series
from dashkit.preview.scene import Box, Group, Shape, Text
from dashkit.preview.text import text_width

FONT = 14.0
_GAP = 8
_STYLE = {
    "lineWidth": 1,
    "fillOpacity": 17,
    "lineInterpolation": "smooth",
    "gradientMode": "hue",
    "showPoints": "never",
}


def series_in(value: Any) -> Frame | None:
    """Return the series that a cell holds: a frame, or a list of numbers; None if it holds neither."""
    if isinstance(value, Frame):
        return value
    if isinstance(value, list | tuple) and value and all(_is_number(one) for one in value):
        return Frame((Field("Time", "time", list(range(len(value)))), Field("Value", "number", list(value))))
    return None


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def last_value(frame: Frame) -> Any:
    """Return the value that is written beside the line of a series."""
    field = first_of_type(frame, "number")
    own = reduced(field.values, ["lastNotNull"])["lastNotNull"] if field else None
    return frame.meta.get("value", own)


def drawn_sparkline(
    frame: Frame, config: Mapping[str, Any], style: Mapping[str, Any], text: str, room: float, ink: Colour, box: Box
) -> list[Shape]:
    """Return the line of a series; ``text`` has some room to its left if it is not empty."""
    shapes: list[Shape] = []
    if text:
        y = box.y + box.height / 2 + FONT * 0.36
        shapes.append(Text(box.x + room, y, text, FONT, TEXT.primary, "end", width=max(1.0, room)))
        box = box.inset(left=room + _GAP)
    for series in series_of([_styled(frame, config, style)])[:1]:
        line = _line(series._replace(colour=ink), box)
        shapes.append(Group(line, clip=box))
    return shapes


def value_room(widest: str) -> float:
    """Return the room for the values of a column, of which this is the widest."""
    return text_width(widest, FONT) + 1


def _styled(frame: Frame, config: Mapping[str, Any], style: Mapping[str, Any]) -> Frame:
    own = {**config, "custom": {**_STYLE, **mapping(style)}}
    return frame.with_fields([replace(field, config={**own, **_interval(field)}) for field in frame.fields])


def _interval(field: Field) -> Mapping[str, Any]:
    return {"interval": field.config["interval"]} if "interval" in field.config else {}


def _line(series: Series, box: Box) -> list[Shape]:
    values = [value for value in series.values if value is not None]
    if not values or box.width <= 0:
        return []
    low, high = min(values), max(values)
    scale = Scale(low, high if high > low else low + 1, box.bottom - 1, box.y + 1)
    start, end = series.times[0], series.times[-1]
    x = Scale(start, end if end > start else start + 1, box.x, box.right).forward()
    return drawn_series(series, None, scale, box, x)
