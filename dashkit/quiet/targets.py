"""What a query of Prometheus may leave out, because its datasource takes the same anyway or never reads it."""

from __future__ import annotations

from typing import Any

from dashkit.quiet.kinds import FIELDS

Json = dict[str, Any]

#: What is as good as missing. A query that says neither `instant` nor `range` is one over the time range.
_USUAL: Json = {
    "exemplar": False, "format": "time_series", "hide": False, "instant": False, "interval": "", "intervalFactor": 1,
    "legendFormat": "",
}  # fmt: skip
#: How the editor of queries looks, and what it remembers.
_EDITOR = frozenset(
    ("disableTextWrap", "editorMode", "fullMetaSearch", "includeNullMetadata", "metric", "step", "useBackend")
)
#: What only a plugin for states of services looks at, which people exchange for a kind of Grafana's own.
_OF_PLUGIN = frozenset(
    (
        "aggregation",
        "alias",
        "decimals",
        "displayAliasType",
        "displayType",
        "displayValueWithAlias",
        "units",
        "valueHandler",
    )
)


def quiet_target(target: Any, panel: Json) -> Any:
    """Return a query of a panel without what says nothing."""
    source = target.get("datasource") if isinstance(target, dict) else None
    language = source.get("type") if isinstance(source, dict) else None
    if language not in ("prometheus", "loki") or not isinstance(target.get("expr"), str):
        return target
    target = {**target, "expr": _trimmed(target, panel)}
    if language == "loki":
        return target
    unread = _EDITOR | _OF_PLUGIN if panel.get("type") in FIELDS else _EDITOR
    found = {key: value for key, value in target.items() if key not in unread and not _is_usual(key, value)}
    instant = found.get("instant") is True
    if found.get("range") is (not instant):
        del found["range"]
    return found


def _trimmed(target: Json, panel: Json) -> str:
    """Return a query without the blanks around it, unless they are in the name of a series that something else may look for."""
    expr = str(target["expr"])
    named = target.get("legendFormat") not in (None, "", "__auto")
    looked_for = (panel.get("fieldConfig") or {}).get("overrides") or panel.get("transformations")
    return (expr.strip(" \t\r\n") or expr) if named or not looked_for else expr


def _is_usual(key: str, value: Any) -> bool:
    return key in _USUAL and value == _USUAL[key] and type(value) is type(_USUAL[key])
