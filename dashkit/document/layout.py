"""The grid of panels: 24 columns, and rows of 30 pixels."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from dashkit.document.walk import label
from dashkit.errors import SpecError
from dashkit.model.notes import LINE_KEY
from dashkit.model.words import counted

COLUMNS = 24
#: Grafana's default: it draws a panel without a position here, and does not store a position equal to this.
DEFAULT_GRID = {"x": 0, "y": 0, "w": 6, "h": 3}
#: The width and height of panels that say none, by their type. A panel in a line with higher ones grows to their height.
SIZES = {
    "row": (24, 1), "stat": (6, 4), "gauge": (6, 6), "piechart": (8, 8), "table": (24, 8), "logs": (24, 10), "text": (24, 3),
    "state-timeline": (24, 6), "status-history": (24, 6), "traces": (24, 10), "flamegraph": (24, 10), "nodeGraph": (24, 12),
    "geomap": (24, 12), "canvas": (24, 12),
}  # fmt: skip
USUAL_SIZE = (12, 8)


_Placed = tuple[dict[str, Any], int, int, int, int]


def arrange(panels: list[dict[str, Any]], *, strict: bool = True) -> list[dict[str, Any]]:
    """Give each panel its place and return all in reading order (by y, then x).

    A panel with x and y stays there. All others flow from left to right and start a new line if they would not fit; a line
    is as high as its highest panel, and panels that say no height are as high as their line. A row starts a new line, and so
    does the first panel of a grid. The panels of an open row move to the top level, as Grafana
    stores them. A collapsed row keeps its panels.

    Raises:
        SpecError: Panels overlap or leave the grid. Only if ``strict``; Grafana itself pushes such panels apart.
    """
    top: list[dict[str, Any]] = []
    for panel in panels:
        top.append(panel)
        if panel.get("type") == "row" and not panel.get("collapsed"):
            top += panel.get("panels") or []
            panel["panels"] = []
    flow = _Flow(strict=strict)
    for panel in top:
        flow.place(panel)
        if panel.get("type") == "row" and panel.get("panels"):
            inner = _Flow(y=panel["gridPos"]["y"] + 1, strict=strict)
            for nested in panel["panels"]:
                inner.place(nested)
            inner.finish()
            panel["panels"].sort(key=_place)
            if strict:
                _refuse_overlap(panel["panels"])
    flow.finish()
    top.sort(key=_place)
    if strict:
        _refuse_overlap(top)
    return top


def rows_to_panels(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Convert legacy ``rows`` (12 spans wide, heights in pixels) to grid panels, like Grafana's own migration 16."""
    rows = list(rows)
    titled = any(row.get("collapse") or row.get("showTitle") or row.get("repeat") for row in rows)
    result: list[dict[str, Any]] = []
    for row in rows:
        children = list(row.get("panels") or ())
        for panel in children:
            panel["gridPos"] = {
                "w": min(COLUMNS, max(1, math.floor(float(panel.get("span") or 4) * 2))),
                "h": grid_height(panel.get("height") or row.get("height")),
            }
        if titled:
            header: dict[str, Any] = {
                "type": "row",
                "title": row.get("title") or "",
                "collapsed": bool(row.get("collapse")),
                "panels": children,
            }
            if row.get("repeat"):
                header["repeat"] = row["repeat"]
            result.append(header)
        else:
            result += children
    return result


def grid_height(pixels: Any) -> int:
    """Convert ``"250px"`` or 250 to grid units, which are 30 pixels and a gap of 8. Returns at least 3."""
    try:
        return max(3, math.ceil(float(str(pixels or 250).removesuffix("px")) / 38))
    except ValueError:
        return 7


class _Flow:
    """The position of the next panel without a place."""

    def __init__(self, y: int = 0, *, strict: bool) -> None:
        self.x, self.y, self.height = 0, y, 0
        self.strict = strict
        #: The panels of the current line that say no height.
        self.growing: list[dict[str, Any]] = []

    def place(self, panel: dict[str, Any]) -> None:
        given = panel.get("gridPos") or {}
        begins_line = panel.pop(LINE_KEY, False)
        width, height = SIZES.get(panel.get("type", ""), USUAL_SIZE)
        grows = given.get("h") is None
        if self.strict:
            width, height = int(given.get("w", width)), int(given.get("h", height))
        else:  # some generators write 0 for an unknown size
            width, height = int(given.get("w") or width), int(given.get("h") or height)
        is_row = panel.get("type") == "row"
        if given.get("x") is not None and given.get("y") is not None:
            x, y = int(given["x"]), int(given["y"])
            # Panels that flow next come below everything placed so far.
            self._end_line(max(self.y + self.height, y + height))
        elif self.strict and (given.get("x") is not None or given.get("y") is not None):
            raise SpecError(
                f"panel {label(panel)} has x or y, but not both",
                pointer="/gridPos",
                hint="set both, or neither to place it automatically",
                panel=panel,
            )
        else:
            if is_row or begins_line or self.x + width > COLUMNS:
                self._end_line(self.y + self.height)
            x, y = self.x, self.y
            self.x, self.height = self.x + width, max(self.height, height)
            if grows and not is_row:
                self.growing.append(panel)
            if is_row:
                self._end_line(y + height)
        if self.strict and (x < 0 or y < 0 or width < 1 or height < 1 or x + width > COLUMNS):
            raise SpecError(
                f"panel {label(panel)} does not fit the grid: it begins at x={x}, y={y} and is {width} wide and {height} high",
                pointer="/gridPos",
                hint=f"x and width together may be 0 to {COLUMNS}, and the height is at least 1",
                panel=panel,
            )
        panel["gridPos"] = {"x": x, "y": y, "w": width, "h": height}

    def _end_line(self, y: int) -> None:
        self.finish()
        self.x, self.y, self.height = 0, y, 0

    def finish(self) -> None:
        """Make the panels of the line that say no height as high as the line."""
        for panel in self.growing:
            panel["gridPos"]["h"] = self.height
        self.growing = []


