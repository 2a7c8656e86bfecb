"""Compare dashboards of the v2 schema by their content, ignoring what servers and browsers add on their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashkit import _json
from dashkit.document.v2.dialects import in_dialect
from dashkit.document.v2.loose import mapping, objects
from dashkit.document.v2.words import REFRESH_INTERVALS

#: What a server fills in for what is missing, so that it is as good as absent.
_ZERO: tuple[Any, ...] = (None, "", False, 0, [], {})
#: What else says nothing.
_DASHBOARD: dict[str, Any] = {"cursorSync": "Off", "editable": True}
_TIME: dict[str, Any] = {"autoRefreshIntervals": list(REFRESH_INTERVALS)}
_QUERY: dict[str, Any] = {"version": "v0"}
_VARIABLE: dict[str, Any] = {"hide": "dontHide", "refresh": "never", "sort": "disabled"}
_GROUP: dict[str, Any] = {"maxColumnCount": 3, "columnWidthMode": "standard", "rowHeightMode": "standard"}
_NOTHING: dict[str, Any] = {}


def content(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of what the author put into a document of the v2 schema.

    It has no nulls, no explicit defaults and no selection that the browser recomputes. The items of a grid are in reading order,
    whole numbers are integers, and transformations are written as in ``v2``, so that a newer server's version is no difference.
    """
    result = _json.cleaned(in_dialect(dict(spec), to="v2"))
    elements = result.get("elements")
    if isinstance(elements, dict):
        result["elements"] = {name: _part(one, _element) for name, one in elements.items()}
    result["annotations"] = [_part(one, _query) for one in objects(result.get("annotations")) if not _built_in(one)]
    result["variables"] = _variables(result.get("variables"))
    result["links"] = [_without(link, _NOTHING) for link in objects(result.get("links"))]
    tags = result.get("tags")
    result["tags"] = sorted(map(str, tags)) if isinstance(tags, list) else []
    if isinstance(result.get("layout"), dict):
        result["layout"] = _layout(result["layout"])
    if isinstance(result.get("timeSettings"), dict):
        result["timeSettings"] = _without(result["timeSettings"], _TIME)
    return _without(result, _DASHBOARD)


def _element(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    if kind != "Panel":
        return spec
    data, viz = spec.get("data"), spec.get("vizConfig")
    if isinstance(data, dict) and isinstance(data.get("spec"), dict):
        inner = dict(data["spec"])
        inner["queries"] = [_part(one, _query) for one in objects(inner.get("queries"))]
        spec["data"] = {**data, "spec": _without(inner, _NOTHING)}
    if isinstance(viz, dict) and isinstance(viz.get("spec"), dict):
        # The version of the plugin is the browser's own.
        config = viz["spec"].get("fieldConfig")
        shown = _without({**viz["spec"], "fieldConfig": _without(mapping(config), _NOTHING)}, _NOTHING)
        spec["vizConfig"] = {key: value for key, value in viz.items() if key != "version"} | {"spec": shown}
    return _without(spec, _NOTHING)


def _query(_kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    query = spec.get("query")
    if isinstance(query, dict):
        spec["query"] = _without(query, _QUERY)
    return _without(spec, _NOTHING)


def _built_in(annotation: dict[str, Any]) -> bool:
    spec = annotation.get("spec")
    return isinstance(spec, dict) and spec.get("builtIn") is True


def _variables(value: Any) -> list[Any]:
    return [_part(one, _variable) for one in objects(value)]


def _variable(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    if kind == "DatasourceVariable" or (kind == "QueryVariable" and spec.get("refresh", "never") != "never"):
        spec = {key: value for key, value in spec.items() if key not in ("current", "options")}
    if kind == "QueryVariable":
        spec = _query(kind, spec)
    return _without(spec, _VARIABLE)


def _layout(layout: dict[str, Any]) -> dict[str, Any]:
    spec = layout.get("spec")
    if not isinstance(spec, dict):
        return layout
    spec = dict(spec)
    for key in ("rows", "tabs"):
        if key in spec:
            spec[key] = [_part(one, _group) for one in objects(spec[key])]
    if layout.get("kind") == "GridLayout" and "items" in spec:
        spec["items"] = sorted(objects(spec["items"]), key=_reading_order)
    return {**layout, "spec": _without(spec, _GROUP)}


def _group(_kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    if isinstance(spec.get("layout"), dict):
        spec["layout"] = _layout(spec["layout"])
    if "variables" in spec:
        spec["variables"] = _variables(spec["variables"])
    return _without(spec, _GROUP)


def _reading_order(item: dict[str, Any]) -> tuple[float, ...]:
    spec = mapping(item.get("spec"))
    return tuple(value if isinstance(value := spec.get(key), int | float) else 0 for key in ("y", "x"))


def _part(part: dict[str, Any], clean: Callable[[str, dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Return a part ``{kind, spec}`` with a cleaned ``spec``."""
    spec = part.get("spec")
    return {**part, "spec": clean(str(part.get("kind")), dict(spec))} if isinstance(spec, dict) else part


def _without(value: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy without what says nothing. What has a default of its own may be false or zero on purpose."""
    return {
        key: item
        for key, item in value.items()
        if (item != "" and item != defaults[key] if key in defaults else item not in _ZERO)
    }
