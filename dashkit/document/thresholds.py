"""Thresholds and value mappings in today's form."""

from __future__ import annotations

import math
from typing import Any

from dashkit import _json


def modern_thresholds(value: Any) -> dict[str, Any] | None:
    """Return ``{mode, steps}`` with numbers and a first step without a value, or None if there are no steps.

    grafanalib writes the base step as the text ``"null"``, which Grafana reads as a number that never matches, and adds
    keys of retired panels (``op``, ``yaxis``, ``line``, ``index``).
    """
    if not isinstance(value, dict):
        return None
    steps = [step for step in value.get("steps") or () if isinstance(step, dict)]
    if not steps:
        return None
    modern = []
    for step in steps:
        entry: dict[str, Any] = {"color": step.get("color") or "green"}
        number = _number(step.get("value"))
        if number is not None:
            entry["value"] = number
        modern.append(entry)
    modern.sort(key=lambda entry: entry.get("value", float("-inf")))
    modern[0].pop("value", None)
    return {"mode": value.get("mode") or "absolute", "steps": modern}


def steps_from_text(text: Any, colors: list[Any]) -> dict[str, Any] | None:
    """Convert singlestat's form: ``"80,90"``, with colours below, between and above."""
    return colored_steps(str(text or "").split(","), [str(color) for color in colors])


def colored_steps(limits: list[Any], colors: list[str]) -> dict[str, Any] | None:
    """Convert limits, which may be texts, with the colours below, between and above them; None if there are none.

    Before Grafana 7, the last limit that a value reached decided, so one that is not below all after it says nothing.
    """
    values = [_number(part.strip() if isinstance(part, str) else part) for part in limits]
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    names = colors or ["green", "orange", "red"]
    steps: list[dict[str, Any]] = [{"color": names[0]}]
    for index, value in enumerate(known):
        if all(value < later for later in known[index + 1 :]):
            steps.append({"color": names[min(index + 1, len(names) - 1)], "value": value})
    return {"mode": "absolute", "steps": steps}


def modern_mappings(mappings: Any) -> list[dict[str, Any]]:
    """Return value mappings as ``{type, options}``. Converts Grafana 7's numbered types (1 is value, 2 is range)."""
    result = []
    for mapping in mappings or ():
        if not isinstance(mapping, dict):
            continue
        kind = mapping.get("type")
        if isinstance(kind, str) and "options" in mapping:
            result.append(_without_empty_results(mapping))
        elif kind == 2 or (kind is None and "from" in mapping):
            result.append(range_mapping(mapping.get("from"), mapping.get("to"), mapping.get("text")))
        elif mapping.get("value") not in (None, ""):
            result.append(value_mapping(mapping["value"], mapping.get("text")))
    return result


def value_mapping(value: Any, text: Any) -> dict[str, Any]:
    if str(value) == "null":
        return {"type": "special", "options": {"match": "null", "result": {"text": str(text)}}}
    return {"type": "value", "options": {str(value): {"text": str(text)}}}


def range_mapping(start: Any, end: Any, text: Any) -> dict[str, Any]:
    if "null" in (start, end):
        return value_mapping("null", text)
    options: dict[str, Any] = {"result": {"text": str(text)}}
    for key, bound in (("from", _number(start)), ("to", _number(end))):
        if bound is not None:
            options[key] = bound
    return {"type": "range", "options": options}


def _without_empty_results(mapping: dict[str, Any]) -> dict[str, Any]:
    """Remove the null indexes and empty colours that grafanalib writes if the author set none."""
    options = mapping["options"]
    results = [options["result"]] if mapping["type"] == "range" and "result" in options else options.values()
    for result in results:
        if isinstance(result, dict):
            for key in ("color", "index"):
                if result.get(key) in (None, ""):
                    result.pop(key, None)
    return mapping


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _json.plain_number(value) if isinstance(value, float) else value
    try:
        return _number(float(value))
    except (TypeError, ValueError):
        return None
