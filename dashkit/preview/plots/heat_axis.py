"""The vertical axis of a heatmap: the names of buckets, or numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from dashkit.lint.values import mapping, text
from dashkit.preview.display.processor import own_decimals
from dashkit.preview.display.theme import TEXT
from dashkit.preview.plots.axes import FONT, GAP, TICK, Side, ValueAxis, value_ticks
from dashkit.preview.plots.buckets import Heat
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Options
from dashkit.preview.text import text_width
from dashkit.preview.units import formatter

#: Names take no more than this part of a panel's width; an axis that is too low shows the first and the last only.
_WIDEST, _LOW, _LINE = 0.4, 60, 10
_LABEL = 17


def heat_axis(heat: Heat, options: Options, room: Box, panel: float) -> ValueAxis:
    """Return the axis of a heatmap in a panel that is so wide."""
    wanted = mapping(options.get("yAxis"))
    start, end = (room.y, room.bottom) if wanted.get("reverse") is True else (room.bottom, room.y)
    if heat.names:
        scale = Scale(0, len(heat.names), start, end)
        ticks = _named_ticks(heat, room.height)
    else:
        scale = _number_scale(heat, wanted, start, end)
        ticks = value_ticks(scale, value_text(wanted))
    label = text(wanted.get("axisLabel"))
    widest = max((text_width(name, FONT) for _, name in ticks), default=0.0)
    width = math.ceil(TICK + GAP + min(widest, panel * _WIDEST)) + (_LABEL if label else 0)
    side: Side = "right" if wanted.get("axisPlacement") == "right" else "left"
    return ValueAxis(side, scale, ticks, label, TEXT.primary, True, width)


def _named_ticks(heat: Heat, height: float) -> list[tuple[float, str]]:
    """Return the names of rows at the places that they name, as many as there is room for."""
    shift = {"le": 1.0, "ge": 0.0}.get(heat.layout, 0.5)
    ticks = [(number + shift, name) for number, name in enumerate(heat.names)]
    if heat.layout == "le":
        ticks.insert(0, (0.0, heat.lowest))
    elif heat.layout == "ge":
        ticks.append((float(len(heat.names)), ""))
    if height < _LOW:
        return [ticks[0], ticks[-1]]
    while len(ticks) > 3 and (height - 15) / len(ticks) < _LINE:
        ticks = ticks[::2]
    return ticks


def _number_scale(heat: Heat, wanted: Options, start: float, end: float) -> Scale:
    low, high = numeric(wanted.get("min")), numeric(wanted.get("max"))
    bottom = min(row[0] for row in heat.rows) if low is None else low
    top = max(row[1] for row in heat.rows) if high is None else high
    if bottom >= top:
        bottom, top = heat.rows[0][0], heat.rows[-1][1]
    if heat.base and bottom > 0:
        return Scale(bottom, top, start, end, "log", heat.base)
    return Scale(bottom, top, start, end)


def value_text(wanted: Options) -> Callable[[float, int], str]:
    """Return the function that writes a value with at least so many decimals, as the axis asks for."""
    write, own = formatter(text(wanted.get("unit")) or "short"), own_decimals(wanted)
    if own is not None:
        return lambda value, _: write(value, own).whole
    return lambda value, decimals: write(value, decimals).trimmed().whole
