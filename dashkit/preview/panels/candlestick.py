"""Candlesticks: the first, highest, lowest and last price of each time, and how much was traded."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.panels import timeseries
from dashkit.preview.plots.axes import BOTTOM, MARGIN, drawn_times, drawn_values
from dashkit.preview.plots.candles import PRICES, VOLUME, candles_of, drawn_candles, drawn_volume, roles_of
from dashkit.preview.plots.legend import drawn_legend, items_of, legend
from dashkit.preview.plots.marks import drawn_annotations
from dashkit.preview.plots.readings import readings
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, series_of
from dashkit.preview.plots.series_axis import beside, is_hidden, series_axis
from dashkit.preview.plots.strokes import drawn_series
from dashkit.preview.plots.value_scale import value_scale
from dashkit.preview.scene import Box, Group, Options, Scene, Shape

#: The highest volume takes this part of a plot with prices.
_TRADED = 1 / 7


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``candlestick``; data without the four prices as a time series."""
    options = mapping(panel.get("options"))
    series = series_of(data.frames)
    roles = roles_of(series, options)
    if not all(price in roles for price in PRICES):
        scene = timeseries.draw(panel, data, box)
        return scene._replace(notes=(*scene.notes, "candles need fields that are called open, high, low and close"))
    volume, mode = roles.get(VOLUME), text(options.get("mode"))
    used = {one.number for one in roles.values()}
    lines = [one for one in series if one.number not in used] if options.get("includeAllFields") is True else []
    listed = legend(items_of(lines, options), options, box)
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    tall = room.inset(top=MARGIN, bottom=BOTTOM)
    if mode == "volume" and volume:
        shown, first = [volume], volume
    else:
        shown, first = [roles["low"], roles["high"], *lines], roles["close"]
    scale = value_scale(_values(shown), first.field.config, tall.bottom, tall.y, zero=first is volume)
    axis, hidden = series_axis(first, scale, room.width), is_hidden(first)
    plot = beside(tall, axis, hidden=hidden)
    x, y = Scale(data.time.start, data.time.end, plot.x, plot.right).forward(), scale.forward()
    most = max(_values([volume]) if volume else [], default=0.0)
    # Below prices, the volume has a scale of its own.
    traded = scale if first is volume else Scale(0, max(most, 1e-9), plot.bottom, plot.bottom - plot.height * _TRADED)
    candles = candles_of(roles, options)
    shapes: list[Shape] = []
    if volume and mode != "candles":
        shapes += drawn_volume(volume, candles, options, x, traded.forward())
    if first is not volume:
        shapes += drawn_candles(candles, options, x, y)
        shapes += [Group(drawn_series(one, None, scale, plot, x), series=one.number) for one in lines]
    every = (
        *drawn_times(plot, data.time.start, data.time.end, data.zone),
        *([] if hidden else drawn_values(axis, plot)),
        Group(shapes, clip=plot),
        *drawn_annotations(data, plot),
        *drawn_legend(listed),
    )
    read = [*(roles[price] for price in PRICES), *([volume] if volume else []), *lines]
    heights = {one.number: traded.forward() if one is volume else y for one in read}
    title = text(panel.get("title")) or "Candlesticks"
    return Scene(box.width, box.height, every, readings(read, {}, plot, data, heights), title, data.notes)


def _values(series: Sequence[Series]) -> list[float]:
    return [value for one in series for value in one.values if value is not None]
