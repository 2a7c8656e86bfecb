"""Where panels stand: rows, grids, tabs."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from grafanalib import core

from dashkit.authoring import checks
from dashkit.authoring.conditions import Condition
from dashkit.authoring.conform import conform, required
from dashkit.authoring.panel import Panel
from dashkit.authoring.paths import Json
from dashkit.authoring.placed import AutoGrid, Panels, Row, Tab, Tabs, flat, several, variable_of
from dashkit.authoring.variables import Variable
from dashkit.model.notes import HIDDEN_KEY, LINE_KEY, PANEL_KEY, VARIABLES_KEY, WHEN_KEY

_COLUMNS = 24
#: Grafana's own words for how wide the columns of an auto grid are at least, and how high its lines.
ColumnWidth = Literal["narrow", "standard", "wide"]
LineHeight = Literal["short", "standard", "tall"]


def row(
    title: str,
    *panels: Panels,
    collapsed: bool = False,
    repeat: str = "",
    key: str = "",
    header: bool = True,
    when: Condition | None = None,
    variables: Variable | Iterable[Variable] = (),
) -> Row:
    """Create a row of panels.

    Panels flow from left to right. Those of a line are equally high, unless you give a ``height``. The panels of a
    ``collapsed`` row load their data only when it is opened. ``repeat`` names a variable; the row is repeated for each of its
    selected values.

    What follows needs Grafana's dynamic dashboards, as do rows and tabs inside a row; see `tabs`.

    Args:
        header: with False, the row has no header. Its title may be empty then.
        when: show the row only under a condition; see `show_when`.
        variables: variables for the panels of this row alone, which Grafana shows in it (13.1 and later).
    """
    json: Json = {**({PANEL_KEY: key} if key else {}), **({"repeat": repeat} if repeat else {})}
    if not isinstance(title, str):
        raise TypeError(f"row: the title {reprlib.repr(title)} is not a text; row takes it first, then the panels")
    where = f"row {reprlib.repr(title)}"
    if not header and (collapsed or repeat):
        raise ValueError(f"{where}: without a header, a row can be neither collapsed nor repeated")
    json |= {HIDDEN_KEY: True} if not header else {}
    json |= _conditional(where, when, variables)
    return Row(title=title, panels=list(flat(panels, where)), collapsed=collapsed, json=json)


def tab(
    title: str,
    *panels: Panels,
    repeat: str = "",
    when: Condition | None = None,
    variables: Variable | Iterable[Variable] = (),
) -> Tab:
    """Create a tab, for `tabs`. It holds what a dashboard holds: panels, grids, rows, tabs.

    Args:
        repeat: a variable; the tab is repeated for each of its selected values.
        when: show the tab only under a condition; see `show_when`.
        variables: variables for the panels of this tab alone, which Grafana shows in it (13.1 and later).
    """
    if not isinstance(title, str) or not title.strip():
        raise TypeError(f"tab: the title {reprlib.repr(title)} is not a text; tab takes it first, then the panels")
    where = f"tab {reprlib.repr(title)}"
    json: Json = {**({"repeat": repeat} if repeat else {}), **_conditional(where, when, variables)}
    return Tab(title, list(flat(panels, where)), json)


def tabs(*tabs: Tab | Iterable[Tab]) -> Tabs:
    """Put panels into tabs: ``tabs(tab("Latency", ...), tab("Errors", ...))``.

    They may stand alone, between panels and rows, or inside a row or another tab. A dashboard with tabs is one of Grafana's
    dynamic dashboards. They are stored in the v2 schema, which Grafana has since version 12 and calls experimental before
    12.4. An older Grafana gets a classic dashboard, in which the tabs are rows; `push` names what is lost.
    """
    found = list(_tabs(tabs))
    if not found:
        raise ValueError('tabs: there are none; write tabs(tab("Latency", ...), ...)')
    return Tabs(found)


def _tabs(values: Iterable[Any]) -> Iterator[Tab]:
    for value in values:
        if isinstance(value, Tab):
            yield value
        elif isinstance(value, Iterable) and not isinstance(value, str | bytes | dict):
            yield from _tabs(value)
        else:
            raise TypeError(f'tabs: {reprlib.repr(value)} is not a tab; write tab("Latency", ...)')


def grid(columns: int, *panels: Panels, height: int | None = None) -> list[Any]:
    """Lay out panels with equal widths, ``columns`` per line, beginning on a new line: ``grid(3, a, b, c)``."""
    if not isinstance(columns, int):
        raise TypeError(f"grid: {columns!r} is not a number of columns; grid takes it first: grid(3, a, b, c)")
    if columns < 1 or _COLUMNS % columns:
        fitting = [number for number in range(1, _COLUMNS + 1) if _COLUMNS % number == 0]
        raise ValueError(
            f"grid: the 24 columns of a dashboard do not divide evenly by {columns!r}; take one of {fitting}"
        )
    if height is not None:
        required("grid: height=", height, lambda value: checks.lines(conform(int)(value)))
    placed = list(flat(panels, "grid"))
    for index, panel in enumerate(placed):
        size = {"w": _COLUMNS // columns, **({"h": height} if height else {})}
        _refuse_groups(panel, "grid")
        if isinstance(panel, dict):
            placed[index] = {**panel, "gridPos": {**panel.get("gridPos", {}), **size}}
        elif isinstance(panel, core.Panel | core.AlertList):
            panel.gridPos = {**(panel.gridPos or {}), **size}
        else:
            raise TypeError("grid: a builder of the Foundation SDK says its place itself: .span(12).height(8)")
        if index == 0:
            _begin_line(placed[0])
    return placed


def auto_grid(
    *panels: Panels,
    min_width: ColumnWidth | int = "standard",
    max_columns: int = 3,
    height: LineHeight | int = "standard",
    fill_screen: bool = False,
) -> AutoGrid:
    """Let Grafana divide the width of the screen: as many equal columns as fit, ``max_columns`` at most.

    This needs Grafana's dynamic dashboards; see `tabs`. In an older Grafana, it is a grid of ``max_columns``.

    Args:
        min_width: how wide a column is at least: ``narrow``, ``standard``, ``wide``, or pixels.
        height: how high a line is: ``short``, ``standard``, ``tall``, or pixels.
        fill_screen: make the lines higher if there is room left on the screen.
    """
    if not isinstance(max_columns, int) or isinstance(max_columns, bool) or not 1 <= max_columns <= _COLUMNS:
        raise ValueError(f"auto_grid: max_columns={max_columns!r} is not a number from 1 to {_COLUMNS}")
    options: Json = {
        "maxColumnCount": max_columns,
        **_size("min_width", min_width, "columnWidth", ColumnWidth),
        **_size("height", height, "rowHeight", LineHeight),
        **({"fillScreen": True} if fill_screen else {}),
    }
    placed = list(flat(panels, "auto_grid"))
    for panel in placed:
        _refuse_groups(panel, "auto_grid")
        place = panel.get("gridPos") if isinstance(panel, dict) else getattr(panel, "gridPos", None)
        if place:
            name = reprlib.repr(panel.get("title", "") if isinstance(panel, dict) else panel.title)
            raise ValueError(f"auto_grid: panel {name} says its place or size, which the grid gives it; leave it out")
    return AutoGrid(placed, options)


def _size(name: str, value: Any, key: str, known: Any) -> Json:
    """Return one of Grafana's words for a size, or pixels."""
    size = required(f"auto_grid: {name}=", value, conform(known | int))
    if not isinstance(size, int):
        return {f"{key}Mode": size}
    if size < 1:
        raise ValueError(f"auto_grid: {name}={size} is no number of pixels")
    return {f"{key}Mode": "custom", key: size}


def _refuse_groups(panel: Any, where: str) -> None:
    if isinstance(panel, core.Row | Row):
        raise TypeError(
            f"{where}: a row is as wide as the dashboard; put the grid into the row: row(title, {where}(...))"
        )
    if isinstance(panel, Tabs | AutoGrid):
        made = "tabs" if isinstance(panel, Tabs) else "an auto_grid"
        raise TypeError(f"{where}: holds panels only; put {made} beside it")


def _conditional(where: str, when: Any, variables: Any) -> Json:
    """Return the notes on the condition and the variables of a row or a tab."""
    if when is not None and not isinstance(when, Condition):
        raise TypeError(f"{where}: when={reprlib.repr(when)} is not a condition; make it with show_when(...)")
    found = [variable_of(one, where) for one in several(variables, Variable, core.Template)]
    return {
        **({WHEN_KEY: when.to_json_data()} if when is not None else {}),
        **({VARIABLES_KEY: found} if found else {}),
    }


def _begin_line(panel: Any) -> None:
    if isinstance(panel, dict):
        panel[LINE_KEY] = True
    elif isinstance(panel, Panel):
        panel.json[LINE_KEY] = True
    else:
        panel.extraJson = {**(panel.extraJson or {}), LINE_KEY: True}
