"""The datasource TestData: what stands in the query itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dashkit.lint.values import text
from dashkit.preview.frames import Field, Frame

_NULLS = ("", "null", "nil")
_BOOLEANS = {"true": True, "false": False}


def csv_frames(target: Mapping[str, Any]) -> list[Frame]:
    """Return the frame that the CSV of a query makes; nothing if there is none."""
    content = text(target.get("csvContent")).strip()
    if not content:
        return []
    try:
        rows = [row for row in csv.reader(io.StringIO(content), skipinitialspace=True) if row]
    except csv.Error:
        return []
    if not rows:
        return []
    header, body = rows[0], rows[1:]
    columns = [[row[place].strip() if place < len(row) else "" for row in body] for place in range(len(header))]
    fields = tuple(_field(name.strip(), column) for name, column in zip(header, columns, strict=True))
    return [Frame(fields, text(target.get("alias")), text(target.get("refId")))]


def _field(name: str, column: Sequence[str]) -> Field:
    """Return a column as a field: a time if its name says so, else numbers or booleans if all values are, else texts."""
    if "time" in name.lower():
        times = [_time(value) for value in column]
        if all(at is not None or value in _NULLS for at, value in zip(times, column, strict=True)):
            return Field(name, "time", times)
    numbers = [_number(value) for value in column]
    if all(number is not None or value in _NULLS for number, value in zip(numbers, column, strict=True)):
        return Field(name, "number", numbers)
    if all(value.lower() in _BOOLEANS or value in _NULLS for value in column):
        return Field(name, "boolean", [_BOOLEANS.get(value.lower()) for value in column])
    return Field(name, "string", [None if value in _NULLS else value for value in column])


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _time(value: str) -> float | None:
    """Return a time in milliseconds: a number is one, anything else a date."""
    number = _number(value)
    if number is not None:
        return number
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
