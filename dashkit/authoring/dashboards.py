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
    """Create a dashboard.

    Args:
        uid: its identity, which links, alerts and permissions refer to: 1 to 40 characters of ``A-Z a-z 0-9 _ -``.
        panels: panels, `row` and `grid` in reading order. Panels without a position are placed automatically.
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
    """Create a row of panels. The panels of a ``collapsed`` row load their data only when it is opened."""
    extra = {**({"key": key} if key else {}), **({"repeat": repeat} if repeat else {})}
    return RowPanel(title=title, panels=list(_flat(panels)), collapsed=collapsed, extraJson=extra or None)


def grid(columns: int, *panels: Any, height: int | None = None) -> list[Any]:
    """Lay out panels with equal widths, ``columns`` per line: ``grid(3, a, b, c)``."""
    if columns < 1 or 24 % columns:
        raise ValueError(f"the 24 columns of a dashboard do not divide evenly by {columns}")
    for panel in panels:
        panel.gridPos = {**(panel.gridPos or {}), "w": 24 // columns, **({"h": height} if height else {})}
    return list(panels)


def _flat(panels: Iterable[Any]) -> Iterable[Any]:
    for panel in panels:
        if isinstance(panel, list | tuple):
            yield from _flat(panel)
        else:
            yield panel
