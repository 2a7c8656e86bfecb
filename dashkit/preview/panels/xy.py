"""Trends and XY charts: lines and points over numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.colour import faded
from dashkit.preview.display.processor import processor
from dashkit.preview.frames import Field
from dashkit.preview.panels import other
from dashkit.preview.plots.axes import BOTTOM, MARGIN, drawn_times, drawn_values
from dashkit.preview.plots.curves import line_through
from dashkit.preview.plots.legend import drawn_legend, items_of, legend
from dashkit.preview.plots.number_axis import drawn_marks
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.plots.series_axis import beside, is_hidden, notes_on_units, series_axis, series_marks
from dashkit.preview.plots.stack import Stacked, stacked
from dashkit.preview.plots.strokes import drawn_series
from dashkit.preview.plots.threshold_marks import drawn_areas, drawn_lines
from dashkit.preview.plots.value_scale import value_scale
from dashkit.preview.plots.xy_series import Placed, trend_series, xy_series
from dashkit.preview.scene import Box, Circle, Group, Options, Path, Reading, Readings, Scene, Shape

_POINT, _OPACITY, _LINE = 5.0, 50.0, 1.0
#: A pointer reads no more places than that.
_MOST = 1000

Paint = Callable[[Series, Scale, Box, Scale], list[Shape]]
"""Returns the shapes of a series on the scale of its values, in a plot, with the scale of the x axis."""


def draw_trend(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``trend``."""
    placed = trend_series(data.frames, mapping(panel.get("options")))
    if placed is None:
        return other.no_data(panel, data, box)
    layers = stacked([one for one in placed.series if not one.hidden_from("viz")])

    def paint(series: Series, scale: Scale, plot: Box, across: Scale) -> list[Shape]:
        return drawn_series(series, layers.get(series.number), scale, plot, across.forward())

    return _plotted(panel, data, box, placed, layers, paint, padded=False)


def draw_xychart(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``xychart``."""
    placed = xy_series(data.frames, mapping(panel.get("options")))
    if placed is None:
        return other.no_data(panel, data, box)
    return _plotted(panel, data, box, placed, {}, _points, padded=True)


def _plotted(
    panel: Options, data: Data, box: Box, placed: Placed, layers: Mapping[int, Stacked], paint: Paint, *, padded: bool
) -> Scene:
    options = mapping(panel.get("options"))
    shown = [one for one in placed.series if not one.hidden_from("viz")]
    listed = legend(items_of(placed.series, options), options, box)
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    if not shown:
        return Scene(box.width, box.height, drawn_legend(listed), summary=text(panel.get("title")), notes=data.notes)
    tall, first = room.inset(top=MARGIN, bottom=BOTTOM), shown[0]
    values = [value for one in shown for value in _reached(one, layers) if value is not None]
    scale = value_scale(values, first.field.config, tall.bottom, tall.y)
    axis, hidden = series_axis(first, scale, room.width), is_hidden(first)
    plot = beside(tall, axis, hidden=hidden)
    across = _across(placed.x, [at for one in shown for at in one.times], plot, padded=padded)
    if placed.x.type == "time":
        below = drawn_times(plot, across.low, across.high, data.zone)
    else:
        below = drawn_marks(series_marks(first._replace(field=placed.x), across), plot)
    shapes = (
        *below,
        *([] if hidden else drawn_values(axis, plot)),
        *drawn_areas(first, scale, plot),
        Group([Group(paint(one, scale, plot, across), series=one.number) for one in shown], clip=plot),
        *drawn_lines(first, scale, plot),
        *drawn_legend(listed),
    )
    summary = f"{text(panel.get('title')) or 'Numbers'}: {', '.join(one.name for one in shown[:10])}"
    readings = _readings(placed.x, shown, layers, plot, across, scale.forward())
    return Scene(box.width, box.height, shapes, readings, summary, (*data.notes, *notes_on_units(shown)))


def _reached(series: Series, layers: Mapping[int, Stacked]) -> Sequence[float | None]:
    layer = layers.get(series.number)
    return layer.top if layer else series.values


def _across(x: Field, places: Sequence[float], plot: Box, *, padded: bool) -> Scale:
    """Return the scale of the x axis: with free space around the values, or from the first to the last one."""
    scale = value_scale(places, x.config, plot.x, plot.right)
    if not places or (padded and x.type != "time") or scale.distribution != "linear" or min(places) == max(places):
        return scale
    low, high = numeric(x.config.get("min")), numeric(x.config.get("max"))
    start, end = min(places) if low is None else low, max(places) if high is None else high
    return Scale(start, end, plot.x, plot.right) if start < end else scale


def _points(series: Series, scale: Scale, plot: Box, across: Scale) -> list[Shape]:
    custom = series.custom
    x, y = across.forward(), scale.forward()
    places = [(x(at), y(value)) for at, value in zip(series.times, series.values, strict=True) if value is not None]
    show = text(custom.get("show")) or "points"
    shapes: list[Shape] = []
    if show in ("lines", "points+lines") and len(places) > 1:
        width = numeric(custom.get("lineWidth"))
        shapes.append(
            Path(line_through(places, "linear"), stroke=series.colour, width=_LINE if width is None else width)
        )
    if show != "lines":
        size = numeric(mapping(custom.get("pointSize")).get("fixed")) or _POINT
        opacity, stroke = numeric(custom.get("fillOpacity")), numeric(custom.get("pointStrokeWidth"))
        fill = faded(series.colour, (_OPACITY if opacity is None else min(max(opacity, 0.0), 100.0)) / 100)
        edge = _LINE if stroke is None else max(0.0, stroke)
        line = series.colour if edge else None
        shapes += [Circle(px, py, max(0.5, size / 2), fill, line, edge or 1) for px, py in places]
    return shapes


def _readings(
    x: Field,
    shown: Sequence[Series],
    layers: Mapping[int, Stacked],
    plot: Box,
    across: Scale,
    y: Callable[[float], float],
) -> Readings | None:
    """Return the readings of series at the pixels of their places."""
    to_pixel = across.forward()
    places = sorted({at for one in shown for at in one.times if across.low <= at <= across.high})
    places = places[:: max(1, -(-len(places) // _MOST))]
    if not places:
        return None
    series = []
    for one in shown:
        if one.hidden_from("tooltip"):
            continue
        own = dict(zip(one.times, one.values, strict=True))
        layer = layers.get(one.number)
        tops = dict(zip(layer.times, layer.top, strict=True)) if layer else own
        found = [(own.get(at), tops.get(at)) for at in places]
        texts = ["" if value is None else one.show(value).text.whole for value, _ in found]
        heights = [None if value is None or top is None else y(top) for value, top in found]
        series.append(Reading(one.number, one.name, one.colour, texts, heights))
    show = processor(x.config, x.type, name=x.name)
    titles = [show(at).text.whole for at in places]
    # Pixels are places of their own: a logarithmic scale needs no other treatment.
    return Readings(plot, plot.x, plot.right, [to_pixel(at) for at in places], titles, series, time=False)
