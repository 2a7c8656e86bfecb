"""Compose a v2 document of panels and of the groups that hold them: tabs, rows, grids.

`divide` takes an author's tree apart: the panels of each grid become a row of a classic dashboard, which is brought to canonical
form like any other. `compose` converts that and puts its parts where the tree has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from dashkit.document.v2.loose import mapping
from dashkit.document.v2.up import up
from dashkit.errors import SpecError
from dashkit.model.notes import (
    AUTO_GRID,
    HIDDEN_KEY,
    OPTIONS_KEY,
    PANEL_KEY,
    TAB,
    TABS,
    VARIABLES_KEY,
    WHEN_KEY,
)

Json = dict[str, Any]
Variables = Callable[[list[Any]], list[Json]]
"""Brings the variables of a row or a tab to the form of the v2 schema."""

#: Ids of the rows of a divided dashboard, which nothing refers to. Panels have their own.
_FIRST_ROW = 2**31 - 1
_GROUPS = (TABS, AUTO_GRID)


@dataclass(frozen=True, slots=True)
class Divided:
    """An author's tree, taken apart.

    Attributes:
        rows: a classic row for the panels of each grid, in the order of ``grids``.
        layout: the layout of the v2 schema, in which the ``items`` of each grid are still missing.
        grids: the kind and the spec of each grid in ``layout``, and its panels.
        keys: the author's keys of panels, by their identity.
        conditions: the conditions of panels, by their identity.
    """

    rows: list[Json] = field(default_factory=list)
    layout: Json = field(default_factory=dict)
    grids: list[tuple[str, Json, list[Json]]] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    conditions: dict[int, Any] = field(default_factory=dict)


def is_dynamic(document: Any) -> bool:
    """Return whether an author's document has something that only the v2 schema can say."""
    if not isinstance(document, dict):
        return False
    holder = document.get("templating")
    variables = holder.get("list") if isinstance(holder, dict) else None
    if any(isinstance(one, dict) and one.get("type") == "switch" for one in variables or ()):
        return True
    return any(_is_dynamic(panel, inside=False) for panel in _panels(document))


def _is_dynamic(panel: Json, *, inside: bool) -> bool:
    kind = panel.get("type")
    if kind in _GROUPS or any(key in panel for key in (WHEN_KEY, VARIABLES_KEY, HIDDEN_KEY)):
        return True
    if kind != "row":
        return False
    return inside or any(_is_dynamic(inner, inside=True) for inner in _panels(panel))


def _panels(holder: Json) -> list[Json]:
    found = holder.get("panels")
    return [panel for panel in found if isinstance(panel, dict)] if isinstance(found, list) else []


def divide(panels: list[Json], variables: Variables) -> Divided:
    """Take a tree of panels apart.

    Raises:
        SpecError: a panel has a condition, but does not stand in an auto grid.
    """
    divided = Divided()
    divided.layout.update(_layout(panels, (), divided, variables))
    return divided


def _layout(panels: list[Json], path: tuple[str, ...], divided: Divided, variables: Variables) -> Json:
    """Return the layout of what stands one after another: one grid, tabs, or rows if it is more than that."""
    runs = list(_runs(panels))
    if len(runs) == 1 and not isinstance(runs[0], dict):
        return _grid("GridLayout", {}, runs[0], path, divided)
    if len(runs) == 1 and isinstance(runs[0], dict) and runs[0]["type"] in _GROUPS:
        return _group(runs[0], path, divided, variables)
    rows = []
    for run in runs:
        if isinstance(run, dict) and run["type"] == "row":
            rows.append(_row(run, path, divided, variables))
            continue
        inner = (
            _group(run, path, divided, variables)
            if isinstance(run, dict)
            else _grid("GridLayout", {}, run, path, divided)
        )
        spec = {"title": "", "collapse": False, "hideHeader": True, "layout": inner}
        rows.append({"kind": "RowsLayoutRow", "spec": spec})
    return {"kind": "RowsLayout", "spec": {"rows": rows}} if rows else {"kind": "GridLayout", "spec": {"items": []}}


def _runs(panels: list[Json]) -> Iterator[Json | list[Json]]:
    """Yield each row, auto grid and group of tabs, and the panels between them together."""
    for kind, run in groupby(panels, lambda panel: panel.get("type") in (*_GROUPS, "row")):
        if kind:
            yield from run
        else:
            yield list(run)


