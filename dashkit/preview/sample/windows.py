"""Functions of what series were over a window of time, from a few samples of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from dashkit.preview.sample.aggregations import mean, quantile, variance
from dashkit.preview.sample.signals import Values
from dashkit.preview.sample.vectors import Key, Labels, Series, Vector, key_of, nameless

#: How often something is collected; that many samples a window really has.
_SCRAPE = 15.0
_FEWEST, _MOST = 2, 6

_Window = Callable[[Sequence[float], float], float]


def sample_count(window: float) -> int:
    """Return how many samples stand for a window of some seconds."""
    return max(_FEWEST, min(_MOST, round(window / 60)))


def _growth(samples: Sequence[float], window: float) -> float:
    return sum(max(0.0, new - old) for old, new in pairwise(samples))


def _deviation(samples: Sequence[float], window: float) -> float:
    centre = quantile(0.5, samples)
    return quantile(0.5, [abs(sample - centre) for sample in samples])


def _changes(samples: Sequence[float], window: float) -> float:
    return float(sum(old != new for old, new in pairwise(samples)))


def _resets(samples: Sequence[float], window: float) -> float:
    return float(sum(new < old for old, new in pairwise(samples)))


FUNCTIONS: dict[str, _Window] = {
    "avg_over_time": lambda samples, window: mean(samples),
    "min_over_time": lambda samples, window: min(samples),
    "max_over_time": lambda samples, window: max(samples),
    "sum_over_time": lambda samples, window: mean(samples) * max(1.0, window / _SCRAPE),
    "count_over_time": lambda samples, window: float(max(1, math.floor(window / _SCRAPE))),
    "last_over_time": lambda samples, window: samples[-1],
    "first_over_time": lambda samples, window: samples[0],
    "present_over_time": lambda samples, window: 1.0,
    "stddev_over_time": lambda samples, window: math.sqrt(variance(samples)),
    "stdvar_over_time": lambda samples, window: variance(samples),
    "mad_over_time": _deviation,
    "rate": lambda samples, window: _growth(samples, window) / window,
    "irate": lambda samples, window: _growth(samples[-2:], window) / (window / max(1, len(samples) - 1)),
    "increase": _growth,
    "delta": lambda samples, window: samples[-1] - samples[0],
    "idelta": lambda samples, window: samples[-1] - samples[-2] if len(samples) > 1 else 0.0,
    "deriv": lambda samples, window: (samples[-1] - samples[0]) / window,
    "changes": _changes,
    "resets": _resets,
    "holt_winters": lambda samples, window: samples[-1],
    "double_exponential_smoothing": lambda samples, window: samples[-1],
}
#: What keeps the name of the metric.
_NAMED = frozenset({"last_over_time", "first_over_time"})


def with_number(name: str, number: float) -> _Window:
    """Return the window function of a name that takes a number too."""
    if name == "quantile_over_time":
        return lambda samples, window: quantile(number, samples)
    return lambda samples, window: samples[-1] + (samples[-1] - samples[0]) / window * number


def over(name: str, function: _Window, vectors: Sequence[Vector], window: float) -> Vector:
    """Return a function of the samples of each series; ``vectors`` are the series at the samples' times, the oldest first."""
    histories: dict[Key, tuple[Labels, list[Values]]] = {}
    for vector in vectors:
        for labels, values in vector:
            histories.setdefault(key_of(labels), (labels, []))[1].append(values)
    found = []
    for labels, history in histories.values():
        columns = ([value for value in column if value is not None] for column in zip(*history, strict=True))
        values = [function(column, window) if column else None for column in columns]
        found.append(Series(labels if name in _NAMED else nameless(labels), values))
    return found
