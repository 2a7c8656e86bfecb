"""What a query of Prometheus may leave out, because its datasource takes the same anyway or never reads it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

#: What is as good as missing. A query that says neither `instant` nor `range` is one over the time range.
_USUAL: Json = {
    "exemplar": False, "format": "time_series", "hide": False, "instant": False, "interval": "", "intervalFactor": 1,
    "legendFormat": "", "metric": "",
}  # fmt: skip
#: How the editor of queries looks.
_EDITOR = frozenset(("disableTextWrap", "editorMode", "fullMetaSearch", "includeNullMetadata", "useBackend"))


def quiet_target(target: Any) -> Any:
    """Return a query without what says nothing."""
    source = target.get("datasource") if isinstance(target, dict) else None
    if not isinstance(source, dict) or source.get("type") != "prometheus" or not isinstance(target.get("expr"), str):
        return target
    found = {key: value for key, value in target.items() if key not in _EDITOR and not _is_usual(key, value)}
    instant = found.get("instant") is True
    if found.get("range") is (not instant):
        del found["range"]
    return found


def _is_usual(key: str, value: Any) -> bool:
    return key in _USUAL and value == _USUAL[key] and type(value) is type(_USUAL[key])
