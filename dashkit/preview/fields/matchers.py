"""Matchers: which fields an override or a transformation means, and which frames.

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-overrides/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from dashkit.lint.values import mapping, objects, text, texts
from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.reduce import reduced
from dashkit.preview.fields.regex import pattern
from dashkit.preview.fields.scalars import loosely_equal, number_of
from dashkit.preview.frames import Field, Frame


class Candidate(NamedTuple):
    """A field with what matchers look at; ``name`` is the name that Grafana shows for it."""

    field: Field
    name: str
    frame: Frame


_Thing = TypeVar("_Thing")
FieldMatcher = Callable[[Candidate], bool]
FrameMatcher = Callable[[Frame], bool]


def candidates(frames: Sequence[Frame]) -> list[list[Candidate]]:
    """Return the fields of each frame with the names that are shown for them."""
    return [
        [Candidate(field, name, frame) for field, name in zip(frame.fields, names, strict=True)]
        for frame, names in zip(frames, display_names(frames), strict=True)
    ]


def kept(some: Sequence[Candidate], frames: Sequence[Frame]) -> list[Field]:
    """Return the fields that a transformation keeps of a frame. Numbers that tell equal names apart stay, in a single frame."""
    return [
        replace(one.field, known_as=one.name) if len(frames) == 1 and _is_numbered(one) else one.field for one in some
    ]


def _is_numbered(one: Candidate) -> bool:
    name, _, number = one.name.rpartition(" ")
    return name == one.field.name and number.isdecimal() and not one.field.config.get("displayName")


def shown_as(fields: Sequence[Candidate], name: str) -> Field | None:
    """Return the first of some fields that is shown under a name."""
    return next((one.field for one in fields if one.name == name), None)


def field_matcher(written: Any) -> FieldMatcher | None:
    """Return the function that says whether a field matches ``{"id": ..., "options": ...}``; None for an unknown id."""
    one = mapping(written)
    make = _FIELDS.get(text(one.get("id")))
    return make(one.get("options")) if make else None


def frame_matcher(written: Any) -> FrameMatcher | None:
    """Return the function that says whether a frame matches ``{"id": ..., "options": ...}``; None for an unknown id."""
    one = mapping(written)
    make = _FRAMES.get(text(one.get("id")))
    return make(one.get("options")) if make else None


def matched_names(names: Iterable[str], written: str = "") -> FieldMatcher:
    """Match fields whose own or shown name is among ``names``, or whose shown name matches a regex."""
    wanted, found = frozenset(names), pattern(written) if written else None
    return lambda one: (
        one.field.name in wanted or one.name in wanted or (found is not None and found.search(one.name) is not None)
    )


def _never(_: Any) -> bool:
    return False


def _by_name(options: Any) -> FieldMatcher:
    return matched_names([text(options)]) if text(options) else _never


def _by_regex(options: Any) -> FieldMatcher:
    return matched_names([], text(options))


def _by_names(options: Any) -> FieldMatcher:
    """Match a list of names, or all others; Grafana writes the latter to hide series by their legend."""
    one = mapping(options)
    listed = matched_names(texts(one.get("names")))
    return (lambda field: not listed(field)) if one.get("mode") == "exclude" else listed


def _by_regex_or_names(options: Any) -> FieldMatcher:
    one = mapping(options)
    return matched_names(texts(one.get("names")), text(one.get("pattern")))


def _by_type(options: Any) -> FieldMatcher:
    kinds = frozenset(texts(options) or [text(options)])
    return lambda one: one.field.type in kinds


def _by_query(options: Any) -> FieldMatcher:
    return lambda one: one.frame.ref_id == text(options)


def _first(_: Any) -> FieldMatcher:
    return lambda one: one.field is one.frame.fields[0]


def _first_time(_: Any) -> FieldMatcher:
    return lambda one: one.field is next((field for field in one.frame.fields if field.type == "time"), None)


def _by_value(options: Any) -> FieldMatcher:
    """Match fields by a calculation over their values: ``{"reducer": "max", "op": "gt", "value": 5}``."""
    one = mapping(options)
    reducer, compare, wanted = text(one.get("reducer")), _COMPARISONS.get(text(one.get("op"))), one.get("value")
    if not reducer or compare is None:
        return _never
    return lambda candidate: compare(reduced(candidate.field.values, [reducer]).get(reducer), wanted)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": loosely_equal,
    "neq": lambda value, wanted: not loosely_equal(value, wanted),
    "gt": lambda value, wanted: number_of(value) > number_of(wanted),
    "gte": lambda value, wanted: number_of(value) >= number_of(wanted),
    "lt": lambda value, wanted: number_of(value) < number_of(wanted),
    "lte": lambda value, wanted: number_of(value) <= number_of(wanted),
}


def _joined(
    join: Callable[[Iterable[bool]], bool], matcher: Callable[[Any], Callable[[_Thing], bool] | None], options: Any
) -> Callable[[_Thing], bool]:
    """Return what matches if any, or all, of several matchers do."""
    parts = [found for one in objects(options) if (found := matcher(one))]
    return lambda one: join(matches(one) for matches in parts)


def _not(matcher: Callable[[Any], Callable[[_Thing], bool] | None], options: Any) -> Callable[[_Thing], bool]:
    inner = matcher(options)
    return (lambda one: not inner(one)) if inner else _never


_FIELDS: Mapping[str, Callable[[Any], FieldMatcher]] = {
    "byName": _by_name,
    "byRegexp": _by_regex,
    "byNames": _by_names,
    "byRegexpOrNames": _by_regex_or_names,
    "byType": _by_type,
    "byTypes": _by_type,
    "byFrameRefID": _by_query,
    "byValue": _by_value,
    "numeric": lambda _: _by_type("number"),
    "time": lambda _: _by_type("time"),
    "first": _first,
    "firstTimeField": _first_time,
    "anyMatch": lambda options: _joined(any, field_matcher, options),
    "allMatch": lambda options: _joined(all, field_matcher, options),
    "invertMatch": lambda options: _not(field_matcher, options),
    "alwaysMatch": lambda _: lambda _: True,
    "neverMatch": lambda _: _never,
}


def _frame_by_name(options: Any) -> FrameMatcher:
    found = pattern(text(options))
    return lambda frame: found is not None and found.search(frame.name) is not None


def _frame_by_query(options: Any) -> FrameMatcher:
    """Match the query of a frame: a regex in slashes, or names with bars between them."""
    written = text(options)
    if not written.startswith("/"):
        return lambda frame: frame.ref_id in written.split("|")
    found = pattern(written)
    return lambda frame: found is not None and found.search(frame.ref_id) is not None


_FRAMES: Mapping[str, Callable[[Any], FrameMatcher]] = {
    "byName": _frame_by_name,
    "byRefId": _frame_by_query,
    "anyMatch": lambda options: _joined(any, frame_matcher, options),
    "allMatch": lambda options: _joined(all, frame_matcher, options),
    "invertMatch": lambda options: _not(frame_matcher, options),
    "alwaysMatch": lambda _: lambda _: True,
    "neverMatch": lambda _: _never,
}
