"""Histograms and summaries: most observations are quick, some are slow, and the mix changes over time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from dashkit.preview.sample import waves
from dashkit.preview.sample.rates import traffic
from dashkit.preview.sample.seed import between
from dashkit.preview.sample.signals import Counter, Gauge, Signal
from dashkit.preview.sample.subject import Subject
from dashkit.preview.sample.waves import LEVEL, Wave
from dashkit.preview.sample.words import counter_stem, vocabulary, words

#: Buckets of histograms that no catalogue describes, by unit.
_BUCKETS = {"seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
            "ms": (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10_000.0),
            "bytes": (100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)}  # fmt: skip
_OTHER = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)
_TIMES = vocabulary("duration latency time delay wait lag")
_HIGH = vocabulary("confidence accuracy score quality utilization")
#: By quantile, the values of a summary in terms of its median.
_QUANTILES = ((0.0, 0.3), (0.5, 1.0), (0.75, 1.5), (0.9, 2.1), (0.95, 2.7), (0.99, 4.4), (0.999, 7.0), (1.0, 9.0))


class _Kind(NamedTuple):
    """Observations of a kind: their part of all, and where they lie in terms of the median."""

    part: float
    place: float


_KINDS = (_Kind(0.78, 0.85), _Kind(0.17, 2.0), _Kind(0.05, 4.5))
_SPREAD = 0.5
#: What is larger takes longer.
_SIZES = {"tiny": -0.15, "small": -0.1, "medium": 0.1, "large": 0.35, "huge": 0.45}
#: How the mix of kinds changes; the sum stays below 1.
_MIX = waves.swing(0.03, 0.14, 0.04, 0.02, 0.06)


def usual_buckets(name: str) -> tuple[float, ...]:
    """Return the upper bounds of buckets for a histogram that is known by its name only."""
    said = frozenset(words(name))
    for unit, bounds in _BUCKETS.items():
        if unit in said:
            return bounds
    return _BUCKETS["seconds"] if said & _TIMES else _OTHER


def histogram(subject: Subject, bounds: Sequence[float]) -> Iterator[tuple[str, str, Signal]]:
    """Yield the series of a histogram: suffix, ``le`` (empty but for buckets), and the counter.

    ``subject.name`` is the name without a suffix.
    """
    counts = _observed(subject)
    median, linear = _median(subject, bounds), _is_linear(bounds)
    for bound in (*bounds, math.inf):
        below = [
            waves.scaled(count, _part_below(bound, median, kind, bounds, linear))
            for count, kind in zip(counts, _KINDS, strict=True)
        ]
        yield "_bucket", bound_text(bound), Counter(waves.total(below), subject.seed)
    yield "_count", "", Counter(waves.total(counts), subject.seed)
    sizes = [_mean(median, kind, bounds, linear) for kind in _KINDS]
    yield "_sum", "", Counter(waves.total(map(waves.scaled, counts, sizes)), subject.seed)


def summary(subject: Subject, quantile: str) -> Signal:
    """Return a quantile of a summary. A higher one is never below a lower one."""
    bounds = usual_buckets(subject.name)
    labels = {label: value for label, value in subject.labels.items() if label != "quantile"}
    plain = subject._replace(labels=labels)
    factor = _of_quantile(float(quantile)) if _is_number(quantile) else 1.0
    return Gauge(waves.wave(_median(plain, bounds) * factor, LEVEL, "summary", plain.name, plain.seed))


def bound_text(bound: float) -> str:
    """Return an upper bound as the label ``le`` has it."""
    if math.isinf(bound):
        return "+Inf"
    return str(int(bound)) if bound == int(bound) else repr(float(bound))


def _observed(subject: Subject) -> list[Wave]:
    """Return how many observations of each kind there are a second; together they are what the counter of the thing says."""
    stem = counter_stem(subject.name)
    every = traffic(subject._replace(name=stem))
    slower = [
        waves.wave(every[0] * kind.part, _MIX, "kind", number, stem, subject.crowd)
        for number, kind in enumerate(_KINDS[1:], start=1)
    ]
    # There are never more slow ones than there are observations.
    room = waves.bounds(every)[0] / sum(waves.bounds(curve)[1] for curve in slower)
    slower = [waves.scaled(curve, min(1.0, 0.95 * room)) for curve in slower]
    return [waves.total([every, *(waves.scaled(curve, -1) for curve in slower)]), *slower]


def _median(subject: Subject, bounds: Sequence[float]) -> float:
    where = 0.62 if frozenset(words(subject.name)) & _HIGH and _is_linear(bounds) else 0.27
    shift = between(-0.09, 0.09, "median", counter_stem(subject.name)) + between(-0.06, 0.06, "median", subject.seed)
    shift += sum(_SIZES.get(value.lower(), 0.0) for value in subject.labels.values())
    place = max(0.02, where + shift) * len(bounds)
    index = min(int(place), len(bounds) - 1)
    low = bounds[index - 1] if index else bounds[0] / 2
    return low + (bounds[index] - low) * (place - int(place)) or 1.0


@lru_cache(maxsize=256)
def _is_linear_tuple(bounds: tuple[float, ...]) -> bool:
    steps = [high - low for low, high in pairwise(bounds)]
    return len(bounds) > 3 and max(steps) < 1.5 * min(steps)


def _is_linear(bounds: Sequence[float]) -> bool:
    return _is_linear_tuple(tuple(bounds))


def _part_below(bound: float, median: float, kind: _Kind, bounds: Sequence[float], linear: bool) -> float:
    """Return which part of a kind's observations are not above a bound."""
    if math.isinf(bound) or (linear and bound == bounds[-1]):
        return 1.0
    if bound <= 0:
        return 0.0
    if linear:
        width = bounds[-1] * 0.17
        centre = min(median + (kind.place - 1) * width * 0.8, bounds[-1])
        return _normal((bound - centre) / width)
    return _normal(math.log(bound / (median * kind.place)) / _SPREAD)


def _mean(median: float, kind: _Kind, bounds: Sequence[float], linear: bool) -> float:
    if linear:
        return min(median + (kind.place - 1) * bounds[-1] * 0.136, bounds[-1] * 0.95)
    return median * kind.place * math.exp(_SPREAD**2 / 2)


def _normal(deviation: float) -> float:
    return 0.5 * (1 + math.erf(deviation / math.sqrt(2)))


def _of_quantile(wanted: float) -> float:
    for (low, below), (high, above) in pairwise(_QUANTILES):
        if low <= wanted <= high:
            return below + (above - below) * (wanted - low) / (high - low)
    return _QUANTILES[-1][1]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
