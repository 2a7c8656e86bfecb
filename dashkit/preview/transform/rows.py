"""Transformations that order rows and leave some out: sortBy, limit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import objects, text
from dashkit.preview.fields.matchers import candidates, shown_as
from dashkit.preview.fields.scalars import number_of
from dashkit.preview.frames import Frame
from dashkit.preview.transform.order import sorted_rows
from dashkit.preview.transform.pieces import UnusableError, with_rows


def sort_by(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Sort the rows of each frame by a field. Grafana's editor offers one."""
    rules = objects(options.get("sort"))
    if not rules:
        return frames
    name, descending = text(rules[0].get("field")), rules[0].get("desc") is True
    result = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        field = shown_as(fields, name)
        rows = sorted_rows(field.values, field.type, descending=descending) if field else range(frame.length)
        result.append(with_rows(frame, rows))
    return result


def limit(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Keep the first rows of each frame, or the last ones for a negative number."""
    count = number_of(options.get("limitField", 10))
    if math.isnan(count):
        raise UnusableError(f'limitField "{options.get("limitField")}" is no number')
    result = []
    for frame in frames:
        rows = range(frame.length)
        some = rows[: _whole(count, frame.length)] if count >= 0 else rows[-_whole(-count, frame.length) :]
        result.append(with_rows(frame, some))
    return result


def _whole(count: float, most: int) -> int:
    return int(min(count, most))
