"""Heatmaps: how many values lie in which bucket, over time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.processor import processor
from dashkit.preview.display.states import text_on
from dashkit.preview.display.theme import TEXT
from dashkit.preview.panels import other
from dashkit.preview.plots.axes import BOTTOM, MARGIN, drawn_times, drawn_values
from dashkit.preview.plots.bucketing import heat_of_values
from dashkit.preview.plots.buckets import Heat, heat_of_buckets
from dashkit.preview.plots.heat_axis import heat_axis, value_text
from dashkit.preview.plots.heat_colours import LEGEND, Counts, counts_of, drawn_scale, painter, palette_of
from dashkit.preview.plots.marks import drawn_annotations
from dashkit.preview.plots.readings import moment
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import numeric
from dashkit.preview.plots.tiles import Look, drawn_tiles
from dashkit.preview.scene import Box, Group, Options, Reading, Readings, Scene, Shape, Text
from dashkit.preview.text import text_width

_GAP = 1
#: The legend takes no more than this part of a panel's height.
_LEGEND = 0.2
_TEXT = 11


class _Cell(NamedTuple):
    box: Box
    amount: float
    colour: Colour


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``heatmap``."""
    options = mapping(panel.get("options"))
    calculated = options.get("calculate") is True
    heat = heat_of_values(data.frames, options) if calculated else heat_of_buckets(data.frames, options)
    counts = counts_of((count for column in heat.counts for count in column), options) if heat else None
    if heat is None or counts is None:
        return other.no_data(panel, data, box)
    palette = palette_of(options)
    legend = min(LEGEND, box.height * _LEGEND) if mapping(options.get("legend")).get("show") is not False else 0.0
    tall = box.inset(top=MARGIN, bottom=BOTTOM + legend)
    axis = heat_axis(heat, options, tall, box.width)
    side = text(mapping(options.get("yAxis")).get("axisPlacement"))
    width = 0.0 if side == "hidden" else axis.width
    right = axis.side == "right"
    plot = tall.inset(left=MARGIN if right else width or MARGIN, right=(width or MARGIN) if right else MARGIN)
    x = Scale(data.time.start, data.time.end, plot.x, plot.right).forward()
    cells = _cells(heat, counts, painter(palette, counts), options, x, axis.scale)
    show = processor({**heat.config, "mappings": []})
    texts = _texts(cells, options, lambda count: show(count).text.whole)
    strip = Box(box.x, box.bottom - legend, box.width, legend)
    ends = (show(counts.low).text.whole, show(counts.high).text.whole)
    shapes: tuple[Shape, ...] = (
        *drawn_times(plot, data.time.start, data.time.end, data.zone),
        *([] if side == "hidden" else drawn_values(axis, plot)),
        Group([*drawn_tiles((cell.box, Look(cell.colour)) for cell in cells), *texts], clip=plot),
        *drawn_annotations(data, plot),
        *([Group(drawn_scale(palette, *ends, strip), clip=strip)] if legend else []),
    )
    summary = f"{text(panel.get('title')) or 'Heatmap'}: from {ends[0]} to {ends[1]} in a cell"
    readings = _readings(heat, counts, data, plot, axis.scale.forward(), lambda count: show(count).text.whole, options)
    return Scene(box.width, box.height, shapes, readings, summary, data.notes)


def _cells(
    heat: Heat,
    counts: Counts,
    paint: Callable[[float], Colour],
    options: Options,
    x: Callable[[float], float],
    scale: Scale,
) -> list[_Cell]:
    gap = numeric(options.get("cellGap"))
    gap = _GAP if gap is None else max(0.0, gap)
    y = scale.forward()
    lowest = scale.low if scale.distribution == "log" else -math.inf
    tall = [(y(max(low, lowest)), y(max(high, lowest))) for low, high in heat.rows]
    cells = []
    ceiling, floor = sorted((scale.start, scale.end))
    for (start, end), column in zip(heat.columns, heat.counts, strict=True):
        left, right = x(start), x(end)
        width = max(1.0, right - left - gap)
        for (low, high), count in zip(tall, column, strict=True):
            if count is None or not counts.shown(count):
                continue
            top, bottom = min(low, high), max(low, high)
            if bottom >= ceiling and top <= floor:
                cells.append(_Cell(Box(left, top, width, max(1.0, bottom - top - gap)), count, paint(count)))
    return cells


def _texts(cells: Sequence[_Cell], options: Options, write: Callable[[float], str]) -> list[Shape]:
    shown = text(options.get("showValue")) or "never"
    if shown not in ("auto", "always"):
        return []
    texts: list[Shape] = []
    for cell in cells:
        written, box = write(cell.amount), cell.box
        if shown == "always" or (text_width(written, _TEXT) <= box.width and box.height >= _TEXT):
            middle = box.y + box.height / 2 + _TEXT * 0.36
            texts.append(Text(box.x + box.width / 2, middle, written, _TEXT, text_on(cell.colour), "middle"))
    return texts


def _readings(
    heat: Heat, counts: Counts, data: Data, plot: Box, y: Callable[[float], float], write: Callable[[float], str],
    options: Options,
) -> Readings | None:  # fmt: skip
    """Return what a pointer reads: the counts of all buckets in a column, the highest bucket first."""
    least = data.time.width / max(plot.width, 1)
    chosen: list[tuple[float, int]] = []
    for number, (start, end) in enumerate(heat.columns):
        middle = (start + end) / 2
        if data.time.start <= middle <= data.time.end and (not chosen or middle - chosen[-1][0] >= least):
            chosen.append((middle, number))
    if not chosen:
        return None
    value = value_text(mapping(options.get("yAxis")))
    series = []
    for row in reversed(range(len(heat.rows))):
        low, high = heat.rows[row]
        name = heat.names[row] if heat.names else f"{value(low, 3)} - {value(high, 3)}"
        found = [heat.counts[number][row] for _, number in chosen]
        texts = [write(count) if count is not None and counts.shown(count) else "" for count in found]
        middle = (y(low) + y(high)) / 2 if low > 0 or not heat.base else y(high)
        series.append(Reading(row, name, TEXT.primary, texts, [middle if one else None for one in texts]))
    titles = [moment(heat.columns[number][1], data) for _, number in chosen]
    return Readings(plot, data.time.start, data.time.end, [middle for middle, _ in chosen], titles, series)
