"""transpose: rows become columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import text
from dashkit.preview.fields.matchers import Candidate, candidates
from dashkit.preview.fields.scalars import text_of
from dashkit.preview.frames import VALUE_NAME, Field, FieldType, Frame


def transpose(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Make a column of each row, labelled with the first value of the row, and a row of each field."""
    first, rest = (text(options.get(key)) for key in ("firstFieldName", "restFieldsName"))
    return [_transposed(fields, first or "Field", rest or VALUE_NAME) for fields in candidates(frames) if fields]


def _transposed(fields: Sequence[Candidate], first: str, rest: str) -> Frame:
    head, others, frame = fields[0], fields[1:], fields[0].frame
    kinds = {one.field.type for one in others}
    kind: FieldType = kinds.pop() if len(kinds) == 1 else "string"
    columns = [Field(first, "string", [one.name for one in others])]
    for row, value in enumerate(head.field.values):
        values = [one.field.values[row] for one in others]
        columns.append(
            Field(
                rest,
                kind,
                [text_of(cell) for cell in values] if kind == "string" else values,
                {head.field.name: text_of(value)},
            )
        )
    return Frame(tuple(columns), name=frame.name, ref_id=f"transpose-{frame.ref_id}")
