"""Dashboards."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attr
from grafanalib import core

from dashkit.authoring import checks
from dashkit.authoring.conform import required
from dashkit.authoring.paths import Json, merge
from dashkit.authoring.placed import Panels, flat, several, variable_of
from dashkit.authoring.renamed import warn_renamed
from dashkit.authoring.texts import folded
from dashkit.authoring.variables import Variable
from dashkit.model.notes import STRICT_KEY

if TYPE_CHECKING:
    # As in `dashkit.authoring.panel`.
    _DashboardBase = object
else:
    _DashboardBase = core.Dashboard

_REFRESH_CHOICES = ["5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"]


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


def new_dashboard(
    title: str,
    *,
    uid: str,
    panels: Panels,
    description: str = "",
    tags: str | Iterable[str] = (),
    variables: Variable | dict[str, Any] | Iterable[Variable | dict[str, Any]] = (),
    links: dict[str, Any] | Iterable[dict[str, Any]] = (),
    annotations: dict[str, Any] | Iterable[dict[str, Any]] = (),
    time: str | tuple[str, str] = "6h",
    refresh: str = "1m",
    timezone: str = "browser",
    shared_crosshair: bool = True,
    shared_tooltip: bool = False,
    editable: bool = True,
    strict: bool = False,
    raw: dict[str, Any] | None = None,
) -> Dashboard:
    """Create a dashboard.

    Args:
        uid: its identity, which links, alerts and permissions refer to: 1 to 40 characters of ``A-Z a-z 0-9 _ -``.
        panels: panels, `row`, `grid`, `auto_grid` and `tabs` in reading order. Panels without a position are placed
            automatically.
        time: how far back the view starts, such as ``6h`` or ``7d``, or its beginning and end: ``("now-2d/d", "now-1d/d")``.
        refresh: how often panels are loaded again, such as ``30s``. Empty for never.
        timezone: ``browser``, ``utc`` or a name such as ``Europe/Berlin``.
        shared_crosshair: show the time under the mouse in all panels; with ``shared_tooltip``, the values too.
        editable: whether people may edit it in Grafana.
        strict: refuse to push it to a Grafana that has no dynamic dashboards, instead of naming what is lost there; see `tabs`.
        raw: raw JSON, written over the dashboard.

    Raises:
        TypeError: something is not a panel, a variable, a link or a text.
        ValueError: a time or an interval is not one.
    """
    where = f"dashboard {reprlib.repr(title)}"
    start, end = required(f"{where}: time=", time, checks.time_range)
    required(f"{where}: timezone=", timezone, checks.timezone)
    if refresh:
        required(f"{where}: refresh=", refresh, checks.refresh)
    json: Json = {
        "description": folded(description),
        "tags": [_text(one, where, "tags") for one in several(tags, str)],
        "templating": {"list": [variable_of(one, where) for one in several(variables, Variable, core.Template, dict)]},
        "annotations": {"list": [_json(one, where, "annotations") for one in several(annotations, dict)]},
        "links": [_json(one, where, "links") for one in several(links, dict)],
        "time": {"from": start, "to": end},
        "timepicker": {"refresh_intervals": _REFRESH_CHOICES},
        "refresh": refresh,
        "timezone": timezone,
        "graphTooltip": 2 if shared_tooltip else 1 if shared_crosshair else 0,
        "editable": editable,
    }
    merge(json, raw or {})
    if strict:
        json[STRICT_KEY] = True
    return Dashboard(title=title, uid=uid, json=json, panels=list(flat(panels, where)))


def dashboard(*arguments: Any, **options: Any) -> Dashboard:
    """Do what `new_dashboard` does. This is its old name, which works until 0.2."""
    warn_renamed("dashboard(...) is now new_dashboard(...)")
    return new_dashboard(*arguments, **options)


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
