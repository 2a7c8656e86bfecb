"""filterByValue: keep the rows whose values meet conditions, or all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.fields.matchers import Candidate, candidates, shown_as
from dashkit.preview.fields.regex import anywhere
from dashkit.preview.fields.scalars import loosely_equal, number_of, text_of
from dashkit.preview.frames import Frame
from dashkit.preview.transform.pieces import UnusableError, one_of, with_rows

Condition = Callable[[Any], bool]


def filter_by_value(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Keep rows that meet all conditions or any, or leave them out."""
    conditions = [
        (text(one.get("fieldName")), _condition(mapping(one.get("config")))) for one in objects(options.get("filters"))
    ]
    every = one_of(options, "match", ("any", "all")) == "all"
    include = one_of(options, "type", ("include", "exclude")) == "include"
    if not conditions:
        return frames
    result = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        met = _met(frame, fields, conditions, every=every)
        result.append(with_rows(frame, [row for row in range(frame.length) if met[row] == include]))
    return result


def _met(
    frame: Frame, fields: Sequence[Candidate], conditions: Sequence[tuple[str, Condition]], *, every: bool
) -> list[bool]:
    """Return for each row whether it meets the conditions; a field that is not there meets none."""
    answers = []
    for name, condition in conditions:
        field = shown_as(fields, name)
        answers.append([condition(value) for value in field.values] if field else [False] * frame.length)
    return [all(row) if every else any(row) for row in zip(*answers, strict=True)]


def _condition(config: Mapping[str, Any]) -> Condition:
    kind, options = text(config.get("id")), mapping(config.get("options"))
    make = _CONDITIONS.get(kind)
    if make is None:
        raise UnusableError(f'the condition "{kind}" is unknown')
    return make(options)


def _compared(holds: Callable[[float, float], bool]) -> Callable[[Mapping[str, Any]], Condition]:
    def make(options: Mapping[str, Any]) -> Condition:
        if "value" not in options:
            return lambda value: False
        limit = number_of(options["value"])
        return lambda value: holds(number_of(value), limit)

    return make


def _between(options: Mapping[str, Any]) -> Condition:
    if "from" not in options or "to" not in options:
        return lambda value: False
    low, high = number_of(options["from"]), number_of(options["to"])
    return lambda value: low < number_of(value) < high


def _regex(options: Mapping[str, Any]) -> Condition:
    written = text_of(options.get("value"))
    found = anywhere(written)
    if found is None:
        raise UnusableError(f'the regex "{written}" is invalid')
    # What is missing reads "null" in JavaScript, so that ".*" finds it.
    return lambda value: found.search("null" if value is None else text_of(value)) is not None


def _contains(options: Mapping[str, Any]) -> Condition:
    part = text_of(options.get("value")).casefold()
    return lambda value: not part or (isinstance(value, str) and part in value.casefold())


def _lacks(options: Mapping[str, Any]) -> Condition:
    part = text_of(options.get("value")).casefold()
    return lambda value: isinstance(value, str) and value != "" and part not in value.casefold()


_CONDITIONS: Mapping[str, Callable[[Mapping[str, Any]], Condition]] = {
    "isNull": lambda _: lambda value: value is None,
    "isNotNull": lambda _: lambda value: value is not None,
    "greater": _compared(lambda value, limit: value > limit),
    "greaterOrEqual": _compared(lambda value, limit: value >= limit),
    "lower": _compared(lambda value, limit: value < limit),
    "lowerOrEqual": _compared(lambda value, limit: value <= limit),
    "equal": lambda options: lambda value: loosely_equal(value, options.get("value")),
    "notEqual": lambda options: lambda value: not loosely_equal(value, options.get("value")),
    "between": _between,
    "regex": _regex,
    "substring": _contains,
    "notSubstring": _lacks,
}
