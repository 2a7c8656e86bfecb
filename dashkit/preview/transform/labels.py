"""Transformations that make fields of labels: labelsToFields, joinByLabels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import text, texts
from dashkit.preview.fields.matchers import candidates
from dashkit.preview.frames import Field, Frame
from dashkit.preview.transform.pieces import UnusableError, one_of, without_names


def labels_to_fields(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write labels as columns, or as a table of their names and values."""
    mode = one_of(options, "mode", ("columns", "rows"))
    kept = frozenset(texts(options.get("keepLabels")))
    if mode == "rows":
        return _label_tables(frames, kept)
    return [_with_columns(frame, kept, text(options.get("valueLabel"))) for frame in frames]


def _with_columns(frame: Frame, kept: frozenset[str], value_label: str) -> Frame:
    """Return a frame whose labels are fields; the value of ``value_label`` becomes the name of the field it labels."""
    fields = []
    columns: dict[tuple[str, str], None] = {}
    for field in frame.fields:
        labels = _kept(field.labels, kept)
        name = labels.pop(value_label, "") or field.name
        columns.update(dict.fromkeys(labels.items()))
        fields.append(Field(name, field.type, field.values, config=without_names(field.config)))
    fields += [Field(label, "string", [value] * frame.length) for label, value in columns]
    return frame.with_fields(fields)


def _label_tables(frames: Sequence[Frame], kept: frozenset[str]) -> list[Frame]:
    """Return a frame for each field that has labels."""
    result = []
    for one in (one for fields in candidates(frames) for one in fields):
        labels = _kept(one.field.labels, kept)
        if labels:
            columns = (Field("label", "string", list(labels)), Field("value", "string", list(labels.values())))
            result.append(Frame(columns, name=one.name, ref_id=one.frame.ref_id))
    return result


def _kept(labels: Mapping[str, str], kept: frozenset[str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if not kept or name in kept}


def join_by_labels(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write series as a table with a column for each value of one label, and rows for the other labels."""
    column_label = text(options.get("value"))
    if not column_label:
        raise UnusableError("it names no label whose values become columns")
    series = [field for frame in frames for field in frame.fields if column_label in field.labels]
    if not series:
        raise UnusableError(f'no series has the label "{column_label}"')
    known = dict.fromkeys(label for field in series for label in field.labels if label != column_label)
    row_labels = texts(options.get("join")) or list(known)
    columns: dict[str, Field] = {}
    groups: dict[tuple[str, ...], dict[str, Field]] = {}
    for field in series:
        column = field.labels[column_label]
        columns.setdefault(column, field)
        groups.setdefault(tuple(field.labels.get(label, "") for label in row_labels), {})[column] = field
    heights = [max(len(field.values) for field in group.values()) for group in groups.values()]
    fields = [
        Field(label, "string", [key[place] for key, height in zip(groups, heights, strict=True) for _ in range(height)])
        for place, label in enumerate(row_labels)
    ]
    for name, first in columns.items():
        values: list[Any] = []
        for group, height in zip(groups.values(), heights, strict=True):
            own = list(group[name].values) if name in group else []
            values += own + [None] * (height - len(own))
        fields.append(Field(name, first.type, values, config=without_names(first.config)))
    return [Frame(tuple(fields), ref_id=frames[0].ref_id)]
