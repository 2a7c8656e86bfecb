"""Time series: lines, bars and points over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.plots.axes import BOTTOM, MARGIN, ValueAxis, drawn_times, drawn_values
from dashkit.preview.plots.legend import drawn_legend, items_of, legend
from dashkit.preview.plots.marks import drawn_annotations
from dashkit.preview.plots.readings import readings
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, numeric, plotted, series_of
from dashkit.preview.plots.series_axis import series_axis
from dashkit.preview.plots.stack import Stacked, stacked
from dashkit.preview.plots.strokes import drawn_series
from dashkit.preview.plots.threshold_marks import drawn_areas, drawn_lines, marking
from dashkit.preview.plots.value_scale import value_scale
from dashkit.preview.scene import Box, Group, Options, Scene, Shape


class _Axis(NamedTuple):
    """The series that share a scale, and what the first of them says of it."""

    series: list[Series]
    side: str
    first: Series


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``timeseries``."""
    every = [plotted(one) for one in series_of(data.frames)]
    options = mapping(panel.get("options"))
    drawn = [one for one in every if not one.hidden_from("viz")]
    layers = stacked(drawn)
    axes = _axes(drawn)
    right = frozenset(one.number for axis in axes if axis.side == "right" for one in axis.series)
    listed = legend(items_of(every, options, right), options, box)
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    return _plot(panel, data, box, room, axes, layers, drawn, drawn_legend(listed))


def _plot(
    panel: Options, data: Data, box: Box, room: Box, axes: list[_Axis], layers: dict[int, Stacked], drawn: list[Series],
    listed: list[Shape],
) -> Scene:  # fmt: skip
    upright = room.inset(top=MARGIN, bottom=BOTTOM)
    scales = {id(axis): _scale(axis, layers, upright) for axis in axes}
    beside = [
        _value_axis(axis, scales[id(axis)], number, box.width)
        for number, axis in enumerate(axes)
        if axis.side != "hidden"
    ]
    left = sum(axis.width for axis in beside if axis.side == "left")
    right = sum(axis.width for axis in beside if axis.side == "right")
    plot = upright.inset(left=left or MARGIN, right=right or MARGIN)
    x = Scale(data.time.start, data.time.end, plot.x, plot.right).forward()
    back: list[Shape] = drawn_times(plot, data.time.start, data.time.end, data.zone)
    used = {"left": 0.0, "right": 0.0}
    for shown in beside:
        back += drawn_values(shown, plot, used[shown.side])
        used[shown.side] += shown.width
    lines: list[Shape] = []
    over: list[Shape] = []
    heights: dict[int, Callable[[float], float]] = {}
    for axis in axes:
        scale = scales[id(axis)]
        marked = marking(axis.series)
        if marked is not None:
            back += drawn_areas(marked, scale, plot)
            over += drawn_lines(marked, scale, plot)
        for one in axis.series:
            heights[one.number] = scale.forward()
    for one in drawn:
        scale = next(scales[id(axis)] for axis in axes if one in axis.series)
        lines.append(Group(drawn_series(one, layers.get(one.number), scale, plot, x), series=one.number))
    front = [Group(tuple(lines), clip=plot), Group(tuple(over), clip=plot), *drawn_annotations(data, plot)]
    summary = f"{text(panel.get('title')) or 'Time series'}: {', '.join(one.name for one in drawn[:10])}"
    return Scene(
        box.width,
        box.height,
        (*back, *front, *listed),
        readings(drawn, layers, plot, data, heights),
        summary,
        data.notes,
    )


def _axes(series: Sequence[Series]) -> list[_Axis]:
    """Group series by what Grafana tells scales apart by; the first automatic axis is on the left, later ones on the right."""
    groups: dict[tuple[Any, ...], list[Series]] = {}
    for one in series:
        config, custom = one.field.config, one.custom
        limits = (config.get("min"), config.get("max"), custom.get("axisSoftMin"), custom.get("axisSoftMax"))
        key = (
            text(config.get("unit")), text(custom.get("axisPlacement")) or "auto", text(custom.get("axisLabel")),
            *map(numeric, limits), repr(custom.get("scaleDistribution")),
        )  # fmt: skip
        groups.setdefault(key, []).append(one)
    found: list[_Axis] = []
    for key, members in groups.items():
        side = key[1]
        if side not in ("left", "right", "hidden"):
            side = "right" if any(axis.side == "left" for axis in found) else "left"
        found.append(_Axis(members, side, members[0]))
    return found


def _scale(axis: _Axis, layers: dict[int, Stacked], room: Box) -> Scale:
    values = [value for one in axis.series for value in _reached(one, layers) if value is not None]
    return value_scale(values, axis.first.field.config, room.bottom, room.y)


def _reached(series: Series, layers: dict[int, Stacked]) -> Sequence[float | None]:
    layer = layers.get(series.number)
    return layer.top if layer else series.values


def _value_axis(axis: _Axis, scale: Scale, number: int, width: float) -> ValueAxis:
    percent = mapping(axis.first.custom.get("stacking")).get("mode") == "percent"
    found = series_axis(axis.first, scale, width, _percent if percent else None)
    # Only the first axis has a grid, unless another asks for one.
    grid = found.grid if axis.first.custom.get("axisGridShow") is not None else number == 0
    return found._replace(side="right" if axis.side == "right" else "left", grid=grid)


def _percent(share: float, decimals: int) -> str:
    return f"{share * 100:.{max(0, decimals - 2)}f}%"
