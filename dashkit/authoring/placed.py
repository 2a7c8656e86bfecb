"""What stands on a dashboard: rows, tabs, auto grids, and lists of them and of panels."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attr
from grafanalib import core

from dashkit.authoring.panel import Panel
from dashkit.authoring.paths import Json
from dashkit.authoring.query import Query
from dashkit.model.notes import AUTO_GRID, OPTIONS_KEY, TAB, TABS

if TYPE_CHECKING:
    # As in `dashkit.authoring.panel`.
    _RowBase = object
else:
    _RowBase = core.RowPanel


@attr.s
class Row(_RowBase):
    """A row of panels, with a title."""

    title: str = attr.ib(default="")
    panels: list[Any] = attr.ib(factory=list)
    collapsed: bool = attr.ib(default=False)
    json: Json = attr.ib(factory=dict)

    def to_json_data(self) -> Json:
        """Return the row as Grafana stores it, with its panels inside."""
        return {"type": "row", "title": self.title, "collapsed": self.collapsed, "panels": self.panels, **self.json}


@attr.s
class Tab:
    """A tab. `tabs` puts it beside others."""

    title: str = attr.ib()
    panels: list[Any] = attr.ib(factory=list)
    json: Json = attr.ib(factory=dict)

    def to_json_data(self) -> Json:
        """Return the tab for the compiler, which writes it as Grafana stores it."""
        return {"type": TAB, "title": self.title, "panels": self.panels, **self.json}


@attr.s
class Tabs:
    """Several tabs, of which Grafana shows one at a time."""

    tabs: list[Tab] = attr.ib(factory=list)

    def to_json_data(self) -> Json:
        """Return the tabs for the compiler, which writes them as Grafana stores them."""
        return {"type": TABS, "panels": self.tabs}


@attr.s
class AutoGrid:
    """Panels that share the width of the screen."""

    panels: list[Any] = attr.ib(factory=list)
    options: Json = attr.ib(factory=dict)

    def to_json_data(self) -> Json:
        """Return the grid for the compiler, which writes it as Grafana stores it."""
        return {"type": AUTO_GRID, "panels": self.panels, OPTIONS_KEY: self.options}


Panels = Panel | Row | Tabs | AutoGrid | dict[str, Any] | Iterable["Panels"]
"""What stands on a dashboard, in a row or in a tab: panels, rows, grids and tabs. A dict is a panel as Grafana stores it."""


_PLACED = (dict, core.Panel, core.AlertList, core.Row, Tabs, AutoGrid)


def flat(panels: Any, where: str) -> Iterator[Any]:
    """Yield what stands one after another, from lists and lists of lists.

    Raises:
        TypeError: something has no place on a dashboard.
    """
    if isinstance(panels, dict | str) or not isinstance(panels, Iterable):
        panels = [panels]
    for index, panel in enumerate(panels):
        if isinstance(panel, _PLACED) or callable(getattr(panel, "build", None)):
            yield panel
        elif isinstance(panel, Iterable) and not isinstance(panel, str | bytes):
            yield from flat(panel, where)
        else:
            raise TypeError(f"{where}: {reprlib.repr(panel)} is not a panel{_hint(panel, index)}")


def _hint(value: Any, index: int) -> str:
    if value is None:
        return f"; number {index + 1} of its panels is None: does a function forget to return it?"
    if isinstance(value, Query):
        return "; put the query into one, such as timeseries(title, query)"
    if isinstance(value, Tab):
        return "; put the tab into tabs(...)"
    return f"; number {index + 1} of its panels is one of {type(value).__name__}"


def several(value: Any, *single: type) -> list[Any]:
    """Return a list, also if there is a single one."""
    if isinstance(value, single):
        return [value]
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]


def variable_of(value: Any, where: str) -> Any:
    """Return a variable. Raises `TypeError` if it is none."""
    if isinstance(value, core.Template | dict):
        return value
    raise TypeError(f"{where}: {reprlib.repr(value)} is not a variable; make one with query_variable(...) or its like")
