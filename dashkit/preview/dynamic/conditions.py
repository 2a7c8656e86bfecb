"""The conditions that show or hide a row, a tab or a panel, as Grafana evaluates them.

Whatever cannot be evaluated counts as not written: without any condition that can, the element is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.data import TimeRange
from dashkit.preview.fields.regex import anywhere
from dashkit.promql.interpolate import Chosen, Values

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)([smhdwMy])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000}


class Seen(NamedTuple):
    """What conditions look at: variables, the time range, and whether the panel finds data (None where there is no panel)."""

    values: Values
    time: TimeRange
    has_data: Callable[[], bool | None]


class _Judged(NamedTuple):
    holds: bool
    #: What is the case, in words.
    fact: str


def why_hidden(group: object, seen: Seen) -> str:
    """Return why a group of conditions hides its element, such as ``environment is not prod``; nothing if it is shown."""
    spec = mapping(mapping(group).get("spec"))
    judged = [found for entry in objects(spec.get("items")) if (found := _judged(entry, seen)) is not None]
    if not judged:
        return ""
    holds = any(one.holds for one in judged) if spec.get("condition") == "or" else all(one.holds for one in judged)
    shows = spec.get("visibility") != "hide"
    if holds is shows:
        return ""
    return " and ".join(dict.fromkeys(one.fact for one in judged if one.holds is not shows))


def _judged(condition: Mapping[str, Any], seen: Seen) -> _Judged | None:
    judge = _KINDS.get(text(condition.get("kind")))
    return judge(mapping(condition.get("spec")), seen) if judge else None


def _variable(spec: Mapping[str, Any], seen: Seen) -> _Judged | None:
    name, operator, wanted = text(spec.get("variable")), text(spec.get("operator")), _plain(spec.get("value"))
    chosen = seen.values.get(name)
    if chosen is None or operator not in ("equals", "notEquals", "matches", "notMatches"):
        return None
    if operator in ("equals", "notEquals"):
        hit = _is(chosen, wanted)
        fact = f"{name} {'is' if hit else 'is not'} {wanted or 'empty'}"
    else:
        pattern = anywhere(wanted)
        if pattern is None:
            return _Judged(True, f"{wanted} is no regular expression")
        hit = any(pattern.search(value) for value in _values(chosen))
        fact = f"{name} {'matches' if hit else 'does not match'} {wanted}"
    return _Judged(hit is not operator.startswith("not"), fact)


def _is(chosen: Chosen, wanted: str) -> bool:
    if chosen.label == "All" and wanted.lower() == "all":
        return True
    return not chosen.raw and wanted in _values(chosen)


def _values(chosen: Chosen) -> tuple[str, ...]:
    return chosen.values or (() if chosen.several else ("",))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""


def _data(spec: Mapping[str, Any], seen: Seen) -> _Judged | None:
    found = seen.has_data()
    if found is None:
        return None
    return _Judged(found is (spec.get("value") is True), "it has data" if found else "it has no data")


def _time_range(spec: Mapping[str, Any], seen: Seen) -> _Judged | None:
    written = text(spec.get("value"))
    length = _LENGTH.fullmatch(written)
    if length is None:
        return None
    whole_seconds = seen.time.end // 1000 - seen.time.start // 1000
    holds = whole_seconds <= float(length[1]) * _SECONDS[length[2]]
    return _Judged(holds, f"the time range is {'at most' if holds else 'longer than'} {written}")


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Seen], _Judged | None]] = {
    "ConditionalRenderingVariable": _variable,
    "ConditionalRenderingData": _data,
    "ConditionalRenderingTimeRangeSize": _time_range,
}
