"""Log lines, and numbers of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.lint.values import text
from dashkit.preview.data import TimeRange
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.preview.sample.seed import between, fraction, label_seed, pick

#: How many lines there are at most; a panel shows some of them.
_MOST = 100
#: By level, what services write; the first word of each is a time in the range of milliseconds, or an amount.
_LINES = {
    "info": ("GET /api/orders 200 in {ms} ms", "POST /api/payments 201 in {ms} ms", "job {id} finished in {ms} ms",
             "configuration loaded, {small} entries", "user {id} signed in"),
    "debug": ("cache miss for key user:{id}", "took connection {small} from the pool", "retrying in {ms} ms"),
    "warn": ("slow query: {slow} ms", "queue is {small} deep", "rate limit of the provider nearly used up",
             "certificate expires in {small} days"),
    "error": ("payment refused for order {id}", "GET /api/orders 500 in {slow} ms", "connection to the database lost",
              "timeout after {slow} ms while calling the provider", "cannot parse message {id}: unexpected end"),
}  # fmt: skip
_FREQUENT = ("info", "info", "info", "info", "info", "debug", "debug", "warn", "error")
_LEVEL = re.compile(
    r"\b(?:detected_)?(?:level|severity)\b[^\w|]{1,6}(trace|debug|info|warn|error|critical|fatal)", re.IGNORECASE
)
_PAIR = re.compile(r'([A-Za-z_]\w*)\s*(?:=~?|:)\s*(?:"([^"]*)"|([\w.-]+))')
_SLOW = re.compile(r"(?:duration|response_time|latency|elapsed)\w*\s*(?::>=?|>=?)\s*(\d+)", re.IGNORECASE)
_HIDDEN = ("level", "severity", "detected_level", "event")
_RANGE = re.compile(r"\{([^{}]*)\}([^\[\]{}]*)\[([^\[\]]*)\]")
_PIPED = re.compile(r"(?:^|[\s(,])\{[^{}]*\}\s*(?:\|[=~]?|!=|!~)")
_FUNCTIONS = {
    "count_over_time": "increase",
    "bytes_over_time": "increase",
    "bytes_rate": "rate",
    "sum_over_time": "increase",
}
_SERVER_ERRORS = re.compile(r"\|\s*(\w*status\w*|code)\s*>=?\s*(?:500|499)")
_UNWRAP = re.compile(r"\|\s*unwrap\s+(?:\w+\()?([A-Za-z_]\w*)")
_FILTER = re.compile(r'\|\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")')


def lines(query: str, target: Mapping[str, Any], time: TimeRange, seed: str) -> Frame:
    """Return log lines, the newest first, of the level that a query asks for."""
    asked = _LEVEL.search(query)
    levels: tuple[str, ...] = (_plain(asked[1]),) if asked else _FREQUENT
    slow = _SLOW.search(query)
    labels = {name: _first(value) for name, value in _pairs(query)}
    spacing = time.width / _MOST
    rows = []
    for number in reversed(range(_MOST)):
        # The moments of lines lie fast in time, so that a later range shows the same lines.
        slot = int(time.start // spacing) + number
        at = (slot + fraction("line", seed, slot)) * spacing
        if time.start <= at <= time.end and fraction("there", seed, slot) < (0.35 if asked or slow else 0.9):
            level = pick(levels, "level", seed, slot)
            rows.append((at, _line(level, seed, slot, int(slow[1]) if slow else 0), level, slot))
    return Frame(
        (
            Field("labels", "other", [{**labels, "level": row[2], "detected_level": row[2]} for row in rows]),
            Field("Time", "time", [round(row[0]) for row in rows]),
            Field("Line", "string", [row[1] for row in rows]),
            Field("id", "string", [f"{fraction('id', seed, row[3]) * 1e12:.0f}" for row in rows]),
        ),
        "",
        text(target.get("refId")),
        {"preferredVisualisationType": "logs"},
    )


def _plain(level: str) -> str:
    return {"fatal": "error", "critical": "error", "trace": "debug"}.get(level.lower(), level.lower())


def _first(value: str) -> str:
    return re.sub(r"[.*+()]", "", value.split("|")[0]) or "app"


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for name, quoted, bare in _PAIR.findall(query.partition("|")[0]):
        if name not in _HIDDEN and not name.isupper():
            yield name, quoted or bare


def _line(level: str, seed: str, slot: int, least: int) -> str:
    if least:
        return f"GET /api/orders 200 in {round(between(least, 3 * least, 'slow', seed, slot))} ms"
    template = pick(_LINES.get(level, _LINES["info"]), "template", seed, slot)
    return template.format(
        ms=round(between(2, 140, "ms", seed, slot)),
        slow=round(between(600, 5200, "slow", seed, slot)),
        small=round(between(2, 60, "small", seed, slot)),
        id=round(between(1000, 9999, "id", seed, slot)),
    )


def whole(value: float | None, *seed: object) -> float | None:
    """Return a whole number for an expected one: of a third of a line every third time there is one."""
    return None if value is None else float(math.floor(value + fraction("whole", *seed)))


def whole_counts(frames: Sequence[Frame], expr: str) -> list[Frame]:
    """Return frames whose values are whole, if a query only counts lines."""
    if "count_over_time" not in expr or "/" in expr:
        return list(frames)
    found = []
    for frame in frames:
        key = label_seed(next((field.labels for field in frame.fields if field.labels), {}))
        time = first_of_type(frame, "time")
        fields = [
            replace(field, values=[whole(value, key, at) for value, at in zip(field.values, time.values, strict=True)])
            if field.type == "number" and time is not None
            else field
            for field in frame.fields
        ]
        found.append(frame.with_fields(fields))
    return found


def is_logql(expr: str) -> bool:
    """Return whether an expression without a datasource is one of Loki: a selector without a name, and a pipe behind it."""
    return _PIPED.search(expr) is not None


def counted(expr: str) -> str | None:
    """Return the PromQL that stands for a query that counts lines; None if it asks for the lines themselves."""
    if not _RANGE.search(expr):
        return None

    def selector(found: re.Match[str]) -> str:
        filters = [f"{name}{op}{value}" for name, op, value in _FILTER.findall(found[2])]
        filters += [f'{name}=~"5.."' for name in _SERVER_ERRORS.findall(found[2])]
        matchers = ", ".join(part for part in (found[1].strip().strip(","), *filters) if part)
        unwrapped = _UNWRAP.search(found[2])
        lines = "slow_log_lines_total" if _SLOW.search(found[2]) else "log_lines_total"
        return f"{unwrapped[1] if unwrapped else lines}{{{matchers}}}[{found[3]}]"

    translated = _RANGE.sub(selector, expr)
    for name, other in _FUNCTIONS.items():
        translated = re.sub(rf"\b{name}\b", other, translated)
    return translated
