"""Read the variables, annotations and settings of a v2 document in the words of the classic schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.document.v2.loose import inverse, items, mapping
from dashkit.document.v2.parts import Part, parts, source_of
from dashkit.document.v2.words import CURSOR, HIDE, LEGACY_QUERY, REFRESH, SORT, VARIABLES

_TYPES = inverse(VARIABLES)


def variables(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the variables of a dashboard, or of the spec of a row or a tab, as classic ones."""
    return [_variable(entry) for entry in items(spec.get("variables")) if isinstance(entry, dict)]


def scoped_variables(spec: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pointer and the classic form of each variable that only a row or tab has."""
    for part in parts(spec):
        if "/layout/" in f"{part.pointer}/":
            value: Any = spec
            for key in part.pointer.split("/")[1:]:
                value = value[int(key)] if isinstance(value, list) else value[key]
            for number, entry in enumerate(items(mapping(value.get("spec")).get("variables"))):
                if isinstance(entry, dict):
                    yield f"{part.pointer}/spec/variables/{number}", _variable(entry)


def condition_variables(spec: Mapping[str, Any]) -> Iterator[tuple[Part, str]]:
    """Yield the tabs, rows and panels that are shown under a condition on a variable, with its name."""
    for part in parts(spec):
        for name in _named(part.panel.get("conditionalRendering")):
            yield part, name


def _named(condition: Any) -> Iterator[str]:
    spec = mapping(mapping(condition).get("spec"))
    if isinstance(spec.get("variable"), str):
        yield spec["variable"]
    for item in items(spec.get("items")):
        yield from _named(item)


def _variable(entry: dict[str, Any]) -> dict[str, Any]:
    spec = mapping(entry.get("spec"))
    kind = _TYPES.get(str(entry.get("kind")), str(entry.get("kind")))
    found = {**spec, "type": kind}
    for key, words in (("hide", HIDE), ("refresh", REFRESH), ("sort", SORT)):
        numbers = inverse(words)
        if key in spec:
            found[key] = numbers.get(spec[key], spec[key])
    query = mapping(spec.get("query"))
    if kind == "query":
        inner = mapping(query.get("spec"))
        found["query"] = inner.get(LEGACY_QUERY, inner)
        found["datasource"] = source_of(query)
    elif kind == "datasource":
        found["query"] = spec.get("pluginId", "")
    elif kind in ("adhoc", "groupby"):
        found["datasource"] = source_of(entry)
    return found


def annotation_queries(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the annotations as classic ones."""
    found = []
    for entry in items(spec.get("annotations")):
        inner = mapping(mapping(entry).get("spec"))
        query = mapping(inner.get("query"))
        rest = {key: value for key, value in inner.items() if key not in ("query", "legacyOptions")}
        shown = {
            **mapping(inner.get("legacyOptions")),
            **mapping(query.get("spec")),
            **rest,
            "datasource": source_of(query),
        }
        found.append(shown | ({"builtIn": 1} if inner.get("builtIn") is True else {}))
    return found


def settings(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to the whole dashboard, in classic words: title, tags, time, refresh, links and so on."""
    structured = ("elements", "layout", "variables", "annotations", "timeSettings", "cursorSync")
    found = {key: value for key, value in spec.items() if key not in structured}
    times = dict(mapping(spec.get("timeSettings")))
    if "from" in times or "to" in times:
        found["time"] = {key: times.pop(key) for key in ("from", "to") if key in times}
    for new, old in (("refresh", "autoRefresh"), ("timezone", "timezone"), ("weekStart", "weekStart")):
        if old in times:
            found[new] = times.pop(old)
    if times:
        found["timepicker"] = times
    numbers = inverse(CURSOR)
    if spec.get("cursorSync"):
        found["graphTooltip"] = numbers.get(spec["cursorSync"], spec["cursorSync"])
    return found
