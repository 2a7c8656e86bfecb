"""Panels with readable defaults: one function for each panel type.

Each takes a title, the queries and, by name, the options of `PanelOptions` and of its type. For ``unit``, see
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/.
"""

from __future__ import annotations

from typing import Any, Unpack

from dashkit.authoring.look import Mapping, Number, Thresholds
from dashkit.authoring.panel_options import (
    Panel,
    PanelOptions,
    Query,
    build_panel,
    colour_by_value,
    field,
    legend_options,
    reduce_to,
)
from dashkit.authoring.queries import LOKI


def timeseries(
    title: str,
    *queries: Query,
    unit: str = "short",
    decimals: int | None = None,
    minimum: Number | None = 0,
    maximum: Number | None = None,
    thresholds: Thresholds | None = None,
    legend: str = "list",
    calcs: list[str] | None = None,
    stack: bool = False,
    bars: bool = False,
    fill: int = 10,
    log: bool = False,
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show lines over time. ``thresholds`` are drawn as dashed lines.

    ``legend`` is ``list``, ``table`` or ``none``, optionally with a placement: ``table-right``. ``calcs`` are the columns of
    the legend, such as ``["lastNotNull", "max"]``.
    """
    custom: dict[str, Any] = {
        "drawStyle": "bars" if bars else "line",
        "fillOpacity": 70 if bars else 30 if stack else fill,
        "gradientMode": "none",
        "lineInterpolation": "linear",
        "lineWidth": 0 if bars else 2,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if stack else "none"},
        "thresholdsStyle": {"mode": "dashed" if thresholds else "off"},
    }
    if log:
        custom["scaleDistribution"] = {"log": 10, "type": "log"}
    defaults = field(
        unit=unit, decimals=decimals, minimum=None if log else minimum, maximum=maximum, thresholds=thresholds,
        color="palette-classic", no_data=no_data, custom=custom,
    )  # fmt: skip
    options = {"legend": legend_options(legend, calcs), "tooltip": {"mode": "multi", "sort": "desc"}}
    return build_panel("timeseries", title, queries, options, defaults, size=(12, 8), **panel)


def stat(
    title: str,
    *queries: Query,
    unit: str = "short",
    decimals: int | None = None,
    thresholds: Thresholds | None = None,
    mappings: list[Mapping] | None = None,
    calc: str = "lastNotNull",
    sparkline: bool = False,
    background: bool = False,
    names: bool = False,
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show one large number per series, coloured by threshold. ``background`` colours the whole tile, ``names`` adds names."""
    mode = "background" if background else "value" if thresholds or mappings else "none"
    options = {
        "colorMode": mode,
        "graphMode": "area" if sparkline else "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": reduce_to(calc),
        "textMode": "value_and_name" if names else "auto",
        "wideLayout": True,
    }
    defaults = field(unit=unit, decimals=decimals, thresholds=thresholds, mappings=mappings, no_data=no_data)
    colour_by_value(defaults, thresholds, mappings)
    return build_panel("stat", title, queries, options, defaults, size=(6, 4), **panel)


def gauge(
    title: str,
    *queries: Query,
    unit: str = "percentunit",
    decimals: int | None = None,
    minimum: Number = 0,
    maximum: Number = 1,
    thresholds: Thresholds | None = None,
    calc: str = "lastNotNull",
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show a dial from ``minimum`` to ``maximum``."""
    options = {
        "orientation": "auto",
        "reduceOptions": reduce_to(calc),
        "showThresholdLabels": False,
        "showThresholdMarkers": True,
    }
    defaults = field(
        unit=unit, decimals=decimals, minimum=minimum, maximum=maximum, thresholds=thresholds,
        no_data=no_data,
    )  # fmt: skip
    colour_by_value(defaults, thresholds, None)
    return build_panel("gauge", title, queries, options, defaults, size=(6, 6), **panel)


def bar_gauge(
    title: str,
    *queries: Query,
    unit: str = "short",
    decimals: int | None = None,
    minimum: Number | None = 0,
    maximum: Number | None = None,
    thresholds: Thresholds | None = None,
    calc: str = "lastNotNull",
    vertical: bool = False,
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show one bar per series, for rankings and shares of a limit."""
    options = {
        "displayMode": "gradient" if thresholds else "basic",
        "orientation": "vertical" if vertical else "horizontal",
        "reduceOptions": reduce_to(calc),
        "showUnfilled": True,
        "valueMode": "color",
    }
    defaults = field(
        unit=unit, decimals=decimals, minimum=minimum, maximum=maximum, thresholds=thresholds,
        color="thresholds" if thresholds else "palette-classic",
        no_data=no_data,
    )  # fmt: skip
    return build_panel("bargauge", title, queries, options, defaults, size=(12, 8), **panel)


def pie_chart(
    title: str,
    *queries: Query,
    unit: str = "short",
    decimals: int | None = None,
    donut: bool = True,
    calc: str = "lastNotNull",
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show shares of a whole, with value and percentage in the legend."""
    options = {
        "displayLabels": ["percent"],
        "legend": {
            "calcs": [], "displayMode": "table", "placement": "right", "showLegend": True, "values": ["value", "percent"],
        },
        "pieType": "donut" if donut else "pie",
        "reduceOptions": reduce_to(calc),
        "tooltip": {"mode": "single", "sort": "none"},
    }  # fmt: skip
    defaults = field(unit=unit, decimals=decimals, color="palette-classic", no_data=no_data)
    return build_panel("piechart", title, queries, options, defaults, size=(8, 8), **panel)


def table(
    title: str,
    *queries: Query,
    unit: str = "short",
    decimals: int | None = None,
    thresholds: Thresholds | None = None,
    sort_by: str = "",
    descending: bool = True,
    rename: dict[str, str] | None = None,
    hide: list[str] | None = None,
    order: list[str] | None = None,
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show a table of instant queries with ``as_table=True``. Rows are merged by their labels, and ``Time`` is hidden.

    ``rename`` maps columns (labels, or ``Value #A``) to titles. ``hide`` and ``order`` list columns by their original names.
    """
    options: dict[str, Any] = {"cellHeight": "sm", "showHeader": True}
    if sort_by:
        options["sortBy"] = [{"desc": descending, "displayName": sort_by}]
    excluded = dict.fromkeys(["Time", *(hide or ())], True)
    organise = {
        "excludeByName": excluded,
        "indexByName": {name: index for index, name in enumerate(order or ())},
        "renameByName": rename or {},
    }
    panel.setdefault("transformations", [{"id": "merge", "options": {}}, {"id": "organize", "options": organise}])
    defaults = field(
        unit=unit, decimals=decimals, thresholds=thresholds, no_data=no_data,
        color="thresholds" if thresholds else "", custom={"align": "auto", "cellOptions": {"type": "auto"}, "filterable": False},
    )  # fmt: skip
    return build_panel("table", title, queries, options, defaults, size=(24, 8), **panel)


def heatmap(
    title: str,
    *queries: Query,
    unit: str = "s",
    scheme: str = "Oranges",
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show a distribution over time from the buckets of a histogram.

    The query is like ``prometheus("sum by (le) (rate(x_bucket[...]))", "{{le}}", as_heatmap=True)``.
    """
    options = {
        "calculate": False,
        "cellGap": 1,
        "color": {
            "exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": False, "scale": "exponential",
            "scheme": scheme, "steps": 64,
        },
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": True},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit},
    }  # fmt: skip
    defaults = field(no_data=no_data, custom={"hideFrom": {"legend": False, "tooltip": False, "viz": False}})
    return build_panel("heatmap", title, queries, options, defaults, size=(12, 8), **panel)


def state_timeline(
    title: str,
    *queries: Query,
    mappings: list[Mapping] | None = None,
    thresholds: Thresholds | None = None,
    unit: str = "short",
    no_data: str = "",
    **panel: Unpack[PanelOptions],
) -> Panel:
    """Show states over time, with one row per series: up or down, phase, health."""
    options = {
        "alignValue": "left",
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
        "mergeValues": True,
        "rowHeight": 0.85,
        "showValue": "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    # With the colour mode "thresholds", Grafana would merge states by threshold and show thresholds instead of names.
    mode = "thresholds" if thresholds else "palette-classic"
    defaults = field(
        unit=unit, thresholds=thresholds, mappings=mappings, color=mode, no_data=no_data,
        custom={"fillOpacity": 70, "lineWidth": 0},
    )  # fmt: skip
    return build_panel("state-timeline", title, queries, options, defaults, size=(24, 6), **panel)


def logs(
    title: str, *queries: Query, labels: bool = False, newest_first: bool = True, **panel: Unpack[PanelOptions]
) -> Panel:
    """Show log lines. The default datasource is the variable ``loki``."""
    options = {
        "dedupStrategy": "none",
        "enableLogDetails": True,
        "prettifyLogMessage": False,
        "showCommonLabels": False,
        "showLabels": labels,
        "showTime": True,
        "sortOrder": "Descending" if newest_first else "Ascending",
        "wrapLogMessage": True,
    }
    panel.setdefault("datasource", {"type": "loki", "uid": LOKI})
    return build_panel("logs", title, queries, options, {}, size=(24, 10), **panel)


def text(title: str, content: str, *, width: int = 24, height: int = 3, key: str = "") -> Panel:
    """Show Markdown. If the title is empty, the panel has no frame."""
    options = {
        "code": {"language": "plaintext", "showLineNumbers": False, "showMiniMap": False},
        "content": content.strip(),
        "mode": "markdown",
    }
    return build_panel("text", title, (), options, {}, size=(width, height), key=key, transparent=not title)


def alert_list(
    title: str,
    *,
    labels: str = "",
    folder_uid: str = "",
    limit: int = 20,
    **panel: Unpack[PanelOptions],
) -> Panel:
    """List firing and pending alert instances. ``labels`` filters them: ``{system="shop"}``."""
    options: dict[str, Any] = {
        "alertInstanceLabelFilter": labels,
        "alertName": "",
        "dashboardAlerts": False,
        "groupBy": [],
        "groupMode": "default",
        "maxItems": limit,
        "sortOrder": 3,
        "stateFilter": {"error": True, "firing": True, "noData": False, "normal": False, "pending": True},
        "viewMode": "list",
    }
    if folder_uid:
        options["folder"] = {"uid": folder_uid}
    return build_panel("alertlist", title, (), options, {}, size=(12, 8), **panel)
