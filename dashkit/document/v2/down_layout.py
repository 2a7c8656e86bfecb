"""Layouts of v2 as the grid of a classic dashboard, with the positions that Grafana 12.4 gives."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from dashkit.document.v2.down_panels import panel_of
from dashkit.document.v2.down_variables import lose_variables
from dashkit.document.v2.loose import TEXT, WHOLE, kept, mapping, numbered, positive, spec_of, text, whole
from dashkit.document.v2.losses import Spot

Panels = list[dict[str, Any]]

_COLUMNS = 24
_HEIGHTS = {"short": 5, "standard": 9, "tall": 14}
#: A unit of the classic grid in pixels, with the gap below it.
_UNIT = 38
_GROUPS = {"RowsLayout": "rows", "TabsLayout": "tabs"}
_GRID_ITEM = ("element", "height", "repeat", "width", "x", "y")
_AUTO_ITEM = ("conditionalRendering", "element", "repeat")
_ROW = ("collapse", "conditionalRendering", "fillScreen", "hideHeader", "layout", "repeat", "title", "variables")


@dataclass(frozen=True, slots=True)
class _Board:
    """The elements, those that have a place by now, and the ids."""

    elements: dict[str, Any]
    placed: set[str]
    taken: set[int]
    free: Iterator[int]
    as_grafana: bool


def lower_panels(spec: dict[str, Any], spot: Spot, *, as_grafana: bool) -> Panels:
    """Return the classic panels of the dashboard, each at its place."""
    elements = {name: value for name, value in mapping(spec.get("elements")).items() if isinstance(value, dict)}
    highest = max((whole(spec_of(element).get("id"), 0) for element in elements.values()), default=0)
    board = _Board(elements, set(), set(), count(max(highest, 0) + 1), as_grafana)
    placed, _ = _laid(board, mapping(spec.get("layout")), 0, spot.at("layout"))
    for name, element in elements.items():
        if name not in board.placed:
            spot.at("elements", name).named("panel", _title(name, element)).lose("it is placed nowhere, and vanishes")
    return placed


def _laid(board: _Board, layout: dict[str, Any], y: int, spot: Spot) -> tuple[Panels, int]:
    """Return the panels of a layout that starts at ``y``, and where it ends."""
    kind = text(layout.get("kind"))
    if kind not in _LAYOUTS:
        unknown = f"a layout of the unknown kind {layout.get('kind')!r} is dropped, with the places in it"
        spot.lose(unknown if layout else "there is no layout: it is empty")
        return [], y
    return _LAYOUTS[kind](board, spec_of(layout), y, spot.at("spec"))


def _grid(board: _Board, spec: dict[str, Any], y: int, spot: Spot) -> tuple[Panels, int]:
    spot.lose_rest(spec, ("items",))
    found: Panels = []
    for item, here in _of_kind(spec, "items", "GridLayoutItem", spot):
        box = {
            "h": whole(item.get("height"), 3),
            "w": whole(item.get("width"), 6),
            "x": whole(item.get("x"), 0),
            "y": y + whole(item.get("y"), 0),
        }
        found += _placed(board, item, box, _GRID_ITEM, here)
    above = y - min((panel["gridPos"]["y"] for panel in found), default=y)
    if above > 0 and not board.as_grafana:
        # Such a grid is that of a classic row whose panels overlap its header.
        for panel in found:
            panel["gridPos"]["y"] += above
    return found, _bottom(found, y)


def _auto_grid(board: _Board, spec: dict[str, Any], y: int, spot: Spot) -> tuple[Panels, int]:
    columns = min(max(whole(spec.get("maxColumnCount"), 3), 1), _COLUMNS)
    width, height = _COLUMNS // columns, _height(spec)
    spot.lose(f"an auto grid becomes a grid of {columns} columns, each {width} wide and {height} high")
    if spec.get("fillScreen") is True:
        spot.at("fillScreen").lose("the grid no longer fills the screen")
    found: Panels = []
    for item, here in _of_kind(spec, "items", "AutoGridLayoutItem", spot):
        row, column = divmod(len(found), columns)
        box = {"h": height, "w": width, "x": column * width, "y": y + row * height}
        found += _placed(board, item, box, _AUTO_ITEM, here)
    return found, _bottom(found, y)


def _height(spec: dict[str, Any]) -> int:
    mode = text(spec.get("rowHeightMode"))
    if mode == "custom" and (pixels := positive(spec.get("rowHeight"))):
        return math.ceil(pixels / _UNIT)
    return _HEIGHTS.get(mode, _HEIGHTS["standard"])


def _bottom(placed: Panels, y: int) -> int:
    return max((panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in placed), default=y)


def _of_kind(spec: dict[str, Any], key: str, kind: str, spot: Spot) -> Iterator[tuple[dict[str, Any], Spot]]:
    for index, entry in numbered(spec.get(key)):
        here = spot.at(key, index)
        if entry.get("kind") == kind:
            yield spec_of(entry), here.at("spec")
        else:
            here.lose(f"{entry.get('kind')!r} is no {kind}: it is dropped")


def _placed(board: _Board, item: dict[str, Any], box: dict[str, int], known: tuple[str, ...], spot: Spot) -> Panels:
    """Return the panel of an item, if it has one."""
    name = text(mapping(item.get("element")).get("name"))
    if name not in board.elements:
        spot.lose(f"there is no element {name!r}: the place is dropped")
        return []
    element = board.elements[name]
    if name in board.placed:
        element = copy.deepcopy(element)
    board.placed.add(name)
    spot = spot.named("panel", _title(name, element))
    panel = panel_of(element, Spot(spot.losses, "", spot.names).at("elements", name))
    if panel is None:
        return []
    spot.lose_rest(item, known)
    _lose_condition(item, spot)
    return [{**panel, **_repeat(item, spot), "gridPos": box, "id": _id(board, element, spot)}]


def _id(board: _Board, element: dict[str, Any], spot: Spot) -> int:
    wanted = whole(spec_of(element).get("id"), 0)
    if wanted > 0 and wanted not in board.taken:
        board.taken.add(wanted)
        return wanted
    given = next(board.free)
    if wanted in board.taken:
        spot.lose(f"another panel has its id {wanted}: it becomes {given}")
    return given


def _repeat(item: dict[str, Any], spot: Spot) -> dict[str, Any]:
    repeat = mapping(item.get("repeat"))
    if not repeat:
        return {}
    spot = spot.at("repeat")
    if repeat.get("mode", "variable") != "variable" or not text(repeat.get("value")):
        spot.lose("the repeat is dropped: the classic schema repeats only for a variable")
        return {}
    spot.lose_rest(repeat, ("direction", "maxPerRow", "mode", "value"))
    direction = kept({"repeatDirection": repeat.get("direction")}, {"repeatDirection": TEXT})
    return {"repeat": repeat["value"], **direction, **kept(repeat, {"maxPerRow": WHOLE})}


def _rows(board: _Board, spec: dict[str, Any], y: int, spot: Spot) -> tuple[Panels, int]:
    found: Panels = []
    for row, here in _of_kind(spec, "rows", "RowsLayoutRow", spot):
        here = here.named("row", text(row.get("title")))
        here.lose_rest(row, _ROW)
        _lose_common(row, here)
        if row.get("fillScreen") is True:
            here.at("fillScreen").lose("the row no longer fills the screen")
        more, y = _row(board, row, y, here, first=not found)
        found += more
    return found, y


def _row(board: _Board, row: dict[str, Any], y: int, spot: Spot, *, first: bool) -> tuple[Panels, int]:
    layout, inside = mapping(row.get("layout")), spot.at("layout")
    if row.get("hideHeader") is True:
        _lose_header(row, spot, first=first)
        return _laid(board, layout, y, inside)
    header = {**_header(board, row, y), "collapsed": row.get("collapse") is True, **_repeat(row, spot)}
    if text(layout.get("kind")) in _GROUPS:
        _lose_nesting(layout, header, spot)
        held, end = _laid(board, layout, y + 1, inside)
        return [{**header, "panels": []}, *held], end
    if header["collapsed"]:
        held, _ = _laid(board, layout, y + 1, inside)
        return [{**header, "panels": held}], y + 1
    # In Grafana's conversion, the header of an open row takes no height.
    held, end = _laid(board, layout, y if board.as_grafana else y + 1, inside)
    return [header, *held], end


def _tabs(board: _Board, spec: dict[str, Any], y: int, spot: Spot) -> tuple[Panels, int]:
    found: Panels = []
    for tab, here in _of_kind(spec, "tabs", "TabsLayoutTab", spot):
        here = here.named("tab", text(tab.get("title")))
        here.lose("a tab becomes a row")
        here.lose_rest(tab, ("conditionalRendering", "layout", "repeat", "title", "variables"))
        _lose_common(tab, here)
        layout = mapping(tab.get("layout"))
        header = {**_header(board, tab, y), "collapsed": False, **_repeat(tab, here), "panels": []}
        if text(layout.get("kind")) in _GROUPS:
            _lose_nesting(layout, header, here)
        held, y = _laid(board, layout, y + 1, here.at("layout"))
        found += [header, *held]
    return found, y


_LAYOUTS: dict[str, Callable[[_Board, dict[str, Any], int, Spot], tuple[Panels, int]]] = {
    "GridLayout": _grid,
    "AutoGridLayout": _auto_grid,
    "RowsLayout": _rows,
    "TabsLayout": _tabs,
}


def _header(board: _Board, spec: dict[str, Any], y: int) -> dict[str, Any]:
    box = {"h": 1, "w": _COLUMNS, "x": 0, "y": y}
    return {"gridPos": box, "id": next(board.free), "title": text(spec.get("title")), "type": "row"}


def _lose_common(spec: dict[str, Any], spot: Spot) -> None:
    _lose_condition(spec, spot)
    lose_variables(spec, spot)


def _lose_condition(spec: dict[str, Any], spot: Spot) -> None:
    if mapping(spec.get("conditionalRendering")):
        spot.at("conditionalRendering").lose("its condition is dropped: it is always shown")


def _lose_header(row: dict[str, Any], spot: Spot, *, first: bool) -> None:
    # Panels before the first row are such a row in v2: nothing is lost then. What rows or tabs hold gets headers of its own.
    if not first and text(mapping(row.get("layout")).get("kind")) not in _GROUPS:
        what = "its header is hidden: its" if text(row.get("title")) else "a row without a header is none:"
        spot.at("hideHeader").lose(f"{what} panels join the row above")
    if text(row.get("title")):
        spot.at("title").lose("the title of a hidden header is dropped")
    for key in ("repeat", "collapse"):
        if row.get(key):
            spot.at(key).lose(f"`{key}` is dropped, for the row has no header")


def _lose_nesting(layout: dict[str, Any], header: dict[str, Any], spot: Spot) -> None:
    spot.at("layout").lose(f"its {_GROUPS[layout['kind']]} are flattened: they follow it as rows, for a row holds none")
    for key in ("repeat", "collapsed"):
        if header.get(key):
            spot.lose(f"`{key}` now means the header alone, not what follows it")


def _title(name: str, element: dict[str, Any]) -> str:
    return text(spec_of(element).get("title")) or name
