"""Data as Grafana's panels take it: frames, which are tables whose columns are called fields.

A time series is a frame with a field of times and a field of numbers.
https://grafana.com/developers/dataplane/contract-spec
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

FieldType = Literal["time", "number", "string", "boolean", "other"]
"""Times are milliseconds since the epoch."""

VALUE_NAME = "Value"
TIME_NAME = "Time"


@dataclass(frozen=True, slots=True)
class Field:
    """A column. A value that is missing is None; a number may be NaN."""

    name: str
    type: FieldType
    values: Sequence[Any]
    labels: Mapping[str, str] = field(default_factory=dict)

    #: Grafana's field options: what the datasource and transformations set, later what the panel's options resolve to.
    config: Mapping[str, Any] = field(default_factory=dict)

    #: The name that transformations go on knowing it by, such as ``job 2``, when the fields that shared its name are gone.
    known_as: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """A table: fields of equal length."""

    fields: tuple[Field, ...]
    name: str = ""

    #: The query that it answers.
    ref_id: str = ""

    #: What the datasource says of it, such as ``{"type": "timeseries-multi"}``.
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def length(self) -> int:
        return len(self.fields[0].values) if self.fields else 0

    def with_fields(self, fields: Sequence[Field]) -> Frame:
        return replace(self, fields=tuple(fields))


def first_of_type(frame: Frame, kind: FieldType) -> Field | None:
    """Return the first field of a type."""
    return next((one for one in frame.fields if one.type == kind), None)
