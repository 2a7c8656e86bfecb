"""Convert a panel's field configuration, which v2 types key by key."""

from __future__ import annotations

from typing import Any

from dashkit.document.v2.loose import mapping, number, objects, only, text, texts

_TEXTS = ("description", "displayName", "displayNameFromDS", "noValue", "nullValueMode", "path", "unit")
_NUMBERS = ("decimals", "max", "min")
_FLAGS = ("fieldMinMax", "filterable", "writeable")
_LISTS = ("actions", "links")


def field_config(value: Any) -> dict[str, Any]:
    """Return the field configuration, with what v2 knows."""
    config = mapping(value)
    overrides = [_override(entry) for entry in objects(config.get("overrides"))]
    return {"defaults": _defaults(mapping(config.get("defaults"))), "overrides": overrides}


def _defaults(old: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {**texts(old, *_TEXTS)}
    new |= {key: old[key] for key in _NUMBERS if number(old.get(key)) is not None}
    new |= {key: old[key] for key in _FLAGS if isinstance(old.get(key), bool)}
    new |= {key: found for key in _LISTS if (found := objects(old.get(key)))}
    if mappings := [modern for entry in objects(old.get("mappings")) if (modern := _mapping(entry))]:
        new["mappings"] = mappings
    if isinstance(old.get("thresholds"), dict):
        new["thresholds"] = _thresholds(old["thresholds"])
    if isinstance(old.get("color"), dict):
        new["color"] = {"mode": "", **texts(old["color"], "fixedColor", "mode", "seriesBy")}
    if mapping(old.get("custom")):
        new["custom"] = old["custom"]
    return new


def _thresholds(old: dict[str, Any]) -> dict[str, Any]:
    steps = [
        {"color": text(step.get("color")), "value": number(step.get("value"))} for step in objects(old.get("steps"))
    ]
    return {"mode": text(old.get("mode")), "steps": steps}


def _mapping(old: dict[str, Any]) -> dict[str, Any] | None:
    """Return a value mapping, or None if v2 has none of its type."""
    kind, options = old.get("type"), mapping(old.get("options"))
    result = {"result": _result(options.get("result"))}
    if kind == "value":
        new: dict[str, Any] = {key: _result(entry) for key, entry in options.items() if isinstance(entry, dict)}
    elif kind == "range":
        new = {"from": number(options.get("from")), "to": number(options.get("to")), **result}
    elif kind == "regex":
        new = {"pattern": text(options.get("pattern")), **result}
    elif kind == "special":
        new = {"match": text(options.get("match")), **result}
    else:
        return None
    return {"type": kind, "options": new}


def _result(value: Any) -> dict[str, Any]:
    old = mapping(value)
    index = number(old.get("index"))
    return {**texts(old, "color", "icon", "text"), **({} if index is None else {"index": index})}


def _override(old: dict[str, Any]) -> dict[str, Any]:
    matcher = {"id": "", **only(mapping(old.get("matcher")), ("id", "options", "scope"))}
    properties = [{"id": "", **only(entry, ("id", "value"))} for entry in objects(old.get("properties"))]
    return {**texts(old, "__systemRef"), "matcher": matcher, "properties": properties}
