"""What a base series does over time: five kinds of it, each with its values and its growth."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dashkit.preview.sample import waves
from dashkit.preview.sample.seed import fraction
from dashkit.preview.sample.waves import Wave

Values = list[float | None]
"""One value for each time; None where there is none. A NaN is a value."""

_HOUR = 3600.0
_DAY = 86_400.0


class Clock:
    """The times that are asked for, in seconds since the epoch, with what is calculated once for all series."""

    def __init__(self, times: Iterable[float]) -> None:
        self.times = tuple(times)
        self._root, self._shift = self, 0.0

    def earlier(self, seconds: float) -> Clock:
        """Return the times some seconds before."""
        if not seconds:
            return self
        found = Clock(at - seconds for at in self.times)
        found._root, found._shift = self._root, self._shift + seconds
        return found

    def curve(self, wave: Wave) -> list[float]:
        """Return the values of a curve. What they are calculated with is shared with earlier and later times."""
        return waves.values(waves.earlier(wave, self._shift), waves.rows(self._root.times))


@dataclass(frozen=True, slots=True)
class Gauge:
    """Goes up and down; ``whole`` if it counts something."""

    wave: Wave
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Counter:
    """Only grows, by ``rate`` a second, and starts at zero every few weeks."""

    rate: Wave
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Events:
    """Counts what rarely happens: once in a ``slot`` of some seconds, with a ``chance``."""

    seed: str
    slot: float = 12 * _HOUR
    chance: float = 0.25


@dataclass(frozen=True, slots=True)
class Flag:
    """Is ``normal``, but for some minutes now and then; None if the series is not there then."""

    seed: str
    normal: float | None = 1.0
    other: float | None = 0.0
    chance: float = 0.03


@dataclass(frozen=True, slots=True)
class Moment:
    """The last time that something happened every ``period`` seconds, or the next one; times ``scale``.

    ``since`` is 1 for the seconds since it, -1 for the seconds left until it, and 0 for the moment itself.
    """

    seed: str
    period: float
    next: bool = False
    since: int = 0
    scale: float = 1.0


Signal = Gauge | Counter | Events | Flag | Moment

#: How long a counter grows before its process is started anew.
_LIFE = 20 * _DAY
#: How often something can go wrong once.
_DIP = 6 * _HOUR


def values(signal: Signal, clock: Clock) -> Values:
    """Return the values of a signal."""
    if isinstance(signal, Gauge):
        found = clock.curve(signal.wave)
        return [float(round(value)) for value in found] if signal.whole else list(found)
    if isinstance(signal, Counter):
        return _counted(signal, clock)
    if isinstance(signal, Events):
        shift = fraction("life", signal.seed) * _LIFE
        return [_events(signal, (at + shift) // _LIFE * _LIFE - shift, at) for at in clock.times]
    if isinstance(signal, Flag):
        return [signal.other if _dips(signal, at) else signal.normal for at in clock.times]
    return [_moment(signal, at) for at in clock.times]


def growth(signal: Signal, clock: Clock, window: float) -> Values:
    """Return how much a signal has grown over a window before each time, as ``increase`` calculates it."""
    if isinstance(signal, Counter):
        return list(clock.curve(waves.scaled(waves.averaged(signal.rate, window), window)))
    if isinstance(signal, Events):
        return [_events(signal, at - window, at) for at in clock.times]
    before, after = values(signal, clock.earlier(window)), values(signal, clock)
    return [None if old is None or new is None else max(0.0, new - old) for old, new in zip(before, after, strict=True)]


def _counted(signal: Counter, clock: Clock) -> Values:
    """Return the integral of the rate since the last start."""
    integral = waves.summed_up(signal.rate)
    shift = fraction("life", signal.seed) * _LIFE
    starts = [(at + shift) // _LIFE * _LIFE - shift for at in clock.times]
    at_start = {start: Clock([start]).curve(integral)[0] for start in set(starts)}
    grown = clock.curve(integral)
    mean = signal.rate[0]
    return [
        mean * (at - start) + value - at_start[start]
        for at, start, value in zip(clock.times, starts, grown, strict=True)
    ]


def _events(signal: Events, after: float, until: float) -> float:
    first, last = math.floor(after / signal.slot), math.floor(until / signal.slot)
    count = 0
    for slot in range(first, last + 1):
        if fraction("event", signal.seed, slot) < signal.chance:
            at = (slot + fraction("when", signal.seed, slot)) * signal.slot
            count += after < at <= until
    return float(count)


def _dips(signal: Flag, at: float) -> bool:
    slot = math.floor(at / _DIP)
    if fraction("dip", signal.seed, slot) >= signal.chance:
        return False
    length = 240 + 1200 * fraction("length", signal.seed, slot)
    begins = slot * _DIP + fraction("begin", signal.seed, slot) * (_DIP - length)
    return begins <= at < begins + length


def _moment(signal: Moment, at: float) -> float:
    shift = fraction("moment", signal.seed) * signal.period
    number = (at + shift) // signal.period + (1 if signal.next else 0)
    moment = number * signal.period - shift
    value = at - moment if signal.since > 0 else moment - at if signal.since < 0 else moment
    return value * signal.scale