def overlaps(panels: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the pairs of panels that overlap."""
    found = []
    active: list[tuple[int, int, int, dict[str, Any]]] = []
    for panel in sorted(panels, key=_place):
        x, y, w, h = _box(panel)
        active = [entry for entry in active if entry[2] > y]
        found += [(other, panel) for left, right, _, other in active if left < x + w and x < right]
        active.append((x, x + w, y + h, panel))
    return found


def gaps(panels: list[dict[str, Any]]) -> list[tuple[list[dict[str, Any]], str]]:
    """Return the empty places between the panels of one row: the panels above or left of each, and what it is.

    Room at the end of the last line is not a gap, because nothing follows it.
    """
    placed = [(panel, *_box(panel)) for panel in sorted(panels, key=_place)]
    top = min((y for _, _, y, _, _ in placed), default=0)
    at, begin = _at_lines(placed), _begin(placed)
    below: dict[tuple[int, int], list[dict[str, Any]]] = {}
    found: list[tuple[list[dict[str, Any]], str]] = []
    for panel, x, y, w, h in placed:
        for column in _columns(x, w):
            following = _following(at[y + h], begin[column], column, y + h)
            if following:
                above = below.setdefault((y + h, following), [])
                above += [panel] if panel not in above else []
                break
        right = _right_of(at[y], begin[x + w], x + w, y)
        if right > x + w and (y == top or not _right_of(at[y - 1], begin[x + w], x + w, y - 1)):
            found.append(([panel], f"{counted(right - x - w, 'column')} beside"))
    found += [(above, f"{counted(end - start, 'line')} below") for (start, end), above in below.items()]
    return found


def _at_lines(placed: list[_Placed]) -> dict[int, list[_Placed]]:
    """Return the panels that are on each line next to which a gap may be, of panels in order of their lines."""
    found: dict[int, list[_Placed]] = {}
    active: list[_Placed] = []
    coming = 0
    for line in sorted({line for _, _, y, _, h in placed for line in (y - 1, y, y + h)}):
        while coming < len(placed) and placed[coming][2] <= line:
            active.append(placed[coming])
            coming += 1
        active = [one for one in active if line < one[2] + one[4]]
        found[line] = list(active)
    return found


def _begin(placed: list[_Placed]) -> defaultdict[int, list[int]]:
    """Return the lines where panels begin in each column, in order."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for _, x, y, w, _ in placed:
        for column in _columns(x, w):
            found[column].append(y)
    return found


def _following(here: list[_Placed], begin: list[int], column: int, line: int) -> int:
    """Return the line where something follows an empty place, below it or at its right, else 0."""
    if any(x <= column < x + w for _, x, _, w, _ in here):
        return 0
    after = bisect_right(begin, line)
    if after < len(begin):
        return begin[after]
    return min((y + h for _, x, y, _, h in here if x > column), default=0)


def _right_of(here: list[_Placed], begin: list[int], column: int, line: int) -> int:
    """Return the column where something follows an empty place: at its right, or the edge if there is something below. Else 0."""
    if column >= COLUMNS or any(x <= column < x + w for _, x, _, w, _ in here):
        return 0
    below = bool(begin) and begin[-1] > line
    return min((x for _, x, _, _, _ in here if x > column), default=COLUMNS if below else 0)


def _columns(x: int, w: int) -> range:
    # A document may say any number.
    return range(max(x, 0), min(x + w, COLUMNS))


def _box(panel: dict[str, Any]) -> tuple[int, int, int, int]:
    at = panel.get("gridPos") or DEFAULT_GRID
    return at.get("x", 0), at.get("y", 0), at.get("w", 6), at.get("h", 3)


def _refuse_overlap(panels: list[dict[str, Any]]) -> None:
    for first, second in overlaps(panels):
        raise SpecError(
            f"panels {label(first)} and {label(second)} overlap",
            pointer="/gridPos",
            hint="change their positions, or leave them out to place them automatically",
            panel=second,
        )


def _place(panel: dict[str, Any]) -> tuple[int, int]:
    at = panel.get("gridPos") or DEFAULT_GRID
    return at.get("y", 0), at.get("x", 0)
