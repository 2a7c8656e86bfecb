"""concatenate: all fields of all frames side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import text
from dashkit.preview.fields.scalars import at
from dashkit.preview.frames import VALUE_NAME, Field, Frame
from dashkit.preview.transform.pieces import one_of


def concatenate(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Put the fields of all frames into one; short ones end in missing values."""
    if len(frames) < 2:
        return frames
    mode = one_of(options, "frameNameMode", ("field", "label", "drop"))
    label = text(options.get("frameNameLabel")) or "frame"
    rows = range(max(frame.length for frame in frames))
    fields = [
        replace(_named(field, frame, mode, label), values=at(field.values, rows))
        for frame in frames
        for field in frame.fields
    ]
    return [Frame(tuple(fields))]


def _named(field: Field, frame: Frame, mode: str, label: str) -> Field:
    if not frame.name or mode == "drop":
        return field
    if mode == "label":
        return replace(field, labels={**field.labels, label: frame.name})
    return replace(field, name=frame.name if field.name == VALUE_NAME else f"{frame.name} · {field.name}")
