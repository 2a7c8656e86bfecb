"""Quantiles of histograms, from their buckets as Prometheus calculates them.

https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from dashkit.preview.sample.signals import Values
from dashkit.preview.sample.vectors import Key, Labels, Series, Vector, key_of, nameless


def by_bucket(vector: Vector) -> list[tuple[Labels, list[float], list[Values]]]:
    """Return histograms: labels, the upper bounds in order, and the values of each bucket."""
    found: dict[Key, tuple[Labels, dict[float, Values]]] = {}
    for labels, values in vector:
        bound = bound_of(labels.get("le", ""))
        if bound is None:
            continue
        rest = {label: value for label, value in nameless(labels).items() if label != "le"}
        found.setdefault(key_of(rest), (rest, {}))[1].setdefault(bound, values)
    return [
        (labels, sorted(buckets), [buckets[bound] for bound in sorted(buckets)]) for labels, buckets in found.values()
    ]


def bound_of(text: str) -> float | None:
    """Return the upper bound of a bucket, or None if the text is no number."""
    try:
        bound = float(text)
    except ValueError:
        return None
    return None if math.isnan(bound) else bound


def histogram_quantile(wanted: float, vector: Vector) -> Vector:
    """Return a quantile of each histogram."""
    found = []
    for labels, bounds, buckets in by_bucket(vector):
        columns = zip(*buckets, strict=True)
        found.append(Series(labels, [_quantile(wanted, bounds, column) for column in columns]))
    return found


def _quantile(wanted: float, bounds: Sequence[float], column: Sequence[float | None]) -> float:
    if len(bounds) < 2 or not math.isinf(bounds[-1]) or math.isnan(wanted):
        return math.nan
    if wanted < 0 or wanted > 1:
        return math.copysign(math.inf, wanted)
    counts: list[float] = []
    for value in column:
        counts.append(max(value or 0.0, counts[-1] if counts else 0.0))
    if counts[-1] <= 0:
        return math.nan
    rank = wanted * counts[-1]
    place = min(bisect_left(counts, rank), len(bounds) - 1)
    if place == len(bounds) - 1:
        return bounds[-2]
    if place == 0 and bounds[0] <= 0:
        return bounds[0]
    low, below = (bounds[place - 1], counts[place - 1]) if place else (0.0, 0.0)
    inside = counts[place] - below
    return low + (bounds[place] - low) * ((rank - below) / inside if inside else 1.0)
