"""Thresholds drawn into a plot, as lines or as coloured areas."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.lint.values import mapping, text
from dashkit.preview.display.colour import Colour, faded, is_opaque
from dashkit.preview.display.processor import threshold_steps
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series
from dashkit.preview.scene import Box, Line, Rect, Shape

_AREA, _LINE = 0.15, 0.7
_WIDTH = 2
_DASH = (10.0, 10.0)


def _mode(series: Series) -> str:
    return text(mapping(series.custom.get("thresholdsStyle")).get("mode")) or "off"


def _steps(series: Series, scale: Scale) -> list[tuple[float, Colour]]:
    """Return where each threshold begins, and its colour, from below."""
    return threshold_steps(series.field.config, scale.low, scale.high)


def marking(members: Sequence[Series]) -> Series | None:
    """Return the series of a scale whose thresholds are drawn: the first one that asks for it."""
    return next((one for one in members if _mode(one) != "off"), None)


def drawn_areas(series: Series, scale: Scale, plot: Box) -> list[Shape]:
    """Return the areas of the thresholds of a series."""
    if _mode(series) not in ("area", "line+area", "dashed+area"):
        return []
    y = scale.forward()
    steps = _steps(series, scale)
    shapes: list[Shape] = []
    for number, (start, colour) in enumerate(steps):
        end = steps[number + 1][0] if number + 1 < len(steps) else scale.high
        low, high = max(start, scale.low), min(end, scale.high)
        if low < high:
            shade = faded(colour, _AREA) if is_opaque(colour) else colour
            shapes.append(Rect(plot.x, y(high), plot.width, y(low) - y(high), shade))
    return shapes


def drawn_lines(series: Series, scale: Scale, plot: Box) -> list[Shape]:
    """Return the lines of the thresholds of a series."""
    mode = _mode(series)
    if mode not in ("line", "dashed", "line+area", "dashed+area"):
        return []
    y = scale.forward()
    dash = _DASH if mode.startswith("dashed") else ()
    return [
        Line(
            plot.x, y(start), plot.right, y(start), faded(colour, _LINE) if is_opaque(colour) else colour, _WIDTH, dash
        )
        for start, colour in _steps(series, scale)
        if scale.low <= start <= scale.high
    ]
