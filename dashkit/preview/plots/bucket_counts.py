"""How many values of each series lie in each bucket of a histogram."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.display.processor import own_decimals, processor, series_colour
from dashkit.preview.fields.names import display_names
from dashkit.preview.frames import Field, Frame
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.scene import Options
from dashkit.preview.transform.histogram import BUCKETS, bucket_size, counted, numbers_in

_COMBINED = "Count"
#: The fields of a histogram that a transformation has made.
_LOW, _HIGH = "xMin", "xMax"
_PRECISION = 1e-12
#: What is less far from zero is zero: a part of it may be no number.
_SMALLEST = 1e-290


class Buckets(NamedTuple):
    """Buckets from the lowest, each with its ends, and a count for each of them in every series.

    ``limits`` is a field that says how values are written.
    """

    ends: Sequence[tuple[float, float]]
    size: float
    series: Sequence[Series]
    limits: Field


def buckets_of(frames: Sequence[Frame], options: Options) -> Buckets | None:
    """Return the buckets of frames, counted unless the frames have counts already; None without numbers."""
    for frame, names in zip(frames, display_names(frames), strict=True):
        by_name = {field.name: field for field in frame.fields}
        if _LOW in by_name and _HIGH in by_name:
            return _given(frame, names, by_name)
    return _counted(frames, options)


def _given(frame: Frame, names: Sequence[str], by_name: Mapping[str, Field]) -> Buckets | None:
    low, high = by_name[_LOW], by_name[_HIGH]
    rows = [
        (start, end, row)
        for row, (start, end) in enumerate(zip(map(numeric, low.values), map(numeric, high.values), strict=True))
        if start is not None and end is not None and start < end
    ]
    rows.sort()
    fields = [
        (field, name, [numeric(field.values[row]) or 0.0 for *_, row in rows])
        for field, name in zip(frame.fields, names, strict=True)
        if field is not low and field is not high and field.type == "number"
    ]
    if not rows or not fields:
        return None
    ends = [(start, end) for start, end, _ in rows]
    return Buckets(ends, min(end - start for start, end in ends), _series(fields, ends), low)


def _counted(frames: Sequence[Frame], options: Options) -> Buckets | None:
    named = [
        (field, name)
        for frame, names in zip(frames, display_names(frames), strict=True)
        for field, name in zip(frame.fields, names, strict=True)
        if field.type == "number"
    ]
    columns = [[float(one) if abs(one) > _SMALLEST else 0.0 for one in numbers_in(field)] for field, _ in named]
    if not any(columns):
        return None
    wanted, size = numeric(options.get("bucketCount")), numeric(options.get("bucketSize"))
    if not size or size <= 0:
        size = bucket_size(columns, max(1, int(min(wanted, 10_000))) if wanted and wanted > 0 else BUCKETS)
    # Less than that, added to the largest number, is nothing.
    size = max(size, max(abs(number) for column in columns for number in column) * _PRECISION)
    offset = (numeric(options.get("bucketOffset")) or 0.0) % size
    counts = [counted(column, size, offset) for column in columns]
    starts = sorted(set().union(*counts))
    ends = [(start, start + size) for start in starts]
    limits = named[0][0]
    if options.get("combine") is True:
        total: Counter[float] = sum(counts, Counter())
        fields = [(limits, _COMBINED, [float(total[start]) for start in starts])]
    else:
        fields = [
            (field, name, [float(own[start]) for start in starts])
            for (field, name), own in zip(named, counts, strict=True)
        ]
    return Buckets(ends, size, _series(fields, ends), limits)


def _series(fields: Sequence[tuple[Field, str, Sequence[float]]], ends: Sequence[tuple[float, float]]) -> list[Series]:
    starts = [start for start, _ in ends]
    found = []
    for number, (field, name, values) in enumerate(fields):
        # Counts have no unit, and the limits of values are not theirs.
        config = {key: value for key, value in field.config.items() if key not in ("unit", "min", "max", "decimals")}
        own = Field(field.name, "number", values, field.labels, config)
        colour = series_colour(config, number, name=name, values=values)
        show = processor(config, "number", number, name=name)
        found.append(Series(number, name, own, starts, values, colour, show, mapping(config.get("custom"))))
    return found


def limit_text(buckets: Buckets, value: float) -> str:
    """Return the limit of a bucket as the axis has it, with as many decimals as its size needs."""
    config = buckets.limits.config
    if own_decimals(config) is None:
        size = buckets.size
        decimals = next((places for places in range(10) if math.isclose(size, round(size, places), rel_tol=1e-9)), 10)
        config = {**config, "decimals": decimals} if decimals else config
    return processor({**config, "unit": text(config.get("unit")), "mappings": []})(value).text.whole
