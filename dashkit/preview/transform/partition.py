"""partitionByValues: a frame for each combination of values of some fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import mapping, texts
from dashkit.preview.fields.matchers import Candidate, candidates, matched_names
from dashkit.preview.fields.scalars import text_of
from dashkit.preview.frames import Frame
from dashkit.preview.transform.pieces import with_rows


def partition_by_values(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Split frames by the values of fields, which become labels or a part of the frames' names."""
    names = texts(options.get("fields"))
    if not names:
        return frames
    matches = matched_names(names)
    result: list[Frame] = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        keys = [one for one in fields if matches(one)]
        result += _split(frame, keys, options) if keys else [frame]
    return result


def _split(frame: Frame, keys: Sequence[Candidate], options: Mapping[str, Any]) -> list[Frame]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in range(frame.length):
        groups.setdefault(tuple(text_of(one.field.values[row]) for one in keys), []).append(row)
    dropped = [] if options.get("keepFields") is True else [one.field for one in keys]
    rest = frame.with_fields([field for field in frame.fields if not any(field is one for one in dropped)])
    naming = mapping(options.get("naming"))
    return [_part(with_rows(rest, rows), dict(zip([one.name for one in keys], values, strict=True)), naming)
            for values, rows in groups.items()]  # fmt: skip


def _part(frame: Frame, values: Mapping[str, str], naming: Mapping[str, Any]) -> Frame:
    if naming.get("asLabels", True) is True:
        return frame.with_fields(
            [
                field if field.type == "time" else replace(field, labels={**field.labels, **values})
                for field in frame.fields
            ]
        )
    between, sign = naming.get("separator2", " "), naming.get("separator1", "=")
    with_names = naming.get("withNames") is True
    parts = [f"{name}{sign}{value}" if with_names else value for name, value in values.items()]
    before = [frame.name] if naming.get("append") is True and frame.name else []
    return replace(frame, name=str(between).join([*before, *parts]))
