"""Compare dashboards by their content, ignoring what servers add and remove on their own."""

from __future__ import annotations

from typing import Any

from dashkit import _json
from dashkit.document.layout import DEFAULT_GRID
from dashkit.document.v2.content import content as v2_content
from dashkit.document.v2.parts import is_v2
from dashkit.document.v2.up import up
from dashkit.document.walk import entries

_NOISE = frozenset(
    ("id", "uid", "version", "iteration", "schemaVersion", "meta", "gnetId", "style", "hideControls", "__inputs", "__requires",
     "__elements")
)  # fmt: skip
_TOP_DEFAULTS: dict[str, Any] = {
    "editable": True, "fiscalYearStartMonth": 0, "graphTooltip": 0, "links": [], "tags": [], "timepicker": {},
    "weekStart": "", "refresh": "", "preload": False, "liveNow": False, "description": "", "panels": [],
    "templating": {"list": []}, "annotations": {"list": []},
}  # fmt: skip
_PANEL_DEFAULTS: dict[str, Any] = {
    "title": "", "description": "", "transparent": False, "links": [], "options": {}, "targets": [],
    "transformations": [], "fieldConfig": {"defaults": {}, "overrides": []}, "gridPos": DEFAULT_GRID, "panels": [],
    "repeat": "", "hideTimeOverride": False,
}  # fmt: skip
_PANEL_NOISE = frozenset(("pluginVersion", "cachedPluginOptions", "autoMigrateFrom"))
#: Length of the digest in a version message: 64 bits are more than enough to tell a few thousand dashboards apart.
_DIGEST_LENGTH = 16


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Return whether two documents have the same content, each in whichever schema."""
    # Texts are compared, because ``1 == True`` in Python. Equal documents need only the first, quick comparison.
    if _json.compact(first) == _json.compact(second):
        return True
    first, second = alike(first, second)
    return _json.compact(content(first)) == _json.compact(content(second))


def content_digest(spec: dict[str, Any], folder_uid: str = "") -> str:
    """Return 16 hexadecimal digits for content and folder. They also say which schema the document has.

    A change to `content` that changes digests must raise `dashkit.model.marker.DIGEST_RULES`.
    """
    head = ["v2"] if is_v2(spec) else []
    return _json.digest([*head, content(spec), folder_uid])[:_DIGEST_LENGTH]


def alike(first: dict[str, Any], second: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two documents in one schema: if only one has the v2 schema, the other one converted to it."""
    if is_v2(first) == is_v2(second):
        return first, second
    return (first if is_v2(first) else up(first)), (second if is_v2(second) else up(second))


def content(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of what the author put into the dashboard.

    It has no server's ids, no nulls, no explicit defaults and no selection that the browser recomputes. Panels are in
    reading order, and whole numbers are integers.
    """
    if is_v2(spec):
        return v2_content(spec)
    result = {key: _json.cleaned(value) for key, value in spec.items() if key not in _NOISE and value is not None}
    result["annotations"] = {"list": [a for a in entries(result, "annotations") if a.get("builtIn") != 1]}
    result["templating"] = {"list": [_variable(variable) for variable in entries(result, "templating")]}
    tags = result.get("tags")
    result["tags"] = sorted(map(str, tags)) if isinstance(tags, list) else []
    result["panels"] = _panels(result.get("panels"))
    return {key: value for key, value in result.items() if _TOP_DEFAULTS.get(key, _NOISE) != value}


def _panels(panels: Any) -> list[dict[str, Any]]:
    cleaned = [_panel(panel) for panel in panels if isinstance(panel, dict)] if isinstance(panels, list) else []
    return sorted(cleaned, key=_reading_order)


def _reading_order(panel: dict[str, Any]) -> tuple[float, ...]:
    at = panel.get("gridPos")
    at = at if isinstance(at, dict) else DEFAULT_GRID
    values = (at.get("y", 0), at.get("x", 0), panel.get("id"))
    # Documents from elsewhere may hold anything here.
    return tuple(value if isinstance(value, int | float) else 0 for value in values)


def _panel(panel: dict[str, Any]) -> dict[str, Any]:
    result = {key: value for key, value in panel.items() if key not in _PANEL_NOISE}
    library = result.get("libraryPanel")
    if isinstance(library, dict):
        result = {key: result[key] for key in ("id", "title", "gridPos") if key in result}
        result["libraryPanel"] = {key: library[key] for key in ("uid", "name") if key in library}
    if result.get("panels"):
        result["panels"] = _panels(result["panels"])
    if result.get("targets") == [{"refId": "A"}]:
        del result["targets"]
    return {key: value for key, value in result.items() if _PANEL_DEFAULTS.get(key, _NOISE) != value}


def _variable(variable: dict[str, Any]) -> dict[str, Any]:
    """Return what the author wrote. Options and selection of a variable that is filled on load are not part of it."""
    computed = variable.get("type") == "datasource" or (
        variable.get("type", "query") == "query" and variable.get("refresh") != 0
    )
    dropped = ("current", "options") if computed else ()
    empty: tuple[Any, ...] = ("", [], {}, False)
    return {
        key: value
        for key, value in variable.items()
        if key not in dropped and not (key in ("description", "skipUrlSync", "hide", "options") and value in empty)
    }
