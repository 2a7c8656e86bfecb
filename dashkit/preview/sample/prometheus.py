"""The answers of a Prometheus that has the sample data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from dashkit.lint.values import text
from dashkit.preview.frames import Frame
from dashkit.preview.sample.evaluator import Evaluator
from dashkit.preview.sample.fallback import Level
from dashkit.preview.sample.signals import Clock
from dashkit.preview.sample.vectors import Series
from dashkit.preview.sources.port import View
from dashkit.preview.sources.prometheus_frames import Measured, frames_of
from dashkit.preview.sources.steps import steps_of


class Asking(NamedTuple):
    """What a query is answered with: the time range, the base series, and values for what cannot be evaluated."""

    view: View
    evaluator: Evaluator
    level: Level


def answered(target: Mapping[str, Any], asking: Asking, *, several: bool = False) -> list[Frame]:
    """Return the frames of a query; ``several`` if the panel has more tables, whose values then are told apart."""
    if not text(target.get("expr")).strip():
        return []
    instant = target.get("instant") is True
    step = steps_of(target, asking.view).step
    found: list[Frame] = []
    if instant:
        clock = Clock([asking.view.time.end / 1000])
        found += frames_of(_measured(target, clock, asking), {**target, "range": False}, step, several=several)
    if target.get("range") is True or not instant:
        clock = clock_of(step, asking.view)
        found += frames_of(_measured(target, clock, asking), {**target, "instant": False}, step, several=several)
    return found


def clock_of(step: float, view: View) -> Clock:
    """Return the multiples of a step in a time range, so that the same times come again when it moves on a little."""
    first, last = math.floor(view.time.start / step), math.floor(view.time.end / step)
    return Clock([number * step / 1000 for number in range(first, last + 1)])


def _measured(target: Mapping[str, Any], clock: Clock, asking: Asking) -> list[Measured]:
    vector = asking.evaluator.evaluate(text(target.get("expr")), clock, asking.level, text(target.get("legendFormat")))
    return [_points(one, clock) for one in vector]


def _points(one: Series, clock: Clock) -> Measured:
    """Return a series without the times at which it has no value."""
    pairs = [(at * 1000, value) for at, value in zip(clock.times, one.values, strict=True) if value is not None]
    return Measured(one.labels, [at for at, _ in pairs], [value for _, value in pairs])
