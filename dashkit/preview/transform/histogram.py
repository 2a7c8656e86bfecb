"""histogram: how many values lie in each bucket."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dashkit.preview.fields.scalars import number_of, tidy
from dashkit.preview.frames import Field, Frame
from dashkit.preview.transform.pieces import without_names

#: How many buckets Grafana aims at.
BUCKETS = 30

#: Beyond this, sums of two numbers are infinite.
_HUGE = 1e307
#: Sizes of buckets that read well, in each power of ten.
_STEPS = (1.0, 2.0, 2.5, 4.0, 5.0)


def histogram(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write the limits of buckets, and for each field of numbers how many lie in them; empty buckets are left out."""
    fields = [field for frame in frames for field in frame.fields if field.type == "number"]
    if not fields:
        return []
    columns = [numbers_in(field) for field in fields]
    size = _positive(options.get("bucketSize")) or bucket_size(columns)
    offset = number_of(options.get("bucketOffset"))
    counts = [counted(column, size, offset if math.isfinite(offset) else 0) for column in columns]
    starts = sorted(set().union(*counts))
    limits = without_names(fields[0].config)
    decimals = _decimals(size)
    if decimals and "decimals" not in limits:
        limits["decimals"] = decimals
    result = [
        Field("xMin", "number", [tidy(start) for start in starts], config=limits),
        Field("xMax", "number", [tidy(_rounded(start + size)) for start in starts], config=limits),
    ]
    if options.get("combine") is True:
        total = sum(counts, Counter())
        result.append(Field("count", "number", [total[start] for start in starts], config={"displayName": "Count"}))
    else:
        result += [_counts(field, own, starts) for field, own in zip(fields, counts, strict=True)]
    return [Frame(tuple(result), ref_id="histogram", meta={"type": "histogram"})]


def numbers_in(field: Field) -> list[float]:
    """Return the numbers of a field that can be counted: the finite ones."""
    return [one for one in field.values if isinstance(one, int | float) and abs(one) < _HUGE]


def counted(numbers: Sequence[float], size: float, offset: float = 0) -> Counter[float]:
    """Return how many numbers lie in each bucket, by its lower limit."""
    return Counter(_rounded(math.floor((one - offset) / size) * size + offset) for one in numbers)


def bucket_size(columns: Sequence[Sequence[float]], buckets: int = BUCKETS) -> float:
    """Return a size that gives about so many buckets, yet not smaller than the least distance of two numbers."""
    numbers = sorted({one for column in columns for one in column})
    if len(numbers) < 2:
        return 1
    least = min(later - earlier for earlier, later in pairwise(numbers))
    wanted = max((numbers[-1] - numbers[0]) / buckets, least)
    power = 10.0 ** math.floor(math.log10(wanted))
    steps = [step * power for step in (*_STEPS, 10.0) if power != 1 or step != 2.5]
    return _rounded(next((step for step in steps if step >= wanted * (1 - 1e-9)), steps[-1]))


def _counts(field: Field, counts: Counter[float], starts: Sequence[float]) -> Field:
    config = {key: value for key, value in field.config.items() if key != "unit"}
    return Field(field.name, "number", [counts[start] for start in starts], field.labels, config)


def _positive(value: Any) -> float:
    number = number_of(value)
    return number if 0 < number < math.inf else 0


def _rounded(value: float) -> float:
    """Return a sum without the dust of binary fractions: 0.3 for 0.1 + 0.2."""
    return float(f"{value:.12g}")


def _decimals(size: float) -> int:
    return next((places for places in range(10) if math.isclose(size, round(size, places), rel_tol=1e-9)), 10)
