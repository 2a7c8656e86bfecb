"""Bar charts: numbers of categories as bars, upright or lying."""

from __future__ import annotations

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.states import legend_of_states
from dashkit.preview.panels import other
from dashkit.preview.plots.axes import BOTTOM, MARGIN, drawn_values
from dashkit.preview.plots.bands import drawn_names, names_width
from dashkit.preview.plots.bar_layout import Bar, laid_bars
from dashkit.preview.plots.bar_shapes import Chart, bar_readings, drawn_bar_texts, drawn_bars
from dashkit.preview.plots.categories import Categories, categories
from dashkit.preview.plots.category_axis import drawn_names_below, name_axis
from dashkit.preview.plots.legend import Item, drawn_legend, items_of, legend
from dashkit.preview.plots.number_axis import drawn_marks
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series_axis import Show, beside, is_hidden, notes_on_units, series_axis, series_marks
from dashkit.preview.plots.threshold_marks import drawn_areas, drawn_lines
from dashkit.preview.plots.value_scale import value_scale
from dashkit.preview.scene import Box, Group, Options, Readings, Scene, Shape


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``barchart``."""
    options = mapping(panel.get("options"))
    rows = categories(data, options)
    series = [one for one in rows.series if not one.hidden_from("viz")] if rows else []
    if rows is None or not series:
        return other.no_data(panel, data, box)
    direction = text(options.get("orientation"))
    upright = direction == "vertical" or (direction != "horizontal" and box.width >= box.height)
    chart = Chart(rows, series, laid_bars(series, len(rows.names), options), options, upright)
    listed = legend(_items(rows, options), options, box)
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    shapes, readings = _upright(chart, room) if upright else _lying(chart, room)
    summary = f"{text(panel.get('title')) or 'Bar chart'}: {', '.join(rows.names[:10])}"
    return Scene(
        box.width,
        box.height,
        (*shapes, *drawn_legend(listed)),
        readings,
        summary,
        (*data.notes, *notes_on_units(series)),
    )


def _items(rows: Categories, options: Options) -> list[Item]:
    if rows.by and rows.by_show:
        return legend_of_states(rows.by, [(rows.by.values, rows.by_show)])
    return items_of(rows.series, options)


def _scale(chart: Chart, start: float, end: float) -> Scale:
    bars, stacking = chart.bars.bars, chart.bars.stacking
    if stacking == "percent":
        return Scale(-1.0 if any(bar.high < 0 for bar in bars) else 0.0, 1.0, start, end)
    values = [value for bar in bars for value in ((bar.low, bar.high) if stacking else (bar.high,))]
    return value_scale(values, chart.series[0].field.config, start, end, zero=True)


def _percents(chart: Chart) -> Show | None:
    """Return the function that writes the values of the axis where stacks are shares."""
    if chart.bars.stacking != "percent":
        return None
    return lambda value, decimals: f"{value * 100:.{max(0, decimals - 2)}f}%"


def _upright(chart: Chart, room: Box) -> tuple[list[Shape], Readings | None]:
    first = chart.series[0]
    names = name_axis(chart.rows.names, chart.options, room.width, timed=chart.rows.timed)
    tall = room.inset(top=names.top, bottom=names.height)
    scale = _scale(chart, tall.bottom, tall.y)
    axis, hidden = series_axis(first, scale, room.width, _percents(chart)), is_hidden(first)
    plot = beside(tall, axis, hidden=hidden)
    # Turned names reach beyond the first and the last bar.
    plot = plot.inset(
        left=max(0.0, names.left - (plot.x - room.x)), right=max(0.0, names.right - (room.right - plot.right))
    )
    y, base = scale.forward(), _base(scale)

    def place(bar: Bar) -> Box:
        start, end = y(bar.low) if chart.bars.stacking else base, y(bar.high)
        left = plot.x + bar.start * plot.width
        return _crisp(left, min(start, end), left + bar.width * plot.width, max(start, end))

    shapes = [
        *([] if hidden else drawn_values(axis, plot)),
        *drawn_areas(first, scale, plot),
        Group(drawn_bars(chart, scale, place), clip=plot),
        *drawn_lines(first, scale, plot),
        *drawn_bar_texts(chart, plot, place),
        Group(drawn_names_below(names, chart.bars.middles, plot), clip=room),
    ]
    return shapes, bar_readings(chart, plot, y)


def _lying(chart: Chart, room: Box) -> tuple[list[Shape], Readings | None]:
    first, names = chart.series[0], chart.rows.names
    left, hidden = names_width(names, room.width), is_hidden(first)
    plot = room.inset(left, MARGIN, MARGIN, MARGIN if hidden else BOTTOM)
    scale = _scale(chart, plot.x, plot.right)
    x, base = scale.forward(), _base(scale)

    def place(bar: Bar) -> Box:
        start, end = x(bar.low) if chart.bars.stacking else base, x(bar.high)
        top = plot.y + bar.start * plot.height
        return _crisp(min(start, end), top, max(start, end), top + bar.width * plot.height)

    middles = [plot.y + middle * plot.height for middle in chart.bars.middles]
    shapes = [
        *([] if hidden else drawn_marks(series_marks(first, scale, _percents(chart)), plot)),
        Group(drawn_bars(chart, scale, place), clip=plot),
        *drawn_bar_texts(chart, plot, place),
        *drawn_names(names, middles, plot, left),
    ]
    return shapes, None


def _crisp(left: float, top: float, right: float, bottom: float) -> Box:
    """Return a rectangle whose edges are those of pixels."""
    return Box(round(left), round(top), max(1, round(right) - round(left)), max(0, round(bottom) - round(top)))


def _base(scale: Scale) -> float:
    """Return the pixel that bars begin at: zero, or the nearest that is shown."""
    return scale.start if scale.distribution == "log" else scale.forward()(min(max(0.0, scale.low), scale.high))
