"""Convert the places of panels to a v2 layout: rows if there is any row panel, else one grid."""

from __future__ import annotations

from typing import Any

from dashkit.document.layout import DEFAULT_GRID
from dashkit.document.v2.loose import flag, mapping, objects, text, whole
from dashkit.document.v2.up_panels import element_name


def layout(panels: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the layout of all panels."""
    if any(panel.get("type") == "row" for panel in panels):
        return {"kind": "RowsLayout", "spec": {"rows": _rows(panels)}}
    return _grid(panels, 0)


def _rows(panels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows. Panels before the first one get a row that shows no header."""
    rows: list[dict[str, Any]] = []
    first = next(index for index, panel in enumerate(panels) if panel.get("type") == "row")
    if first:
        rows.append(_row({"collapse": False, "hideHeader": True, "title": ""}, panels[:first], 0))
    starts = [index for index, panel in enumerate(panels) if panel.get("type") == "row"]
    for start, end in zip(starts, [*starts[1:], len(panels)], strict=True):
        header = panels[start]
        spec = {"collapse": flag(header.get("collapsed")), "title": text(header.get("title")), **_row_repeat(header)}
        below = whole(mapping(header.get("gridPos")).get("y")) + 1
        rows.append(_row(spec, [*objects(header.get("panels")), *panels[start + 1 : end]], below))
    return rows


def _row(spec: dict[str, Any], panels: list[dict[str, Any]], top: int) -> dict[str, Any]:
    return {"kind": "RowsLayoutRow", "spec": {**spec, "layout": _grid(panels, top)}}


def _row_repeat(header: dict[str, Any]) -> dict[str, Any]:
    variable = text(header.get("repeat"))
    return {"repeat": {"mode": "variable", "value": variable}} if variable else {}


def _grid(panels: list[dict[str, Any]], top: int) -> dict[str, Any]:
    return {"kind": "GridLayout", "spec": {"items": [_item(panel, top) for panel in panels]}}


def _item(panel: dict[str, Any], top: int) -> dict[str, Any]:
    place = {**DEFAULT_GRID, **mapping(panel.get("gridPos"))}
    spec = {
        "element": {"kind": "ElementReference", "name": element_name(panel)},
        "x": whole(place["x"]),
        "y": whole(place["y"]) - top,
        "width": whole(place["w"], DEFAULT_GRID["w"]),
        "height": whole(place["h"], DEFAULT_GRID["h"]),
    }
    return {"kind": "GridLayoutItem", "spec": {**spec, **_repeat(panel)}}


def _repeat(panel: dict[str, Any]) -> dict[str, Any]:
    variable = text(panel.get("repeat"))
    if not variable:
        return {}
    repeat: dict[str, Any] = {"mode": "variable", "value": variable}
    if panel.get("repeatDirection") in ("h", "v"):
        repeat["direction"] = panel["repeatDirection"]
    if whole(panel.get("maxPerRow")):
        repeat["maxPerRow"] = whole(panel["maxPerRow"])
    return {"repeat": repeat}
