"""reduce: calculations over the values of each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import texts
from dashkit.preview.fields.matchers import Candidate, FieldMatcher, candidates, field_matcher
from dashkit.preview.fields.reduce import NAMES, reduced
from dashkit.preview.fields.scalars import field_type_of
from dashkit.preview.frames import Field, FieldType, Frame
from dashkit.preview.transform.pieces import UnusableError, made_by, one_of

#: What these pick is one of the values.
PICKING = frozenset(("first", "firstNotNull", "last", "lastNotNull"))
_LISTING = frozenset(("allValues", "uniqueValues"))


def reduce(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write a table with a row for each field, or keep the frames with a single row."""
    mode = one_of(options, "mode", ("seriesToRows", "reduceFields"))
    reducers = [one for one in texts(options.get("reducers", ["max"])) if one in NAMES]
    matches = field_matcher(options["fields"]) if options.get("fields") else None
    if options.get("fields") and matches is None:
        raise UnusableError("its matcher of fields is unknown")
    if not reducers:
        return frames
    times = mode == "reduceFields" and options.get("includeTimeField") is True
    chosen = _chosen(frames, matches, times=times)
    if mode == "seriesToRows":
        every = [one for fields in chosen for one in fields]
        return [_table(frames, every, reducers, labels=options.get("labelsToFields") is True)]
    return [
        frame.with_fields([single for one in fields for single in _single(one.field, reducers)])
        for frame, fields in zip(frames, chosen, strict=True)
        if fields
    ]


def _chosen(frames: Sequence[Frame], matches: FieldMatcher | None, *, times: bool) -> list[list[Candidate]]:
    """Return the fields of each frame that are reduced."""
    return [
        [one for one in fields if (times or one.field.type != "time") and (matches is None or matches(one))]
        for fields in candidates(frames)
    ]


def _table(frames: Sequence[Frame], chosen: Sequence[Candidate], reducers: Sequence[str], *, labels: bool) -> Frame:
    fields = [one.field for one in chosen]
    names = [one.field.name if labels else one.name for one in chosen]
    columns = [Field("Field", "string", names)]
    if labels:
        known = dict.fromkeys(label for field in fields for label in field.labels)
        columns += [Field(label, "string", [field.labels.get(label) for field in fields]) for label in known]
    results = [reduced(field.values, reducers) for field in fields]
    for reducer in reducers:
        values = [one.get(reducer) for one in results]
        columns.append(Field(NAMES[reducer], field_type_of(values), values))
    return Frame(tuple(columns), ref_id=made_by("reduce", frames))


def _single(field: Field, reducers: Sequence[str]) -> list[Field]:
    """Return the field with a single value for each calculation, named by a label if there are several."""
    values = reduced(field.values, reducers)
    return [
        replace(
            field,
            type=_type(reducer, field.type),
            values=[values.get(reducer)],
            labels={**field.labels, "reducer": NAMES[reducer]} if len(reducers) > 1 else field.labels,
        )
        for reducer in reducers
    ]


def _type(reducer: str, kind: FieldType) -> FieldType:
    if reducer in PICKING:
        return kind
    return "other" if reducer in _LISTING else "number"
