"""The plot of lanes: bands with pieces in the colours of states, their names, and a legend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.colour import Colour, faded
from dashkit.preview.display.states import legend_of_states, text_on
from dashkit.preview.plots.axes import BOTTOM, FONT, MARGIN
from dashkit.preview.plots.bands import bands, drawn_names, names_width
from dashkit.preview.plots.lanes import Lane, lane_readings
from dashkit.preview.plots.legend import drawn_legend, legend
from dashkit.preview.plots.marks import drawn_annotations
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import numeric
from dashkit.preview.plots.tiles import Look, drawn_tiles
from dashkit.preview.scene import Box, Group, Options, Scene, Shape, Text

_PART = 0.9
_OPACITY = 70
#: From the edge of a piece to its text.
_PADDING = 2
#: A text fits if there is so much room for each of its characters.
_CHARACTER = 6


class Piece(NamedTuple):
    """A state in a lane, from one pixel to another."""

    left: float
    right: float
    text: str
    colour: Colour


Pieces = Callable[[Lane, Scale], Iterable[Piece]]
"""Returns the pieces of a lane from left to right; the scale is that of times."""


class Style(NamedTuple):
    """What tells timelines and histories apart: the width of lines by default, and where in a piece its text stands."""

    line: float
    align: str


def part_of(option: object) -> float:
    """Return the part of the room that lanes or columns take, from 0 to 1."""
    part = numeric(option)
    return _PART if part is None else min(max(part, 0.0), 1.0)


def line_width(lane: Lane, otherwise: float) -> float:
    """Return how wide the lines around the pieces of a lane are."""
    width = numeric(lane.custom.get("lineWidth"))
    return otherwise if width is None else max(0.0, width)


def draw_lanes(
    panel: Options,
    data: Data,
    box: Box,
    lanes: Sequence[Lane],
    span: tuple[float, float],
    axis: Callable[[Box], list[Shape]],
    pieces: Pieces,
    style: Style,
) -> Scene:
    """Draw lanes as a panel.

    Args:
        span: the times at the left and the right edge of the plot.
        axis: draws the axis of times for a plot.
    """
    options = mapping(panel.get("options"))
    items = legend_of_states(lanes[0].field, [(lane.values, lane.show) for lane in lanes])
    listed = legend(items, options, box)
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    names = [lane.name for lane in lanes]
    left = names_width(names, box.width)
    plot = room.inset(left, MARGIN, MARGIN, BOTTOM)
    boxes = [
        Box(plot.x, round(plot.y + start * plot.height), plot.width, max(1, round(height * plot.height)))
        for start, height in bands(len(lanes), part_of(options.get("rowHeight")))
    ]
    scale = Scale(*span, plot.x, plot.right)
    numbers = {item.name: item.number for item in items}
    states = [
        shape
        for lane, band in zip(lanes, boxes, strict=True)
        for shape in _drawn_lane(lane, pieces(lane, scale), band, options, style, numbers)
    ]
    shapes = (
        *axis(plot),
        *drawn_names(names, [band.y + band.height / 2 for band in boxes], plot, left),
        Group(states, clip=plot),
        *drawn_annotations(data, plot),
        *drawn_legend(listed),
    )
    summary = f"{text(panel.get('title')) or 'States'}: {', '.join(names[:10])}"
    readings = lane_readings(lanes, boxes, plot, data, span, len(items))
    return Scene(box.width, box.height, shapes, readings, summary, data.notes)


def _drawn_lane(
    lane: Lane, pieces: Iterable[Piece], band: Box, options: Options, style: Style, numbers: Mapping[str, int]
) -> list[Shape]:
    opacity, width = numeric(lane.custom.get("fillOpacity")), line_width(lane, style.line)
    alpha = (_OPACITY if opacity is None else min(max(opacity, 0.0), 100.0)) / 100
    tiles, texts = list[tuple[Box, Look]](), list[Shape]()
    fills: dict[Colour, Colour] = {}
    for piece in pieces:
        left, right = max(piece.left, band.x - width), min(piece.right, band.right + width)
        if right <= left:
            continue
        place = band._replace(x=left, width=right - left)
        fill = fills.get(piece.colour) or fills.setdefault(piece.colour, faded(piece.colour, alpha))
        series = numbers.get(piece.text)
        look = Look(fill, piece.colour, width, series) if width else Look(fill, series=series)
        before = tiles[-1] if tiles else None
        if before and before[1] == look and not width and before[0].right == left:
            # Without a line between them, they look like one.
            tiles[-1] = before[0]._replace(width=right - before[0].x), look
        else:
            tiles.append((place, look))
        label = _label(piece.text, place, fill, width, options, style)
        if label:
            texts.append(label if series is None else Group((label,), series=series))
    return [*drawn_tiles(tiles), *texts]


def _label(written: str, place: Box, fill: Colour, width: float, options: Options, style: Style) -> Text | None:
    shown = text(options.get("showValue")) or "auto"
    fits = len(written) * _CHARACTER <= place.width and place.height >= FONT
    if shown == "never" or not written or (shown == "auto" and not fits):
        return None
    space = width + _PADDING
    y = place.y + place.height / 2 + FONT * 0.36
    if style.align == "center":
        return Text(place.x + place.width / 2, y, written, FONT, text_on(fill), "middle", 500)
    if style.align == "right":
        return Text(place.right - space, y, written, FONT, text_on(fill), "end", 500)
    return Text(place.x + space, y, written, FONT, text_on(fill), weight=500)
