"""Lanes: fields over time as horizontal bands, whose values are states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from dashkit.lint.values import mapping
from dashkit.preview.data import Data
from dashkit.preview.display.processor import Shown
from dashkit.preview.display.states import by_thresholds, shown_states
from dashkit.preview.display.theme import TEXT
from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.resolve import numeric_range
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.preview.plots.readings import moment
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Reading, Readings

_DRAWN = ("number", "string", "boolean")


class Lane(NamedTuple):
    """A field over time. ``interval`` is how long its values hold at most, if the datasource says so."""

    name: str
    field: Field
    times: Sequence[float]
    values: Sequence[Any]
    show: Callable[[Any], Shown]
    interval: float | None
    #: Whether ``show`` gives thresholds instead of values.
    thresholds: bool = False

    @property
    def custom(self) -> Mapping[str, Any]:
        return mapping(self.field.config.get("custom"))


def lanes_of(frames: Sequence[Frame], *, thresholds: bool) -> list[Lane]:
    """Return the lanes of frames that have times.

    Args:
        thresholds: show numbers as the thresholds that they have reached, where these give their colours.
    """
    names, shared = display_names(frames), numeric_range(frames)
    found: list[Lane] = []
    for number, frame in enumerate(frames):
        time = first_of_type(frame, "time")
        if time is None or not frame.length:
            continue
        for place, field in enumerate(frame.fields):
            hidden = mapping(mapping(field.config.get("custom")).get("hideFrom")).get("viz") is True
            if field.type not in _DRAWN or hidden:
                continue
            name = names[number][place]
            reached = by_thresholds(field, shared) if thresholds else None
            show = _remembered(reached or shown_states(field, len(found), name, shared))
            times, values = _in_order(time, field)
            interval = numeric(time.config.get("interval"))
            found.append(Lane(name, field, times, values, show, interval, reached is not None))
    return found


def _remembered(show: Callable[[Any], Shown]) -> Callable[[Any], Shown]:
    """Return a function that looks at each value once: a field has many values, but few states."""
    known: dict[Any, Shown] = {}

    def remembered(value: Any) -> Shown:
        # True is 1 as a key, but not as a state; what is no plain value cannot be one.
        key = (type(value), value if isinstance(value, int | float | str) else repr(value))
        shown = known.get(key)
        if shown is None:
            shown = known[key] = show(value)
        return shown

    return remembered


def _in_order(time: Field, field: Field) -> tuple[list[float], list[Any]]:
    pairs = [(at, value) for at, value in zip(map(numeric, time.values), field.values, strict=False) if at is not None]
    pairs.sort(key=lambda pair: pair[0])
    # Of two values at the same time, the last one counts.
    last = [list(same)[-1] for _, same in groupby(pairs, key=lambda pair: pair[0])]
    return [at for at, _ in last], [value for _, value in last]


def lane_readings(
    lanes: Sequence[Lane], boxes: Sequence[Box], plot: Box, data: Data, span: tuple[float, float], states: int
) -> Readings | None:
    """Return what a pointer reads: the state of each lane at each time, at most one for each pixel.

    Args:
        span: the times at the left and right edge of the plot.
        states: how many entries the legend has; their numbers are not those of lanes.
    """
    least = (span[1] - span[0]) / max(plot.width, 1)
    places: list[float] = []
    for at in sorted({at for lane in lanes for at in lane.times if span[0] <= at <= span[1]}):
        if not places or at - places[-1] >= least:
            places.append(at)
    if not places:
        return None
    series = []
    for number, (lane, box) in enumerate(zip(lanes, boxes, strict=True)):
        texts = [_state_at(lane, at) for at in _latest(lane.times, places)]
        heights = [box.y + box.height / 2 if text else None for text in texts]
        series.append(Reading(states + number, lane.name, TEXT.primary, texts, heights))
    return Readings(plot, *span, places, [moment(at, data) for at in places], series)


def _latest(times: Sequence[float], places: Sequence[float]) -> list[int]:
    """Return for each place the number of the last time that is not after it, or -1."""
    found, number = [], -1
    for at in places:
        while number + 1 < len(times) and times[number + 1] <= at:
            number += 1
        found.append(number)
    return found


def _state_at(lane: Lane, number: int) -> str:
    value = lane.values[number] if number >= 0 else None
    return "" if value is None else lane.show(value).text.whole
