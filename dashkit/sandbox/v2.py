"""Conversion between classic documents and v2, as 12.4 does it: only of plain panels in a grid, enough to try things out."""

from __future__ import annotations

from typing import Any

from dashkit.document.schema_steps import CURRENT
from dashkit.document.variables import BUILT_IN_ANNOTATION

_CURSORS = ("Off", "Crosshair", "Tooltip")
_INTERVALS = ("5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d")
#: What a panel may have to be converted. Of anything else the sandbox could only make a wrong answer.
_PANEL = {"datasource", "description", "fieldConfig", "gridPos", "id", "options", "targets", "title", "type"}
_CLASSIC = {
    "annotations", "editable", "fiscalYearStartMonth", "graphTooltip", "links", "liveNow", "panels", "preload", "refresh",
    "schemaVersion", "tags", "templating", "time", "timepicker", "timezone", "title", "weekStart", "description",
}  # fmt: skip


def to_v2(classic: dict[str, Any]) -> dict[str, Any] | None:
    """Return the v2 form of a migrated classic document; None if it has something that is not converted here."""
    panels = classic["panels"]
    annotations = [entry for entry in classic["annotations"]["list"] if not entry.get("builtIn")]
    rare = (annotations, classic["links"], classic["templating"]["list"], classic["timepicker"])
    if any(rare) or classic.keys() - _CLASSIC or any(panel.keys() - _PANEL or not panel.get("id") for panel in panels):
        return None
    items = [_item(panel) for panel in panels]
    return {
        "annotations": [_built_in()], "cursorSync": _CURSORS[classic["graphTooltip"]], "editable": classic["editable"],
        "elements": {f"panel-{panel['id']}": _element(panel) for panel in panels},
        "layout": {"kind": "GridLayout", "spec": {"items": items}}, "links": [], "liveNow": bool(classic.get("liveNow")),
        "preload": bool(classic.get("preload")), "tags": classic["tags"],
        "timeSettings": {
            "autoRefresh": classic["refresh"], "autoRefreshIntervals": list(_INTERVALS), "from": classic["time"]["from"],
            "fiscalYearStartMonth": classic["fiscalYearStartMonth"], "hideTimepicker": False, "to": classic["time"]["to"],
            "timezone": classic["timezone"],
        },
        "title": classic["title"], "variables": [],
    }  # fmt: skip


def _built_in() -> dict[str, Any]:
    kept = {name: BUILT_IN_ANNOTATION[name] for name in ("enable", "hide", "iconColor", "name")}
    query = {
        "datasource": {"name": "-- Grafana --"},
        "group": "grafana",
        "kind": "DataQuery",
        "spec": {},
        "version": "v0",
    }
    more = {"builtIn": True, "legacyOptions": {"type": "dashboard"}, "query": query}
    return {"kind": "AnnotationQuery", "spec": {**kept, **more}}


def _item(panel: dict[str, Any]) -> dict[str, Any]:
    place = panel.get("gridPos") or {}
    size = {"x": place.get("x", 0), "y": place.get("y", 0), "width": place.get("w", 12), "height": place.get("h", 8)}
    element = {"kind": "ElementReference", "name": f"panel-{panel['id']}"}
    return {"kind": "GridLayoutItem", "spec": {**size, "element": element}}


def _element(panel: dict[str, Any]) -> dict[str, Any]:
    queries = [_query(target, panel.get("datasource") or {}) for target in panel.get("targets") or ()]
    data = {"kind": "QueryGroup", "spec": {"queries": queries, "queryOptions": {}, "transformations": []}}
    shown = {
        "fieldConfig": panel.get("fieldConfig") or {"defaults": {}, "overrides": []}, "options": panel.get("options") or {}
    }  # fmt: skip
    spec = {
        "data": data, "description": panel.get("description", ""), "id": panel["id"], "links": [],
        "title": panel.get("title", ""),
        "vizConfig": {"group": panel["type"], "kind": "VizConfig", "spec": shown, "version": ""},
    }  # fmt: skip
    return {"kind": "Panel", "spec": spec}


def _query(target: dict[str, Any], panels: dict[str, Any]) -> dict[str, Any]:
    source = target.get("datasource") or panels
    kept = {name: value for name, value in target.items() if name not in ("datasource", "hide", "refId")}
    query = {
        "datasource": {"name": source.get("uid", "")}, "group": source.get("type", ""), "kind": "DataQuery", "spec": kept,
        "version": "v0",
    }  # fmt: skip
    spec = {"hidden": bool(target.get("hide")), "query": query, "refId": target.get("refId", "")}
    return {"kind": "PanelQuery", "spec": spec}


def to_classic(spec: dict[str, Any]) -> dict[str, Any] | None:
    """Return the classic form of a v2 document; None if it has something that is not converted here."""
    annotations = [entry for entry in spec.get("annotations") or () if not entry["spec"].get("builtIn")]
    layout, elements = spec.get("layout") or {}, spec.get("elements") or {}
    items = (layout.get("spec") or {}).get("items") or []
    kinds = {layout.get("kind"), *(item["kind"] for item in items), *(one["kind"] for one in elements.values())}
    if annotations or spec.get("links") or spec.get("variables") or kinds - {"GridLayout", "GridLayoutItem", "Panel"}:
        return None
    times = spec.get("timeSettings") or {}
    # Empty lists are left out, as 12.4.3 does; it adds no annotation of its own.
    lists = {"tags": spec.get("tags"), "panels": [_panel(item["spec"], elements) for item in items]}
    return {
        "annotations": {"list": [dict(BUILT_IN_ANNOTATION)] if spec.get("annotations") else []},
        "editable": spec.get("editable", True), "fiscalYearStartMonth": times.get("fiscalYearStartMonth", 0),
        "graphTooltip": _CURSORS.index(spec.get("cursorSync") or "Off"), "preload": bool(spec.get("preload")),
        "refresh": times.get("autoRefresh", ""), "schemaVersion": CURRENT, "title": spec.get("title", ""),
        "time": {"from": times.get("from", "now-6h"), "to": times.get("to", "now")},
        **({"timezone": times["timezone"]} if times.get("timezone") else {}),
        **{name: value for name, value in lists.items() if value},
    }  # fmt: skip


def _panel(place: dict[str, Any], elements: dict[str, Any]) -> dict[str, Any]:
    spec = elements[place["element"]["name"]]["spec"]
    shown, queries = spec["vizConfig"], spec["data"]["spec"].get("queries") or []
    grid = {"x": place["x"], "y": place["y"], "w": place["width"], "h": place["height"]}
    targets = [_target(query["spec"]) for query in queries]
    config = {name: value for name, value in (shown["spec"].get("fieldConfig") or {}).items() if value != []}
    return {
        "id": spec["id"], "type": shown["group"], "title": spec.get("title", ""), "gridPos": grid, "targets": targets,
        "pluginVersion": shown.get("version", ""), **shown["spec"], "fieldConfig": config,
        **({"datasource": targets[0]["datasource"]} if targets else {}),
        **({"description": spec["description"]} if spec.get("description") else {}),
    }  # fmt: skip


def _target(query: dict[str, Any]) -> dict[str, Any]:
    inner = query["query"]
    source = {"type": inner.get("group", ""), "uid": (inner.get("datasource") or {}).get("name", "")}
    return {"datasource": source, **inner["spec"], "refId": query.get("refId", "A")}
