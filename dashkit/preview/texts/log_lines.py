"""Lines of logs in frames: their time, text, level and labels.

https://grafana.com/developers/dataplane/logs
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashkit.lint.values import mapping
from dashkit.preview.display.colour import Colour, same
from dashkit.preview.fields.scalars import text_of
from dashkit.preview.frames import Field, FieldType, Frame, first_of_type

_TIMES = ("timestamp", "Time", "time", "ts")
_TEXTS = ("body", "Line", "line", "message", "Message", "msg", "log")
_LEVELS = ("detected_level", "level", "severity", "lvl", "loglevel", "log_level", "severity_text")
_LABELS = ("labels", "attributes")
#: Fields that say nothing to people.
_TECHNICAL = frozenset(("id", "tsNs", "labelTypes", "traceID", "spanID"))

_COLOURS = {
    "critical": same("#705da0"), "error": same("#e24d42"), "warning": same("#ff9900"), "info": same("#7eb26d"),
    "debug": same("#1f78c1"), "trace": same("#6ed0e0"), "unknown": Colour("#8e8e8e", "#bdc4cd"),
}  # fmt: skip
_WORDS = {
    "critical": "emerg fatal alert crit critical", "error": "err eror error", "warning": "warn warning",
    "info": "info information informational notice", "debug": "dbug debug", "trace": "trace",
}  # fmt: skip
_LEVEL_OF = {word: level for level, words in _WORDS.items() for word in words.split()}
_LEVEL = re.compile(rf"\b({'|'.join(_LEVEL_OF)})\b", re.IGNORECASE)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: Two lines are the same if they differ in nothing but these, by the ``dedupStrategy``.
_IGNORED = {
    "exact": re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:[.,]\d+)?(?:[+-][0-2]\d:[0-5]\d|Z)"),
    "numbers": re.compile(r"\d"),
    "signature": re.compile(r"\w"),
}


class LogLine(NamedTuple):
    """A line; ``times`` is how often it follows itself."""

    at: float | None
    text: str
    level: str
    labels: Mapping[str, str]
    times: int = 1

    @property
    def colour(self) -> Colour:
        return _COLOURS[self.level]


def log_lines(frames: Sequence[Frame], *, ascending: bool = False, dedup: str = "none") -> list[LogLine]:
    """Return the lines of all frames, the newest first unless they are asked for from the oldest on."""
    lines = [line for frame in frames for line in _lines(frame)]
    lines.sort(key=lambda line: line.at or 0.0, reverse=not ascending)
    return _merged(lines, _IGNORED[dedup]) if dedup in _IGNORED else lines


def common_labels(lines: Sequence[LogLine]) -> Mapping[str, str]:
    """Return the labels that all lines share."""
    if not lines:
        return {}
    shared = set(lines[0].labels.items())
    for line in lines[1:]:
        shared &= set(line.labels.items())
    return dict(sorted(shared))


def pretty(written: str) -> str:
    """Return a text indented if it is JSON."""
    if written.lstrip()[:1] not in ("{", "["):
        return written
    try:
        return json.dumps(json.loads(written), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return written


def _lines(frame: Frame) -> list[LogLine]:
    body = _named(frame, _TEXTS, "string") or _first_text(frame)
    if body is None:
        return []
    time = _named(frame, _TIMES, "time") or first_of_type(frame, "time")
    level = _named(frame, _LEVELS, "string")
    labels = _named(frame, _LABELS, "other")
    used = {id(field) for field in (body, time, level, labels) if field}
    others = [
        field
        for field in frame.fields
        if id(field) not in used and field.name not in _TECHNICAL and field.type != "time"
    ]
    found = []
    for row, value in enumerate(body.values):
        own = {**body.labels, **(_texts(labels.values[row]) if labels else {})}
        own |= {field.name: text_of(field.values[row]) for field in others if field.values[row] not in (None, "")}
        said = text_of(level.values[row]) if level else next((own[name] for name in _LEVELS if name in own), "")
        at = time.values[row] if time else None
        written = _ANSI.sub("", text_of(value))
        found.append(LogLine(at if isinstance(at, int | float) else None, written, _level(said, written), own))
    return found


def _named(frame: Frame, names: Sequence[str], kind: FieldType) -> Field | None:
    fields = {field.name: field for field in frame.fields if field.type == kind}
    return next((fields[name] for name in names if name in fields), None)


def _first_text(frame: Frame) -> Field | None:
    skipped = {*_LEVELS, *_LABELS, *_TECHNICAL}
    return next((field for field in frame.fields if field.type == "string" and field.name not in skipped), None)


def _texts(labels: Any) -> dict[str, str]:
    return {str(name): text_of(value) for name, value in mapping(labels).items()}


def _level(said: str, written: str) -> str:
    """Return the level that a line names, or the first one that its text mentions."""
    known = _LEVEL_OF.get(said.strip().lower())
    if known or said:
        return known or "unknown"
    found = _LEVEL.search(written)
    return _LEVEL_OF[found[1].lower()] if found else "unknown"


def _merged(lines: Sequence[LogLine], ignored: re.Pattern[str]) -> list[LogLine]:
    found: list[LogLine] = []
    last: str | None = None
    for line in lines:
        key = ignored.sub("", line.text)
        if key == last:
            found[-1] = found[-1]._replace(times=found[-1].times + 1)
        else:
            found.append(line)
        last = key
    return found
