"""Dashboards, rows and grids."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attr
from grafanalib import core

from dashkit.authoring import checks
from dashkit.authoring.conform import MismatchError, conform
from dashkit.authoring.panel import Panel
from dashkit.authoring.paths import Json, merge
from dashkit.authoring.query import Query
from dashkit.authoring.renamed import warn_renamed
from dashkit.authoring.variables import Variable
from dashkit.model.notes import LINE_KEY, PANEL_KEY

if TYPE_CHECKING:
    # As in `dashkit.authoring.panel`.
    _DashboardBase = object
    _RowBase = object
else:
    _DashboardBase, _RowBase = core.Dashboard, core.RowPanel

_REFRESH_CHOICES = ["5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"]
_COLUMNS = 24


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
class Dashboard(_DashboardBase):
    """A dashboard in Grafana's current format."""

    title: str = attr.ib(default="")
    uid: str = attr.ib(default="")
    panels: list[Any] = attr.ib(factory=list)
    json: Json = attr.ib(factory=dict)

    def to_json_data(self) -> Json:
        """Return the dashboard as Grafana stores it, with notes for the compiler."""
        return {"title": self.title, "uid": self.uid, **self.json, "panels": self.panels}


Panels = Panel | Row | dict[str, Any] | Iterable["Panels"]
"""A panel, a row, or several: what `row`, `grid` and `new_dashboard` take. A dict is a panel as Grafana stores it."""


def new_dashboard(
    title: str,
    *,
    uid: str,
    panels: Panels,
    description: str = "",
    tags: str | Iterable[str] = (),
    variables: Variable | Iterable[Variable] = (),
    links: dict[str, Any] | Iterable[dict[str, Any]] = (),
    annotations: dict[str, Any] | Iterable[dict[str, Any]] = (),
    time: str | tuple[str, str] = "6h",
    refresh: str = "1m",
    timezone: str = "browser",
    shared_crosshair: bool = True,
    shared_tooltip: bool = False,
    editable: bool = True,
    raw: dict[str, Any] | None = None,
) -> Dashboard:
    """Create a dashboard.

    Args:
        uid: its identity, which links, alerts and permissions refer to: 1 to 40 characters of ``A-Z a-z 0-9 _ -``.
        panels: panels, `row` and `grid` in reading order. Panels without a position are placed automatically.
        time: how far back the view starts, such as ``6h`` or ``7d``, or its beginning and end: ``("now-2d/d", "now-1d/d")``.
        refresh: how often panels are loaded again, such as ``30s``. Empty for never.
        timezone: ``browser``, ``utc`` or a name such as ``Europe/Berlin``.
        shared_crosshair: show the time under the mouse in all panels; with ``shared_tooltip``, the values too.
        editable: whether people may edit it in Grafana.
        raw: raw JSON, written over the dashboard.

    Raises:
        TypeError: something is not a panel, a variable, a link or a text.
        ValueError: a time or an interval is not one.
    """
    where = f"dashboard {reprlib.repr(title)}"
    start, end = _checked(f"{where}: time=", time, checks.time_range)
    _checked(f"{where}: timezone=", timezone, checks.timezone)
    if refresh:
        _checked(f"{where}: refresh=", refresh, checks.refresh)
    json: Json = {
        "description": " ".join(description.split()),
        "tags": [_text(one, where, "tags") for one in _several(tags, str)],
        "templating": {"list": [_variable(one, where) for one in _several(variables, Variable, core.Template)]},
        "annotations": {"list": [_json(one, where, "annotations") for one in _several(annotations, dict)]},
        "links": [_json(one, where, "links") for one in _several(links, dict)],
        "time": {"from": start, "to": end},
        "timepicker": {"refresh_intervals": _REFRESH_CHOICES},
        "refresh": refresh,
        "timezone": timezone,
        "graphTooltip": 2 if shared_tooltip else 1 if shared_crosshair else 0,
        "editable": editable,
    }
    merge(json, raw or {})
    return Dashboard(title=title, uid=uid, json=json, panels=list(_flat(panels, where)))


