"""Where Grafana draws panels, which is not always where a document puts them.

Grafana's grid lets nothing hang in the air, overlap or stick out: panels rise until they touch what is above them.
"""

from __future__ import annotations

from typing import Any

from dashkit.document.layout import COLUMNS, DEFAULT_GRID

Json = dict[str, Any]


def drawn(panels: list[Json]) -> list[Json]:
    """Return the panels at the places where they are drawn, in reading order. Those of a collapsed row begin below it."""
    placed = _settled(panels, 0)
    for panel in placed:
        if panel.get("type") == "row" and panel.get("panels"):
            panel["panels"] = _settled(panel["panels"], panel["gridPos"]["y"] + 1)
    return placed


def _settled(panels: list[Json], top: int) -> list[Json]:
    """Return the panels of one grid, which begins at the line ``top``."""
    bottoms = [top] * COLUMNS
    found = []
    for panel in sorted(panels, key=_place):
        x, w, h = _bounds(panel)
        y = max(bottoms[x : x + w])
        bottoms[x : x + w] = [y + h] * w
        found.append({**panel, "gridPos": {"x": x, "y": y, "w": w, "h": h}})
    return sorted(found, key=_place)


def _bounds(panel: Json) -> tuple[int, int, int]:
    """Return column, width and height within the grid. A row is as wide as the dashboard."""
    if panel.get("type") == "row":
        return 0, COLUMNS, 1
    at = {**DEFAULT_GRID, **(panel.get("gridPos") or {})}
    width = min(max(_whole(at["w"]), 1), COLUMNS)
    return min(max(_whole(at["x"]), 0), COLUMNS - width), width, max(_whole(at["h"]), 1)


def _place(panel: Json) -> tuple[int, int]:
    at = {**DEFAULT_GRID, **(panel.get("gridPos") or {})}
    return _whole(at["y"]), _whole(at["x"])


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0
