"""Dashboards, rows and grids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grafanalib.core import Annotations, Dashboard, RowPanel, Templating, Time, TimePicker

_REFRESH_CHOICES = ["5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"]


def dashboard(
    title: str,
    *,
    uid: str,
    panels: Iterable[Any],
    description: str = "",
    tags: Iterable[str] = (),
    variables: Iterable[Any] = (),
    links: Iterable[Any] = (),
    annotations: Iterable[Any] = (),
    time: str = "6h",
    refresh: str = "1m",
    timezone: str = "browser",
    shared_crosshair: bool = True,
) -> Any:
    """A dashboard.

    Args:
        uid: its identity: 1 to 40 of ``A-Z a-z 0-9 _ -``; links, alerts and permissions hang on it.
        panels: panels, `row` and `grid` in reading order; without places of their own they flow.
        time: how far back the view starts, such as ``6h`` or ``7d``.
    """
    return Dashboard(
        title=title,
        uid=uid,
        description=" ".join(description.split()),
        tags=list(tags),
        templating=Templating(list=list(variables)),
        annotations=Annotations(list=list(annotations)),
        links=list(links),
        panels=list(_flat(panels)),
        time=Time(f"now-{time}", "now"),
        timePicker=TimePicker(refreshIntervals=_REFRESH_CHOICES, timeOptions=[]),
        refresh=refresh,
        timezone=timezone,
        graphTooltip=1 if shared_crosshair else 0,
    )


def row(title: str, *panels: Any, collapsed: bool = False, repeat: str = "", key: str = "") -> Any:
    """A row with its panels; ``collapsed`` ones load their data only when opened."""
    panel = RowPanel(
        title=title, panels=list(_flat(panels)), collapsed=collapsed, extraJson={"key": key} if key else None
    )
    if repeat:
        panel.extraJson = {**(panel.extraJson or {}), "repeat": repeat}
    return panel


def grid(columns: int, *panels: Any, height: int | None = None) -> list[Any]:
    """Panels of equal width, ``columns`` to a line: ``grid(3, a, b, c)``."""
    if columns < 1 or 24 % columns:
        raise ValueError(f"24 columns do not divide by {columns}")
    for panel in panels:
        panel.gridPos = {**(panel.gridPos or {}), "w": 24 // columns, **({"h": height} if height else {})}
    return list(panels)


def _flat(panels: Iterable[Any]) -> Iterable[Any]:
    for panel in panels:
        if isinstance(panel, list | tuple):
            yield from _flat(panel)
        else:
            yield panel
