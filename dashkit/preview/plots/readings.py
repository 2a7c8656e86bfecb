"""What a pointer over a plot reads: the value of each series at each time, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dashkit.preview.data import Data
from dashkit.preview.plots.series import Series
from dashkit.preview.plots.stack import Stacked
from dashkit.preview.scene import Box, Reading, Readings


def readings(
    series: Sequence[Series], layers: Mapping[int, Stacked], plot: Box, data: Data,
    heights: Mapping[int, Callable[[float], float]],
) -> Readings | None:  # fmt: skip
    """Return the readings of series over time, at most one for each pixel."""
    shown = [one for one in series if not one.hidden_from("tooltip")]
    times = sorted({at for one in shown for at in one.times if data.time.start <= at <= data.time.end})
    times = _apart(times, data.time.width / max(plot.width, 1))
    if not times:
        return None
    entries = []
    for one in shown:
        values = dict(zip(one.times, one.values, strict=True))
        layer = layers.get(one.number)
        tops = dict(zip(layer.times, layer.top, strict=True)) if layer else values
        y = heights[one.number]
        texts, places = [], list[float | None]()
        known: dict[float | None, str] = {None: ""}
        for at in times:
            value, top = values.get(at), tops.get(at)
            if value not in known:
                known[value] = one.show(-value if value and one.is_upside_down else value).text.whole
            texts.append(known[value])
            places.append(None if value is None or top is None else y(top))
        entries.append(Reading(one.number, one.name, one.colour, texts, places))
    titles = [moment(at, data) for at in times]
    return Readings(plot, data.time.start, data.time.end, times, titles, entries)


def _apart(times: list[float], least: float) -> list[float]:
    """Return times that are at least so many milliseconds apart."""
    kept: list[float] = []
    for at in times:
        if not kept or at - kept[-1] >= least:
            kept.append(at)
    return kept


def moment(at: float, data: Data) -> str:
    """Return a time as Grafana's tooltips write it."""
    when = datetime.fromtimestamp(at / 1000, data.zone)
    short = f".{when.microsecond // 1000:03d}" if when.microsecond else ""
    return when.strftime("%Y-%m-%d %H:%M:%S") + short