def _group(group: Json, path: tuple[str, ...], divided: Divided, variables: Variables) -> Json:
    if group["type"] == AUTO_GRID:
        return _grid("AutoGridLayout", dict(group.get(OPTIONS_KEY) or {}), _panels(group), path, divided)
    tabs = [_tab(tab, path, divided, variables) for tab in _panels(group) if tab.get("type") == TAB]
    return {"kind": "TabsLayout", "spec": {"tabs": tabs}}


def _tab(tab: Json, path: tuple[str, ...], divided: Divided, variables: Variables) -> Json:
    title = str(tab.get("title") or "")
    inner = _layout(_panels(tab), (*path, title), divided, variables)
    spec = {"title": title, **_group_spec(tab, variables), "layout": inner}
    return {"kind": "TabsLayoutTab", "spec": spec}


def _row(row: Json, path: tuple[str, ...], divided: Divided, variables: Variables) -> Json:
    title = str(row.get("title") or "")
    inner = _layout(_panels(row), (*path, title) if title else path, divided, variables)
    spec = {
        "title": title,
        "collapse": row.get("collapsed") is True,
        **({"hideHeader": True} if row.get(HIDDEN_KEY) else {}),
        **_group_spec(row, variables),
        "layout": inner,
    }
    return {"kind": "RowsLayoutRow", "spec": spec}


def _group_spec(group: Json, variables: Variables) -> Json:
    """Return what a row and a tab have in common."""
    condition = {"conditionalRendering": group[WHEN_KEY]} if group.get(WHEN_KEY) else {}
    own = {"variables": variables(group[VARIABLES_KEY])} if group.get(VARIABLES_KEY) else {}
    return {**_repeat(group), **condition, **own}


def _repeat(repeated: Json) -> Json:
    variable = repeated.get("repeat")
    return {"repeat": {"mode": "variable", "value": str(variable)}} if variable else {}


def _grid(kind: str, options: Json, panels: list[Json], path: tuple[str, ...], divided: Divided) -> Json:
    number = len(divided.rows)
    for panel in panels:
        _take_notes(panel, kind, divided)
        place = panel.get("gridPos")
        if isinstance(place, dict) and isinstance(place.get("y"), int):
            place["y"] += number + 1  # a place is one in the grid, which is a row of the whole here
    title = " / ".join(path)
    divided.rows.append({"type": "row", "title": title, "id": _FIRST_ROW - number, "collapsed": True, "panels": panels})
    divided.grids.append((kind, options, panels))
    return {"kind": kind, "spec": options}


def _take_notes(panel: Json, kind: str, divided: Divided) -> None:
    condition, key = panel.pop(WHEN_KEY, None), panel.get(PANEL_KEY)
    if condition and kind != "AutoGridLayout":
        raise SpecError(
            f"panel {panel.get('title', '')!r} has a condition, which Grafana knows only in an auto grid",
            hint="put it into auto_grid(...), or give the condition to its row: row(title, ..., when=show_when(...))",
            panel=panel,
        )
    if condition:
        divided.conditions[id(panel)] = condition
    if key:
        divided.keys[id(panel)] = str(key)


def compose(classic: Json, divided: Divided) -> Json:
    """Return the v2beta1 spec of a divided dashboard whose rows are in canonical form in ``classic``."""
    spec = up(classic)
    rows = mapping(mapping(spec.get("layout")).get("spec")).get("rows", [])
    items = [item for row in rows for item in row["spec"]["layout"]["spec"]["items"]]
    placed = {item["spec"]["element"]["name"]: item for item in items}
    names = _names(divided, frozenset(spec["elements"]))
    for kind, options, panels in divided.grids:
        options["items"] = [_item(panel, placed, names, divided, kind) for panel in panels]
    elements = {names.get(name, name): element for name, element in spec["elements"].items()}
    return {**spec, "elements": elements, "layout": divided.layout}


def _names(divided: Divided, taken: frozenset[str]) -> dict[str, str]:
    """Return the names of the elements whose panels have keys, by the names that Grafana would give them."""
    return {
        f"panel-{panel['id']}": divided.keys[id(panel)]
        for _, _, panels in divided.grids
        for panel in panels
        if divided.keys.get(id(panel), "") not in ("", *taken)
    }


def _item(panel: Json, placed: dict[str, Json], names: dict[str, str], divided: Divided, kind: str) -> Json:
    name = f"panel-{panel['id']}"
    element = {"kind": "ElementReference", "name": names.get(name, name)}
    if kind == "GridLayout":
        item = placed[name]
        return {**item, "spec": {**item["spec"], "element": element}}
    condition = divided.conditions.get(id(panel))
    shown = {"conditionalRendering": condition} if condition else {}
    return {"kind": "AutoGridLayoutItem", "spec": {"element": element, **_repeat(panel), **shown}}