def dashboard(*arguments: Any, **options: Any) -> Dashboard:
    """Do what `new_dashboard` does. This is its old name, which works until 0.2."""
    warn_renamed("dashboard(...) is now new_dashboard(...)")
    return new_dashboard(*arguments, **options)


def row(title: str, *panels: Panels, collapsed: bool = False, repeat: str = "", key: str = "") -> Row:
    """Create a row of panels.

    Panels flow from left to right. Those of a line are equally high, unless you give a ``height``. The panels of a
    ``collapsed`` row load their data only when it is opened. ``repeat`` names a variable; the row is repeated for each of its
    selected values.
    """
    json: Json = {**({PANEL_KEY: key} if key else {}), **({"repeat": repeat} if repeat else {})}
    if not isinstance(title, str):
        raise TypeError(f"row: the title {reprlib.repr(title)} is not a text; row takes it first, then the panels")
    return Row(title=title, panels=list(_flat(panels, f"row {reprlib.repr(title)}")), collapsed=collapsed, json=json)


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
        _checked("grid: height=", height, lambda value: checks.lines(conform(int)(value)))
    placed = list(_flat(panels, "grid"))
    for index, panel in enumerate(placed):
        size = {"w": _COLUMNS // columns, **({"h": height} if height else {})}
        if isinstance(panel, core.Row | Row):
            raise TypeError("grid: a row is as wide as the dashboard; put the grid into the row: row(title, grid(...))")
        if isinstance(panel, dict):
            placed[index] = {**panel, "gridPos": {**panel.get("gridPos", {}), **size}}
        elif isinstance(panel, core.Panel | core.AlertList):
            panel.gridPos = {**(panel.gridPos or {}), **size}
        else:
            raise TypeError("grid: a builder of the Foundation SDK says its place itself: .span(12).height(8)")
        if index == 0:
            _begin_line(placed[0])
    return placed


def _begin_line(panel: Any) -> None:
    if isinstance(panel, dict):
        panel[LINE_KEY] = True
    elif isinstance(panel, Panel):
        panel.json[LINE_KEY] = True
    else:
        panel.extraJson = {**(panel.extraJson or {}), LINE_KEY: True}


def _flat(panels: Any, where: str) -> Iterable[Any]:
    if isinstance(panels, dict | str) or not isinstance(panels, Iterable):
        panels = [panels]
    for index, panel in enumerate(panels):
        if isinstance(panel, dict | core.Panel | core.AlertList | core.Row) or callable(getattr(panel, "build", None)):
            yield panel
        elif isinstance(panel, Iterable) and not isinstance(panel, str | bytes):
            yield from _flat(panel, where)
        else:
            raise TypeError(f"{where}: {reprlib.repr(panel)} is not a panel{_hint(panel, index)}")


def _hint(value: Any, index: int) -> str:
    if value is None:
        return f"; number {index + 1} of its panels is None: does a function forget to return it?"
    if isinstance(value, Query):
        return "; put the query into one, such as timeseries(title, query)"
    return f"; number {index + 1} of its panels is one of {type(value).__name__}"


def _several(value: Any, *single: type) -> list[Any]:
    """Return a list, also if there is a single one."""
    if isinstance(value, single):
        return [value]
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]


def _variable(value: Any, where: str) -> Any:
    if isinstance(value, core.Template | dict):
        return value
    raise TypeError(f"{where}: {reprlib.repr(value)} is not a variable; make one with query_variable(...) or its like")


def _json(value: Any, where: str, name: str) -> Any:
    if isinstance(value, dict) or hasattr(value, "to_json_data"):
        return value
    maker = {"links": "dashboard_link(...), tag_links(...) or web_link(...)", "annotations": "event_annotation(...)"}[
        name
    ]
    raise TypeError(f"{where}: {name}= has {reprlib.repr(value)}; make one with {maker}")


def _text(value: Any, where: str, name: str) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{where}: {name}= has {reprlib.repr(value)}, which is not a text")


def _checked(where: str, value: Any, check: Any) -> Any:
    try:
        return check(value)
    except MismatchError as error:
        raise ValueError(f"{where}{value!r} {error}") from None
    except (TypeError, AttributeError):
        raise ValueError(f"{where}{value!r} is not a text") from None
