"""Where the bars of a bar chart stand: side by side in groups, or on top of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashkit.lint.values import text
from dashkit.preview.plots.bands import bands
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.plots.stack import Stacked, stacked
from dashkit.preview.scene import Options

_GROUP, _BAR = 0.7, 0.97


class Bar(NamedTuple):
    """A bar: its row, the parts of the axis of rows where it begins and that it takes, and the values that it goes between."""

    series: Series
    row: int
    start: float
    width: float
    low: float
    high: float
    #: What is shown for it: its own value, or its share of a stack.
    value: float
    #: Whether no other bar continues it.
    last: bool = True


class Bars(NamedTuple):
    """All bars, the middle of each row as a part of the axis, and how they are stacked: ``normal``, ``percent`` or not."""

    bars: Sequence[Bar]
    middles: Sequence[float]
    stacking: str


def laid_bars(series: Sequence[Series], rows: int, options: Options) -> Bars:
    """Return the bars of series that have a value for each row."""
    mode = text(options.get("stacking"))
    mode = mode if mode in ("normal", "percent") else ""
    group, bar = _part(options.get("groupWidth"), _GROUP), _part(options.get("barWidth"), _BAR)
    if mode or len(series) == 1:
        group = bar
    groups = bands(rows, group)
    if rows == 1:
        groups = [((1 - group) / 2, group)]
    middles = [start + width / 2 for start, width in groups]
    if mode:
        layers = stacked([_in_stack(one, mode) for one in series])
        return Bars(_on_top(series, groups, layers, percent=mode == "percent"), middles, mode)
    inside = bands(len(series), bar if len(series) > 1 else 1)
    bars = [
        Bar(one, row, start + width * inner, width * part, 0.0, value, value)
        for one, (inner, part) in zip(series, inside, strict=True)
        for row, (start, width) in enumerate(groups)
        if (value := one.values[row]) is not None
    ]
    return Bars(bars, middles, "")


def _in_stack(series: Series, mode: str) -> Series:
    return series._replace(custom={"stacking": {"mode": mode}})


def _on_top(
    series: Sequence[Series], groups: Sequence[tuple[float, float]], layers: Mapping[int, Stacked], *, percent: bool
) -> list[Bar]:
    bars = []
    for one in series:
        layer = layers.get(one.number)
        if layer is None:
            continue
        for row, value in enumerate(one.values):
            top = layer.top[row]
            if value is not None and top is not None:
                low = layer.bottom[row]
                bars.append(Bar(one, row, *groups[row], low, top, top - low if percent else value, last=False))
    if percent:
        return bars
    ends = {(bar.row, bar.high < bar.low): number for number, bar in enumerate(bars)}
    return [bar._replace(last=ends[bar.row, bar.high < bar.low] == number) for number, bar in enumerate(bars)]


def _part(option: object, otherwise: float) -> float:
    part = numeric(option)
    return otherwise if part is None else min(max(part, 0.0), 1.0)
