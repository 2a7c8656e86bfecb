"""joinByField: one frame with the rows of all, matched by a field that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dashkit.lint.values import text
from dashkit.preview.fields.names import JOINED, display_names
from dashkit.preview.fields.scalars import key_of, number_of
from dashkit.preview.frames import VALUE_NAME, Field, Frame, first_of_type
from dashkit.preview.transform.pieces import UnusableError, made_by, one_of

#: A join by a field whose values repeat multiplies the rows; nobody looks at more.
_MOST_ROWS = 200_000


class _Side(NamedTuple):
    """A frame to be joined, and the field by which."""

    frame: Frame
    key: Field


class _Row(NamedTuple):
    """A row of the result: the value of the key, and the row of each frame, or None where a frame has none."""

    value: Any
    rows: tuple[int | None, ...]


def join_by_field(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Join frames by a field, or by their times."""
    mode = one_of(options, "mode", ("outer", "inner", "outerTabular"))
    return [joined(frames, text(options.get("byField")), mode)] if len(frames) > 1 else frames


def with_one_time(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Return several frames joined by time if all have times, else as they are."""
    if len(frames) < 2 or any(first_of_type(frame, "time") is None for frame in frames):
        return frames
    return [joined(frames)]


def joined(frames: Sequence[Frame], name: str = "", mode: str = "outer") -> Frame:
    """Return one frame: the key, then all other fields. Without ``name``, the key is the first field of times."""
    sides = _sides(frames, name)
    ref_id = made_by("joinByField", frames)
    if not sides:
        return Frame((), ref_id=ref_id)
    rows = _outer(sides) if mode == "outer" else _one_by_one(sides, keep_all=mode == "outerTabular")
    fields = [replace(sides[0].key, values=[row.value for row in rows])]
    for number, side in enumerate(sides):
        places = [row.rows[number] for row in rows]
        for field in side.frame.fields:
            if field is not side.key:
                values = field.values
                fields.append(_told_apart(field, side.frame, [None if at is None else values[at] for at in places]))
    return Frame(tuple(fields), ref_id=ref_id, meta={JOINED: True})


def _sides(frames: Sequence[Frame], name: str) -> list[_Side]:
    sides = []
    for frame, names in zip(frames, display_names(frames), strict=True):
        if name:
            fields = zip(frame.fields, names, strict=True)
            key = next((field for field, shown in fields if name in (field.name, shown)), None)
        else:
            key = first_of_type(frame, "time")
        if key is not None:
            sides.append(_Side(frame, key))
    return sides


def _told_apart(field: Field, frame: Frame, values: list[Any]) -> Field:
    """Return a field with the name of its frame, which the result does not have."""
    if frame.name and field.name == VALUE_NAME:
        return replace(field, name=frame.name, values=values)
    labels = {**field.labels, "name": frame.name} if frame.name else field.labels
    return replace(field, labels=labels, values=values)


def _outer(sides: Sequence[_Side]) -> list[_Row]:
    """Return a row for each value of the key. Where it repeats within a frame, the last row counts."""
    values: dict[Any, Any] = {}
    rows: dict[Any, list[int | None]] = {}
    for number, side in enumerate(sides):
        for place, value in enumerate(side.key.values):
            key = key_of(value)
            if key not in rows:
                values[key] = value
                rows[key] = [None] * len(sides)
            rows[key][number] = place
    result = [_Row(values[key], tuple(places)) for key, places in rows.items()]
    if sides[0].key.type in ("number", "time"):
        result.sort(key=lambda row: number_of(row.value))
    return result


def _one_by_one(sides: Sequence[_Side], *, keep_all: bool) -> list[_Row]:
    """Match each row with all rows of the next frame that have its key; with ``keep_all``, keep rows without a match."""
    result = [_Row(value, (place,)) for place, value in enumerate(sides[0].key.values) if keep_all or value is not None]
    for number, side in enumerate(sides[1:], 1):
        places: dict[Any, list[int]] = {}
        for place, value in enumerate(side.key.values):
            if value is not None:
                places.setdefault(key_of(value), []).append(place)
        if sum(len(places.get(key_of(row.value), ())) for row in result) > _MOST_ROWS:
            raise UnusableError(f"its rows multiply: more than {_MOST_ROWS}")
        both = [_Row(row.value, (*row.rows, at)) for row in result for at in places.get(key_of(row.value), ())]
        if keep_all:
            known = {key_of(row.value) for row in result if row.value is not None}
            both += [_Row(row.value, (*row.rows, None)) for row in result if key_of(row.value) not in places]
            others = [
                (at, value) for at, value in enumerate(side.key.values) if value is None or key_of(value) not in known
            ]
            both += [_Row(value, (*[None] * number, at)) for at, value in others]
        result = both
    return result
