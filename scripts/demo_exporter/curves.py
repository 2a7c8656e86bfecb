"""Values over time, in closed form: a counter is the integral of its rate, so that live and back-filled samples agree.

No state is kept. Whoever asks for a moment gets the same value, in this process or another.
"""

from __future__ import annotations

import bisect
import math
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

DAY = 86_400.0
_PERIODS = (97.0, 311.0, 1709.0)
"""Seconds; the noise is three sines whose periods never meet."""


@dataclass(frozen=True, slots=True)
class Curve:
    """``base`` with a daily wave (highest at ``hour``) and noise, both as shares of it; ``seed`` sets the noise apart."""

    base: float
    swing: float = 0.3
    noise: float = 0.05
    hour: float = 14.0
    seed: int = 0

    def value(self, t: float) -> float:
        daily = math.cos(2 * math.pi * (t / DAY - self.hour / 24))
        jitter = sum(math.sin(2 * math.pi * t / period + self._phase(period)) for period in _PERIODS) / 3
        return self.base * (1 + self.swing * daily + self.noise * jitter)

    def integral(self, start: float, end: float) -> float:
        """What a counter gains between two moments. Never falls: swing and noise together stay below 1."""
        return self._antiderivative(end) - self._antiderivative(start)

    def _antiderivative(self, t: float) -> float:
        turn = 2 * math.pi
        daily = math.sin(turn * (t / DAY - self.hour / 24)) * DAY / turn
        jitter = -sum(math.cos(turn * t / period + self._phase(period)) * period / turn for period in _PERIODS) / 3
        return self.base * (t + self.swing * daily + self.noise * jitter)

    def _phase(self, period: float) -> float:
        return (self.seed % 997) / 997 * 2 * math.pi * (period / 97)


def seed_of(*parts: str) -> int:
    """The same number in each process; `hash` would not do."""
    return zlib.crc32("\0".join(parts).encode())


@dataclass(frozen=True, slots=True)
class Windows:
    """When an incident was on: intervals in order, without overlap."""

    intervals: tuple[tuple[float, float], ...]

    def on(self, t: float) -> bool:
        index = bisect.bisect_right(self.intervals, (t, math.inf)) - 1
        return index >= 0 and t < self.intervals[index][1]


@dataclass(slots=True)
class Total:
    """What a counter gained since ``start``; inside the windows its rate is ``factor`` times as high."""

    curve: Curve
    start: float
    effects: tuple[tuple[Windows, float], ...] = ()
    _sums: list[list[float]] = field(default_factory=list)

    def at(self, t: float) -> float:
        # In the first microseconds two large numbers cancel out to a little less than nothing.
        gained = max(0.0, self.curve.integral(self.start, t))
        return gained + sum((factor - 1) * self.inside(index, t) for index, (_, factor) in enumerate(self.effects))

    def inside(self, index: int, t: float) -> float:
        """What the plain rate gained inside the windows of one effect, up to ``t``."""
        intervals = self.effects[index][0].intervals
        if not self._sums:
            self._sums.extend(self._running(windows.intervals) for windows, _ in self.effects)
        count = bisect.bisect_right(intervals, (t, math.inf))
        if count == 0:
            return 0.0
        start, end = intervals[count - 1]
        return self._sums[index][count - 1] + self.curve.integral(start, min(t, end))

    def _running(self, intervals: Iterable[tuple[float, float]]) -> list[float]:
        total, sums = 0.0, []
        for start, end in intervals:
            sums.append(total)
            total += self.curve.integral(start, end)
        return sums


def below(bound: float, median: float, spread: float) -> float:
    """Share of a log-normal distribution below ``bound``."""
    return 0.5 * (1 + math.erf(math.log(bound / median) / (spread * math.sqrt(2))))


Value = Callable[[float], float]
