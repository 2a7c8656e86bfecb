"""State timelines: how long something was in which state."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.theme import FALLBACK
from dashkit.preview.panels import other
from dashkit.preview.plots.axes import drawn_times
from dashkit.preview.plots.lane_plot import Piece, Style, draw_lanes
from dashkit.preview.plots.lanes import Lane, lanes_of
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Options, Scene

#: Values further apart than so many intervals have a gap between them.
_GAP = 1.01


class Span(NamedTuple):
    """A value from one time to another."""

    start: float
    end: float
    value: Any


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``state-timeline``.

    Where equal values are merged and thresholds give the colours, Grafana shows the thresholds that numbers have reached
    in place of the numbers, whatever their mappings say.
    """
    options = mapping(panel.get("options"))
    merged = options.get("mergeValues") is not False
    lanes = lanes_of(data.frames, thresholds=merged)
    if not lanes:
        return other.no_data(panel, data, box)
    start, end = data.time.start, data.time.end

    def pieces(lane: Lane, scale: Scale) -> Iterator[Piece]:
        x = scale.forward()
        for span in spans_of(lane, end, merged=merged):
            left, right = round(x(span.start)), round(x(span.end))
            if left < right:
                shown = lane.show(span.value)
                yield Piece(left, right, shown.text.whole, shown.colour or FALLBACK)

    return draw_lanes(
        panel, data, box, lanes, (start, end), lambda plot: drawn_times(plot, start, end, data.zone), pieces,
        Style(0, text(options.get("alignValue")) or "left"),
    )  # fmt: skip


def spans_of(lane: Lane, end: float, *, merged: bool) -> Iterator[Span]:
    """Yield the values of a lane up to a time; ``merged`` makes one of equal ones that follow each other."""
    current: Span | None = None
    key: Any = None
    for span in _held(lane, end):
        own = lane.show(span.value).text.whole if lane.thresholds else span.value
        if current and merged and current.end == span.start and own == key:
            current = current._replace(end=span.end)
            continue
        if current:
            yield current
        current, key = span, own
    if current:
        yield current


def _held(lane: Lane, end: float) -> Iterator[Span]:
    """Yield each value for as long as it holds: until the next one, a gap, or the end."""
    bridged = lane.custom.get("spanNulls")
    longest = math.inf if bridged is True else numeric(bridged) or 0.0
    times, interval = lane.times, lane.interval
    known = [number for number, value in enumerate(lane.values) if value is not None]
    for number, following in zip(known, [*known[1:], None], strict=False):
        start = times[number]
        stop = times[number + 1] if number + 1 < len(times) else end
        if interval and stop - start > interval * _GAP:
            stop = start + interval
        if following is not None and times[following] - start <= longest:
            stop = times[following]
        yield Span(start, stop, lane.values[number])
