"""Turn the rows of schema 15 and before, with spans of 12 and heights in pixels, into panels on the grid."""

from __future__ import annotations

import re
from typing import Any

from dashkit.document.layout import COLUMNS, grid_height
from dashkit.document.v2.loose import number, objects, text, whole

_USUAL_SPAN = 4
_PIXELS = re.compile(r"\d{1,6}(\.\d*)?(px)?")


def rows_to_panels(rows: list[dict[str, Any]], next_id: int) -> list[dict[str, Any]]:
    """Return the panels of the rows, with a row panel before each if any of the rows shows its title."""
    titled = any(row.get("collapse") or row.get("showTitle") or row.get("repeat") for row in rows)
    result: list[dict[str, Any]] = []
    y = 0
    for row in rows:
        children = objects(row.get("panels"))
        height = _height(row.get("height"))
        header: dict[str, Any] = {}
        if titled:
            header = _header(row, next_id, y, height)
            result.append(header)
            next_id, y = next_id + 1, y + 1
        bottom = _place(children, y, height)
        if header.get("collapsed"):
            header["panels"] = children
        else:
            result += children
            y = bottom
    return result


def _header(row: dict[str, Any], number: int, y: int, height: int) -> dict[str, Any]:
    place = {"x": 0, "y": y, "w": COLUMNS, "h": height}
    repeat = {"repeat": row["repeat"]} if row.get("repeat") else {}
    collapsed = row.get("collapse") is True
    return {
        "id": number,
        "type": "row",
        "title": text(row.get("title")),
        "collapsed": collapsed,
        "gridPos": place,
        **repeat,
    }


def _height(pixels: Any) -> int:
    return grid_height(pixels if _PIXELS.fullmatch(str(pixels)) else None)


def _place(panels: list[dict[str, Any]], y: int, height: int) -> int:
    """Place the panels of a row from left to right, in as many lines as they need, and return where the next row begins."""
    x = 0
    for panel in panels:
        width = min(COLUMNS, max(1, whole(2 * (number(panel.pop("span", None)) or _USUAL_SPAN), COLUMNS)))
        own = _height(panel.pop("height")) if panel.get("height") else height
        if x + width > COLUMNS:
            x, y = 0, y + height
        panel["gridPos"] = {"x": x, "y": y, "w": width, "h": own}
        x += width
    return y + height
