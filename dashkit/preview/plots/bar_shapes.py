"""The bars of a bar chart as shapes: their paint, the values at their ends, and what a pointer reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.plots.bar_labels import Labelled, drawn_labels
from dashkit.preview.plots.bar_layout import Bar, Bars
from dashkit.preview.plots.bars import drawn_bar, own_colour, paints_of
from dashkit.preview.plots.categories import Categories
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.scene import Box, Group, Options, Reading, Readings, Shape
from dashkit.preview.units import formatter

Place = Callable[[Bar], Box]
"""Returns the rectangle of a bar in pixels."""


class Chart(NamedTuple):
    """What is drawn: the rows, the visible series, their bars, and the options of the panel."""

    rows: Categories
    series: Sequence[Series]
    bars: Bars
    options: Options
    upright: bool


def drawn_bars(chart: Chart, scale: Scale, place: Place) -> list[Shape]:
    """Return the bars; lying ones say what they are, for no axis lets a pointer read them."""
    radius = min(max(numeric(chart.options.get("barRadius")) or 0.0, 0.0), 0.5)
    usual = {one.number: paints_of(one, scale, upright=chart.upright) for one in chart.series}
    own = {one.number: own_colour(one, one.show) for one in chart.series}
    shapes: list[Shape] = []
    for bar in chart.bars.bars:
        box, series = place(bar), bar.series
        colour = chart.rows.colours[bar.row] if chart.rows.colours else own[series.number](bar.value)
        paints = paints_of(series, scale, upright=chart.upright, own=colour) if colour else usual[series.number]
        negative = bar.high < bar.low
        if chart.upright:
            side, thickness, label = "bottom" if negative else "top", box.width, ""
        else:
            side, thickness = "left" if negative else "right", box.height
            label = f"{chart.rows.names[bar.row]}\n{series.name}: {bar_text(chart, bar)}"
        shape = drawn_bar(box, paints, thickness * radius if bar.last else 0, side)
        # Where the legend explains the colours of rows, its entries are no series.
        shapes.append(Group((shape,), series=None if chart.rows.by else series.number, label=label))
    return shapes


def bar_text(chart: Chart, bar: Bar) -> str:
    """Return the value of a bar as text, which is a share where stacks are shares."""
    if chart.bars.stacking == "percent":
        return formatter("percentunit")(bar.value, None).whole
    return bar.series.show(bar.value).text.whole


def drawn_bar_texts(chart: Chart, plot: Box, place: Place) -> Sequence[Shape]:
    """Return the values at the ends of bars, if the options ask for them."""
    shown = text(chart.options.get("showValue")) or "auto"
    if shown == "never":
        return ()
    size = numeric(mapping(chart.options.get("text")).get("valueSize"))
    size = min(max(size, 1.0), 200.0) if size else None
    bars = [Labelled(place(bar), bar_text(chart, bar), bar.high < bar.low) for bar in chart.bars.bars]
    return drawn_labels(bars, plot, upright=chart.upright, always=shown == "always", size=size)


def bar_readings(chart: Chart, plot: Box, y: Callable[[float], float]) -> Readings:
    """Return what a pointer reads over upright bars; places are parts of the plot's width."""
    count = len(chart.rows.names)
    shown = [one for one in chart.series if not one.hidden_from("tooltip")]
    texts = {one.number: [""] * count for one in shown}
    heights: dict[int, list[float | None]] = {one.number: [None] * count for one in shown}
    for bar in chart.bars.bars:
        if bar.series.number in texts:
            texts[bar.series.number][bar.row] = bar_text(chart, bar)
            heights[bar.series.number][bar.row] = y(bar.high)
    series = [Reading(one.number, one.name, one.colour, texts[one.number], heights[one.number]) for one in shown]
    return Readings(plot, 0, 1, chart.bars.middles, chart.rows.names, series, time=False)
