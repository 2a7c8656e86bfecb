"""How one series of a plot is painted: its line and the area below it, its bars, its points."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from dashkit.lint.values import text
from dashkit.preview.display.colour import faded
from dashkit.preview.display.processor import scheme_stops
from dashkit.preview.plots.curves import area_between, area_to, line_through
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.plots.stack import Stacked
from dashkit.preview.plots.thin import Point, drawn_points
from dashkit.preview.scene import Box, Circle, Gradient, Paint, Path, Rect, Shape

_BAR, _WIDEST_BAR = 0.6, 200.0
_POINT = 5.0
#: Dashes of a line, where its style names none.
_DASH = (10.0, 10.0)


def drawn_series(
    series: Series, layer: Stacked | None, scale: Scale, plot: Box, x: Callable[[float], float]
) -> list[Shape]:
    """Return the shapes of one series; ``x`` is the pixel of a time."""
    times, values = (layer.times, layer.top) if layer else (series.times, series.values)
    style = text(series.custom.get("drawStyle")) or "line"
    if style == "bars":
        return _bars(series, times, values, layer, scale, plot, x)
    values = joined(times, values, series.custom.get("spanNulls"))
    runs = drawn_points(times, values, x, scale.forward())
    shapes = _lines(series, runs, layer, scale, plot, x) if style == "line" else []
    return [*shapes, *_points(series, runs, plot, style, len(values))]


def joined(times: Sequence[float], values: Sequence[float | None], span: object) -> Sequence[float | None]:
    """Return values whose gaps are bridged where ``spanNulls`` says so: all, or those shorter than so many milliseconds."""
    if span is not True and not (isinstance(span, int | float) and span > 0):
        return values
    longest = float("inf") if span is True else float(span)
    known = [number for number, value in enumerate(values) if value is not None]
    result = list(values)
    for before, after in itertools.pairwise(known):
        if after - before > 1 and times[after] - times[before] <= longest:
            (t0, v0), (t1, v1) = (times[before], values[before] or 0), (times[after], values[after] or 0)
            for number in range(before + 1, after):
                result[number] = v0 + (v1 - v0) * (times[number] - t0) / (t1 - t0)
    return result


def _stroke(series: Series, scale: Scale) -> Paint:
    """Return what a line is painted with: a colour, or for a scheme the colours of its values from bottom to top."""
    return _scheme(series, scale, 1) or series.colour


def _fill(series: Series, opacity: float, scale: Scale, plot: Box) -> Paint:
    mode = series.custom.get("gradientMode")
    if mode in ("opacity", "hue"):
        top, bottom = faded(series.colour, opacity), faded(series.colour, 0 if mode == "opacity" else opacity * 0.4)
        return Gradient(0, plot.bottom, 0, plot.y, ((0, bottom), (1, top)))
    return _scheme(series, scale, opacity) or faded(series.colour, opacity)


def _scheme(series: Series, scale: Scale, opacity: float) -> Gradient | None:
    """Return the colours of the values of a scale, where a series is painted with them."""
    if series.custom.get("gradientMode") != "scheme":
        return None
    stops = scheme_stops(series.field.config, scale.low, scale.high)
    shades = tuple((offset, faded(colour, opacity) if opacity < 1 else colour) for offset, colour in stops)
    return Gradient(0, scale.start, 0, scale.end, shades) if shades else None


def _lines(
    series: Series, runs: list[list[Point]], layer: Stacked | None, scale: Scale, plot: Box, x: Callable[[float], float]
) -> list[Shape]:
    custom = series.custom
    form = text(custom.get("lineInterpolation")) or "linear"
    opacity = (numeric(custom.get("fillOpacity")) or 0) / 100
    width = numeric(custom.get("lineWidth"))
    width = 1.0 if width is None else width
    base = _base(scale)
    floor = _floor(layer, scale, x) if layer else None
    areas: list[Shape] = []
    lines: list[Shape] = []
    for run in runs:
        line = line_through(run, form)
        if opacity and len(run) > 1:
            if floor:
                between = [point for point in floor if run[0][0] - 0.01 <= point[0] <= run[-1][0] + 0.01]
                area = area_between(line, between, form) if len(between) > 1 else area_to(line, run, base)
            else:
                area = area_to(line, run, base)
            areas.append(Path(area, _fill(series, opacity, scale, plot)))
        if width and len(run) > 1:
            lines.append(Path(line, stroke=_stroke(series, scale), width=width, dash=_dash(series)))
    return [*areas, *lines]


def _base(scale: Scale) -> float:
    """Return the height that areas and bars begin at: zero, or the nearest that is shown."""
    if scale.distribution == "log":
        return scale.start
    return scale.forward()(min(max(0.0, scale.low), scale.high))


def _floor(layer: Stacked, scale: Scale, x: Callable[[float], float]) -> list[Point]:
    runs = drawn_points(layer.times, layer.bottom, x, scale.forward())
    return [point for run in runs for point in run]


def _dash(series: Series) -> tuple[float, ...]:
    style = series.custom.get("lineStyle")
    if not isinstance(style, dict) or style.get("fill") in (None, "solid"):
        return ()
    dash = style.get("dash")
    if style.get("fill") == "dot":
        dash = dash or (0, 10)
    if isinstance(dash, list | tuple) and dash and all(isinstance(part, int | float) for part in dash):
        return tuple(map(float, dash))
    return _DASH


def _points(series: Series, runs: list[list[Point]], plot: Box, style: str, count: int) -> list[Shape]:
    custom = series.custom
    size = numeric(custom.get("pointSize")) or _POINT
    shown = text(custom.get("showPoints")) or "auto"
    if style == "points" or shown == "always":
        points = [point for run in runs for point in run]
    elif shown == "never":
        points = []
    elif count and plot.width / count >= 2 * size:
        points = [point for run in runs for point in run]
    else:
        # A value between two gaps has no line, but is not lost.
        points = [run[0] for run in runs if len(run) == 1]
    return [Circle(px, py, size / 2, series.colour) for px, py in points]


def _bars(
    series: Series, times: Sequence[float], values: Sequence[float | None], layer: Stacked | None, scale: Scale, plot: Box,
    x: Callable[[float], float],
) -> list[Shape]:  # fmt: skip
    custom = series.custom
    places = [x(at) for at in times]
    pitch = min((after - before for before, after in itertools.pairwise(places) if after > before), default=plot.width)
    share = numeric(custom.get("barWidthFactor")) or _BAR
    stroke = numeric(custom.get("lineWidth"))
    stroke = 1.0 if stroke is None else stroke
    width = max(1.0, min(_WIDEST_BAR, pitch * share) - stroke)
    shift = {-1: -width, 1: 0.0}.get(int(numeric(custom.get("barAlignment")) or 0), -width / 2)
    opacity = numeric(custom.get("fillOpacity"))
    fill = _fill(series, (0 if opacity is None else opacity) / 100, scale, plot)
    y, base = scale.forward(), _base(scale)
    shapes: list[Shape] = []
    for number, value in enumerate(values):
        if value is None or not plot.x - width <= places[number] <= plot.right + width:
            continue
        start = y(layer.bottom[number]) if layer else base
        end = y(value)
        if layer and value == layer.bottom[number]:
            continue
        top, height = min(start, end), abs(start - end)
        outline = _stroke(series, scale) if stroke else None
        shapes.append(Rect(places[number] + shift, top, width, height, fill, outline, stroke))
    return shapes
