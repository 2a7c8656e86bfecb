"""Transformations that write values in another way: convertFieldType, formatTime, formatString."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dashkit.lint.values import objects, text
from dashkit.preview.fields.matchers import FieldMatcher, candidates, matched_names
from dashkit.preview.fields.scalars import as_float, json_of, number_of, text_of, tidy
from dashkit.preview.frames import Field, FieldType, Frame
from dashkit.preview.transform.pieces import UnusableError
from dashkit.preview.transform.spelling import SPELLINGS, substring
from dashkit.preview.units.formats import INVALID, format_time

#: How Grafana writes a time for which no format is given.
_ISO = "YYYY-MM-DDTHH:mm:ssZ"

_TYPES: tuple[FieldType, ...] = ("string", "number", "time", "boolean", "other")


def convert_field_type(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Give fields another type, and their values with them; each rule names one field by what is shown for it."""
    result = list(frames)
    for rule in objects(options.get("conversions")):
        change = _conversion(rule)
        if change is not None:
            result = _changed(result, matched_names([text(rule.get("targetField"))]), change)
    return result


def _conversion(rule: Mapping[str, Any]) -> Callable[[Field], Field] | None:
    wanted = text(rule.get("destinationType"))
    kind = next((one for one in _TYPES if one == wanted), None)
    if wanted and kind is None:
        raise UnusableError(f'the type "{wanted}"')
    form, separator = text(rule.get("dateFormat")), text(rule.get("joinWith"))
    return (lambda field: _converted(field, kind, form, separator)) if kind else None


def format_times(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Write times as text in a format of moment.js."""
    form, zone = text(options.get("outputFormat")), _zone(text(options.get("timezone")))
    return _changed(frames, _shown(options.get("timeField")), lambda field: _as_text(field, form, "", zone))


def format_strings(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Change the case of texts, or cut them."""
    wanted = text(options.get("outputFormat")) or "Upper Case"
    if wanted == "Substring":
        start, end = options.get("substringStart"), options.get("substringEnd")
        change: Callable[[str], str] = lambda written: substring(written, start, end)  # noqa: E731 - one of two
    elif wanted in SPELLINGS:
        change = SPELLINGS[wanted]
    else:
        raise UnusableError(f'the format "{wanted}" is unknown')
    return _changed(frames, _shown(options.get("stringField")), lambda field: _respelled(field, change))


def _respelled(field: Field, change: Callable[[str], str]) -> Field:
    if field.type != "string":
        return field
    return replace(field, values=[change(value) if isinstance(value, str) else value for value in field.values])


def _shown(name: Any) -> FieldMatcher:
    return lambda one: one.name == name and name != ""


def _changed(frames: Sequence[Frame], matches: FieldMatcher, change: Callable[[Field], Field]) -> list[Frame]:
    return [
        frame.with_fields([change(one.field) if matches(one) else one.field for one in fields])
        for frame, fields in zip(frames, candidates(frames), strict=True)
    ]


def _converted(field: Field, kind: FieldType, form: str, separator: str) -> Field:
    if kind == "string":
        return _as_text(field, form, separator, UTC)
    if kind == "time":
        values = [_time(value, form) if field.type != "number" else value for value in field.values]
    elif kind == "number":
        values = [_number(value) for value in field.values]
    elif kind == "boolean":
        values = [bool(value) and value == value for value in field.values]  # NaN is false in JavaScript
    else:
        values = [_parsed(value) for value in field.values]
    return replace(field, type=kind, values=values)


def _as_text(field: Field, form: str, separator: str, zone: tzinfo) -> Field:
    if field.type == "time":
        values = [_moment(value, form, zone) for value in field.values]
    elif field.type in ("string", "other"):
        values = [_joined(value, separator) for value in field.values]
    else:
        values = ["null" if value is None else text_of(value) for value in field.values]
    return replace(field, type="string", values=values)


def _moment(value: Any, form: str, zone: tzinfo) -> str:
    return format_time(as_float(value), form or _ISO, zone) if isinstance(value, int | float) else INVALID


def _joined(value: Any, separator: str) -> str:
    """Return a value as JSON, which is what Grafana writes; a list with a separator between its entries if one is given."""
    return separator.join(text_of(one) for one in value) if separator and isinstance(value, list) else json_of(value)


def _number(value: Any) -> float | None:
    number = number_of(value.replace(",", "") if isinstance(value, str) else value)
    return None if math.isnan(number) else tidy(number)


def _time(value: Any, form: str) -> float | None:
    """Return milliseconds since the epoch for a date as ISO 8601 writes it; a date without a zone is UTC."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.strip().isdigit():
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return tidy((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return None if isinstance(value, float) and math.isnan(value) else value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _zone(name: str) -> tzinfo:
    if name in ("", "utc", "browser"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnusableError(f'the timezone "{name}" is unknown') from None
