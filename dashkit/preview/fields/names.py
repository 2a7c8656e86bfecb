"""The names that Grafana shows for fields and frames, in legends, headers and overrides.

https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/transform-data/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dashkit.lint.values import text
from dashkit.preview.fields.variables import filled
from dashkit.preview.frames import TIME_NAME, VALUE_NAME, Field, Frame

JOINED = "joined"
"""In the meta of a frame that a join made, whose times get numbers as other fields do."""


class _Shared(NamedTuple):
    """What the name of a field depends on in all frames."""

    frames_differ: bool
    only_label: str


def display_names(frames: Sequence[Frame]) -> list[list[str]]:
    """Return the name of each field of each frame."""
    shared = _shared(frames)
    return [_names_in(frame, number, shared) for number, frame in enumerate(frames)]


def display_name(field: Field, frame: Frame, frames: Sequence[Frame]) -> str:
    """Return the name of one field. For many fields, `display_names` is faster."""
    place = next((index for index, one in enumerate(frame.fields) if one is field), -1)
    number = next((index for index, one in enumerate(frames) if one is frame), 0)
    return _name(field, frame, place, Counter(one.name for one in frame.fields), number, _shared(frames))


def frame_name(frame: Frame, number: int | None = None) -> str:
    """Return the name of a frame, which is that of its only value if it has no other.

    For several values, that is its query or its number, or the names of all values if no number is given.
    """
    if frame.name:
        return frame.name
    names = display_names([frame])[0]
    values = [name for name, field in zip(names, frame.fields, strict=True) if field.type != "time"]
    if len(values) == 1 or number is None:
        return ", ".join(values)
    return f"Series ({frame.ref_id or number})"


def titled(title: str, field: Field, name: str, frame: Frame, number: int) -> str:
    """Return the name of a field that has a title, whose variables are filled in, or ``name`` if it has none."""
    if "$" not in title:
        return title or name
    return filled(title, field, name, lambda: frame_name(untitled(frame), number))


def untitled(frame: Frame) -> Frame:
    """Return a frame whose fields have no titles."""
    if not any("displayName" in field.config for field in frame.fields):
        return frame
    return frame.with_fields([replace(field, config=_without_title(field.config)) for field in frame.fields])


def _without_title(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != "displayName"}


def labels_text(labels: Mapping[str, str]) -> str:
    """Return labels as PromQL writes them: ``{a="1", b="2"}``, or nothing if there are none."""
    inside = ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f"{{{inside}}}" if inside else ""


def _shared(frames: Sequence[Frame]) -> _Shared:
    labels = {label for frame in frames for field in frame.fields for label in field.labels}
    return _Shared(len({frame.name for frame in frames}) > 1, labels.pop() if len(labels) == 1 else "")


def _names_in(frame: Frame, number: int, shared: _Shared) -> list[str]:
    twins = Counter(field.name for field in frame.fields)
    return [_name(field, frame, place, twins, number, shared) for place, field in enumerate(frame.fields)]


def _name(field: Field, frame: Frame, place: int, twins: Counter[str], number: int, shared: _Shared) -> str:
    title = text(field.config.get("displayName"))
    if title and "$" not in title:
        return title
    name = (
        field.known_as or text(field.config.get("displayNameFromDS")) or _numbered(field, frame, place, twins, shared)
    )
    return titled(title, field, name, frame, number)


def _numbered(field: Field, frame: Frame, place: int, twins: Counter[str], shared: _Shared) -> str:
    if field.type == "time" and not field.labels and not frame.meta.get(JOINED):
        return field.name or TIME_NAME
    name = _spelled(field, frame, shared)
    if name != field.name or twins[name] < 2:
        return name
    return f"{name} {sum(1 for other in frame.fields[: place + 1] if other.name == name)}"


def _spelled(field: Field, frame: Frame, shared: _Shared) -> str:
    """Return what tells a field from others: names of frame and field as far as they say something, and labels."""
    from_frame = frame.name if shared.frames_differ else ""
    labels = field.labels.get(shared.only_label, "") if shared.only_label else labels_text(field.labels)
    own = "" if field.name == VALUE_NAME else field.name
    parts = [part for part in (from_frame, own, labels) if part]
    return " ".join(parts) or frame.name or field.name or VALUE_NAME
