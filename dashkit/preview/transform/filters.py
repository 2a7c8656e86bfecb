"""Transformations that leave out fields or frames: filterFieldsByName, filterFields, filterFrames, filterByRefId."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from dashkit.lint.values import mapping, text, texts
from dashkit.preview.fields.matchers import (
    FieldMatcher,
    FrameMatcher,
    candidates,
    field_matcher,
    frame_matcher,
    kept,
    matched_names,
)
from dashkit.preview.fields.regex import pattern
from dashkit.preview.frames import Frame
from dashkit.preview.transform.pieces import UnusableError

One = TypeVar("One")


def filter_fields_by_name(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Keep fields whose names are listed or match a regex, or all others."""
    if options.get("byVariable") is True:
        raise UnusableError("names from a variable")
    return _filtered(frames, _names(options.get("include")), _names(options.get("exclude")))


def filter_fields(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Keep fields that a matcher matches, or all others."""
    include, exclude = (_fields_of(options.get(key)) for key in ("include", "exclude"))
    return _filtered(frames, include, exclude)


def filter_frames(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Keep frames that a matcher matches, or all others."""
    include, exclude = (_frames_of(options.get(key)) for key in ("include", "exclude"))
    return _frames(frames, include, exclude)


def filter_by_query(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Keep the answers of some queries, or all others."""
    include, exclude = (
        frame_matcher({"id": "byRefId", "options": text(options.get(key))}) if text(options.get(key)) else None
        for key in ("include", "exclude")
    )
    return _frames(frames, include, exclude)


def _filtered(frames: Sequence[Frame], include: FieldMatcher | None, exclude: FieldMatcher | None) -> Sequence[Frame]:
    if include is None and exclude is None:
        return frames
    result = []
    for frame, fields in zip(frames, candidates(frames), strict=True):
        left = kept([one for one in fields if _passes(one, include, exclude)], frames)
        if left:
            result.append(frame.with_fields(left))
    return result


def _frames(frames: Sequence[Frame], include: FrameMatcher | None, exclude: FrameMatcher | None) -> Sequence[Frame]:
    return [frame for frame in frames if _passes(frame, include, exclude)]


def _passes(one: One, include: Callable[[One], bool] | None, exclude: Callable[[One], bool] | None) -> bool:
    return (include is None or include(one)) and not (exclude is not None and exclude(one))


def _names(written: Any) -> FieldMatcher | None:
    one = mapping(written)
    names, regex = texts(one.get("names")), text(one.get("pattern"))
    if regex and pattern(regex) is None:
        raise UnusableError(f'the regex "{regex}" is invalid')
    return matched_names(names, regex) if names or regex else None


def _fields_of(written: Any) -> FieldMatcher | None:
    matcher = field_matcher(written)
    if matcher is None and written:
        raise UnusableError(_unknown(written))
    return matcher


def _frames_of(written: Any) -> FrameMatcher | None:
    matcher = frame_matcher(written)
    if matcher is None and written:
        raise UnusableError(_unknown(written))
    return matcher


def _unknown(written: Any) -> str:
    return f'the matcher "{text(mapping(written).get("id"))}" is unknown'
