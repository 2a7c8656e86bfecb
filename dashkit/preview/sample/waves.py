"""Smooth curves over time: a mean, and waves from a month down to a minute around it.

All curves have waves of the same periods, so that a curve is a tuple of numbers: its mean, and for each period the factors
of the cosine and the sine. Sums, means over a window and moments in the past are curves again, and exact. That is what
makes a sum agree with its parts, and an increase with its rate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import mul

from dashkit.preview.sample.seed import between, fraction

Wave = tuple[float, ...]
"""The mean, then a cosine's and a sine's factor for each of the `PERIODS`."""

Swing = tuple[float, ...]
"""The height of the wave of each period, as a part of the mean. A curve whose swing adds up to less than 1 is positive."""

Rows = Sequence[tuple[float, ...]]
"""For each time what the numbers of a curve are multiplied by."""

_DAY = 86_400.0
#: In seconds. Those of hours and less are many and have no common multiple, so that a curve looks like noise.
_NOISE = (10_007.0, 6_211.0, 3_853.0, 2_389.0, 1_481.0, 919.0, 569.0, 353.0, 223.0, 139.0, 83.0, 53.0)
PERIODS = (7 * _DAY, _DAY, _DAY / 2, 26 * _DAY, *_NOISE)
_SPEEDS = tuple(2 * math.pi / period for period in PERIODS)


def swing(week: float, day: float, half_day: float, month: float, noise: float) -> Swing:
    """Return the heights of waves, those of hours and less all alike."""
    return (week, day, half_day, month, *(noise,) * len(_NOISE))


TRAFFIC = swing(0.06, 0.26, 0.05, 0.07, 0.026)
ERRORS = swing(0.04, 0.14, 0.04, 0.05, 0.056)
LEVEL = swing(0.04, 0.04, 0.01, 0.03, 0.006)

#: People work by day, in the middle of the week: 14:00 UTC, and Wednesday.
_BUSIEST = (6 * _DAY + 14 * 3600, 14 * 3600.0, 8 * 3600.0)


def constant(value: float) -> Wave:
    """Return the curve that never changes."""
    return (value, *(0.0,) * (2 * len(PERIODS)))


def wave(mean: float, swing: Swing, *seed: object) -> Wave:
    """Return a curve around a mean; the seed decides what it looks like."""
    numbers = [mean]
    for index, (period, speed, height) in enumerate(zip(PERIODS, _SPEEDS, swing, strict=True)):
        if index < len(_BUSIEST):
            peak = _BUSIEST[index] + period * between(-0.05, 0.05, "peak", index, *seed)
        else:
            peak = period * fraction("peak", index, *seed)
        size = mean * height * between(0.3, 1.0, "height", index, *seed)
        numbers += (size * math.cos(speed * peak), size * math.sin(speed * peak))
    return tuple(numbers)


def plus(*parts: Wave) -> Wave:
    """Return the sum of curves."""
    return total(parts)


def total(parts: Iterable[Wave]) -> Wave:
    """Return the sum of curves."""
    return tuple(map(sum, zip(*parts, strict=True)))


def bounds(curve: Wave) -> tuple[float, float]:
    """Return two values that a curve always is between."""
    reach = sum(math.hypot(*pair) for pair in zip(curve[1::2], curve[2::2], strict=True))
    return curve[0] - reach, curve[0] + reach


def scaled(curve: Wave, factor: float) -> Wave:
    """Return a curve times a number."""
    return tuple(number * factor for number in curve)


@lru_cache(maxsize=1024)
def _turns(seconds: float) -> tuple[tuple[float, float], ...]:
    return tuple((math.cos(speed * seconds), math.sin(speed * seconds)) for speed in _SPEEDS)


def earlier(curve: Wave, seconds: float) -> Wave:
    """Return the curve that has at each time the value of some seconds before."""
    if not seconds:
        return curve
    numbers = [curve[0]]
    for index, (cosine, sine) in enumerate(_turns(seconds)):
        a, b = curve[2 * index + 1], curve[2 * index + 2]
        numbers += (a * cosine - b * sine, a * sine + b * cosine)
    return tuple(numbers)


@lru_cache(maxsize=1024)
def _flattening(window: float) -> tuple[float, ...]:
    halves = (speed * window / 2 for speed in _SPEEDS)
    return (1.0, *(math.sin(half) / half if half else 1.0 for half in halves for _ in "ab"))


def averaged(curve: Wave, window: float) -> Wave:
    """Return the curve of the means over a window of some seconds that ends at each time."""
    return tuple(map(mul, earlier(curve, window / 2), _flattening(window)))


def slope(curve: Wave) -> Wave:
    """Return how fast a curve grows, per second."""
    numbers = [0.0]
    for index, speed in enumerate(_SPEEDS):
        numbers += (curve[2 * index + 2] * speed, -curve[2 * index + 1] * speed)
    return tuple(numbers)


def summed_up(curve: Wave) -> Wave:
    """Return the curve whose slope is this one without its mean."""
    numbers = [0.0]
    for index, speed in enumerate(_SPEEDS):
        numbers += (-curve[2 * index + 2] / speed, curve[2 * index + 1] / speed)
    return tuple(numbers)


@lru_cache(maxsize=64)
def rows(times: tuple[float, ...]) -> Rows:
    """Return the multipliers for times in seconds, which all curves share."""
    return [(1.0, *(turn(speed * at) for speed in _SPEEDS for turn in (math.cos, math.sin))) for at in times]


def values(curve: Wave, multipliers: Rows) -> list[float]:
    """Return the values of a curve."""
    if not any(curve[1:]):
        return [curve[0]] * len(multipliers)
    return [sum(map(mul, curve, row)) for row in multipliers]
