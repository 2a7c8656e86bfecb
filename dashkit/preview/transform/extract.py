"""extractFields: fields from texts that hold JSON or pairs of names and values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.fields.matchers import Candidate, candidates, matched_names
from dashkit.preview.fields.regex import pattern
from dashkit.preview.fields.scalars import field_type_of, number_of, tidy
from dashkit.preview.frames import Field, Frame
from dashkit.preview.transform.pieces import UnusableError, one_of

_PAIR = re.compile(r"""([^\s=:,{}"]+|"[^"]*")\s*[=:]\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}]*)""")
_STEP = re.compile(r"[^.\[\]]+")

Parse = Callable[[Any], Mapping[str, Any]]


def extract_fields(frames: Sequence[Frame], options: Mapping[str, Any]) -> Sequence[Frame]:
    """Add a field for each name that the values of a field hold."""
    source = text(options.get("source"))
    parse = _parser(options)
    if not source:
        return frames
    matches = matched_names([source])
    return [_extracted(frame, fields, matches, parse, options)
            for frame, fields in zip(frames, candidates(frames), strict=True)]  # fmt: skip


def _extracted(
    frame: Frame,
    fields: Sequence[Candidate],
    matches: Callable[[Candidate], bool],
    parse: Parse,
    options: Mapping[str, Any],
) -> Frame:
    source = next((one.field for one in fields if matches(one)), None)
    if source is None:
        return frame
    rows = [parse(value) for value in source.values]
    names = dict.fromkeys(name for row in rows for name in row)
    added = [_field(name, [row.get(name) for row in rows]) for name in names]
    if options.get("replace") is not True:
        return frame.with_fields([*frame.fields, *added])
    times = [field for field in frame.fields if field.type == "time"] if options.get("keepTime") is True else []
    return frame.with_fields([*times, *added])


def _field(name: str, values: list[Any]) -> Field:
    kind = field_type_of(values)
    if kind == "number":
        return Field(name, kind, [tidy(number_of(one)) if isinstance(one, str) else one for one in values])
    if kind == "boolean":
        return Field(name, kind, [one == "true" if isinstance(one, str) else one for one in values])
    return Field(name, kind, values)


def _parser(options: Mapping[str, Any]) -> Parse:
    form = one_of(options, "format", ("auto", "json", "kvp", "delimiter", "regexp"))
    if form == "json":
        paths = [(text(one.get("path")), text(one.get("alias"))) for one in objects(options.get("jsonPaths"))]
        return lambda value: _picked(_json(value), [one for one in paths if one[0]])
    if form == "kvp":
        return _pairs
    if form == "delimiter":
        separator = text(options.get("delimiter")) or ","
        return lambda value: {part.strip(): True for part in text(value).split(separator) if part.strip()}
    if form == "regexp":
        return _regex_parser(text(options.get("regExp")))
    return lambda value: _json(value) or _pairs(value)


def _regex_parser(written: str) -> Parse:
    found = pattern(written)
    if found is None or not found.groupindex:
        raise UnusableError(f'the regex "{written}" names no group')

    def parse(value: Any) -> Mapping[str, Any]:
        match = found.search(text(value))
        return match.groupdict() if match else {}

    return parse


def _json(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, str):
        return mapping(value)
    try:
        return mapping(json.loads(value))
    except (ValueError, RecursionError):
        return {}


def _picked(value: Mapping[str, Any], paths: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    """Return the values at some paths such as ``a.b[0]``, or all at the top if there are no paths."""
    return {alias or path: _at(value, path) for path, alias in paths} if paths else value


def _at(value: Any, path: str) -> Any:
    for step in _STEP.findall(path):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = mapping(value).get(step)
    return value


def _pairs(value: Any) -> Mapping[str, Any]:
    return {name.strip('"'): _unquoted(one) for name, one in _PAIR.findall(text(value))}


def _unquoted(written: str) -> str:
    return written[1:-1].replace('\\"', '"') if len(written) > 1 and written[0] == written[-1] in "\"'" else written
