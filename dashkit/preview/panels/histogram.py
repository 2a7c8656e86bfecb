"""Histograms: how often values lie in which bucket."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.panels import other
from dashkit.preview.plots.axes import BOTTOM, FONT, MARGIN, drawn_values
from dashkit.preview.plots.bars import drawn_bar, paints_of
from dashkit.preview.plots.bucket_counts import Buckets, buckets_of, limit_text
from dashkit.preview.plots.legend import drawn_legend, items_of, legend
from dashkit.preview.plots.number_axis import drawn_marks
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series
from dashkit.preview.plots.series_axis import beside, is_hidden, series_axis
from dashkit.preview.plots.stack import Stacked, stacked
from dashkit.preview.plots.value_scale import value_scale
from dashkit.preview.scene import Box, Group, Options, Reading, Readings, Scene, Shape
from dashkit.preview.text import text_width

#: The least distance of two ticks, and of their texts.
_SPACE, _APART = 40, 8


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``histogram``."""
    options = mapping(panel.get("options"))
    buckets = buckets_of(data.frames, options)
    shown = [one for one in buckets.series if not one.hidden_from("viz")] if buckets else []
    if buckets is None or not shown:
        return other.no_data(panel, data, box)
    listed = legend(items_of(buckets.series, options), options, box)
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    tall = room.inset(top=MARGIN, bottom=BOTTOM)
    layers = stacked(shown)
    scale = _scale(shown, layers, tall)
    first = shown[0]
    axis, hidden = series_axis(first, scale, room.width), is_hidden(first)
    plot = beside(tall, axis, hidden=hidden)
    low, high = buckets.ends[0][0], buckets.ends[-1][1]
    x = Scale(low, high, plot.x, plot.right).forward()
    bars = [Group(_drawn(one, layers.get(one.number), buckets, scale, x), series=one.number) for one in shown]
    shapes = (
        *([] if hidden else drawn_values(axis, plot)),
        *drawn_marks([(x(value), limit_text(buckets, value)) for value in _limits(buckets, plot.width)], plot),
        Group(bars, clip=plot),
        *drawn_legend(listed),
    )
    summary = f"{text(panel.get('title')) or 'Histogram'}: {', '.join(one.name for one in shown[:10])}"
    readings = _readings(shown, layers, buckets, plot, scale.forward())
    return Scene(box.width, box.height, shapes, readings, summary, data.notes)


def _scale(shown: Sequence[Series], layers: Mapping[int, Stacked], room: Box) -> Scale:
    values: list[float] = []
    for one in shown:
        layer = layers.get(one.number)
        values += [value for value in (layer.top if layer else one.values) if value is not None]
    return value_scale(values, shown[0].field.config, room.bottom, room.y, zero=True)


def _drawn(
    series: Series, layer: Stacked | None, buckets: Buckets, scale: Scale, x: Callable[[float], float]
) -> list[Shape]:
    y = scale.forward()
    base = scale.start if scale.distribution == "log" else y(max(0.0, scale.low))
    paints = paints_of(series, scale, upright=True)
    shapes = []
    for number, (start, end) in enumerate(buckets.ends):
        top = layer.top[number] if layer else series.values[number]
        if not series.values[number] or top is None:
            continue
        foot = y(layer.bottom[number]) if layer else base
        left, right, head = round(x(start)), round(x(end)), y(top)
        shapes.append(drawn_bar(Box(left, head, max(1, right - left), foot - head), paints))
    return shapes


def _limits(buckets: Buckets, pixels: float) -> list[float]:
    """Return the limits of buckets that the axis shows: as many as there is room for."""
    low, high, size = buckets.ends[0][0], buckets.ends[-1][1], buckets.size
    widest = max(text_width(limit_text(buckets, value), FONT) for value in (low, high))
    width = max(size / (high - low) * pixels, 1e-9)
    skip = max(1, math.ceil(max(_SPACE, widest + _APART) / width))
    count = min(int((high - low) / size + 1.5), 1_000_000_000)
    return [low + number * size for number in range(0, count, skip)][:1000]


def _readings(
    shown: Sequence[Series], layers: Mapping[int, Stacked], buckets: Buckets, plot: Box, y: Callable[[float], float]
) -> Readings:
    series = []
    for one in shown:
        if one.hidden_from("tooltip"):
            continue
        layer = layers.get(one.number)
        tops = layer.top if layer else one.values
        texts = ["" if value is None else one.show(value).text.whole for value in one.values]
        heights = [None if top is None else y(top) for top in tops]
        series.append(Reading(one.number, one.name, one.colour, texts, heights))
    titles = [f"{limit_text(buckets, start)} - {limit_text(buckets, end)}" for start, end in buckets.ends]
    places = [(start + end) / 2 for start, end in buckets.ends]
    return Readings(plot, buckets.ends[0][0], buckets.ends[-1][1], places, titles, series, time=False)
