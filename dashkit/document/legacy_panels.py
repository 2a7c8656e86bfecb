"""grafanalib's other panel classes in the shape of today's panels, with one small function for each type.

Each function rewrites the panel in place. It leaves out what Grafana itself fills in on load.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashkit.document.edit import drop, keep, set_given, take
from dashkit.document.legacy_graph import modern_graph
from dashkit.document.legacy_heatmap import modern_heatmap
from dashkit.document.legacy_retired import (
    CALCS,
    field_defaults,
    modern_discrete,
    modern_piechart,
    modern_singlestat,
    modern_worldmap,
    reduce_to,
)
from dashkit.document.thresholds import modern_mappings


def _options(panel: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(panel.get("options"), dict):
        panel["options"] = {}
    options: dict[str, Any] = panel["options"]
    return options


def _timeseries(panel: dict[str, Any]) -> None:
    custom = field_defaults(panel).get("custom") or {}
    scale = custom.get("scaleDistribution") or {}
    if scale.get("type") == "linear":
        scale.pop("log", None)
    if not (custom.get("stacking") or {}).get("mode"):
        custom.pop("stacking", None)
    _legend(panel)


def _legend(panel: dict[str, Any]) -> None:
    """``displayMode: hidden`` became ``showLegend: false`` with schema 37."""
    options = _options(panel)
    legend = options.get("legend")
    if isinstance(legend, dict):
        hidden = legend.get("displayMode") == "hidden"
        if hidden:
            legend["displayMode"] = "list"
        legend.setdefault("showLegend", not hidden)


def _stat(panel: dict[str, Any]) -> None:
    defaults = field_defaults(panel)
    if defaults.get("noValue") == "none":  # grafanalib's default, which would show the word
        del defaults["noValue"]
    # Without this option, 11 puts value and name side by side. With it, old and new servers draw the same.
    _options(panel).setdefault("wideLayout", True)


def _bargauge(panel: dict[str, Any]) -> None:
    options, defaults = _options(panel), field_defaults(panel)
    old = options.pop("fieldOptions", None)
    if old is None:
        return
    _field_options(old, old.get("defaults") or {}, defaults)
    options["reduceOptions"] = _reduction(old)
    drop(options, "showThresholdLabels", "showThresholdMarkers")  # options of a gauge, not of a bar gauge


def _gauge(panel: dict[str, Any]) -> None:
    options, defaults = _options(panel), field_defaults(panel)
    options |= take(panel["fieldConfig"], "showThresholdLabels", "showThresholdMarkers")
    old = take(defaults, "calcs", "limit", "values", "override", "title")
    if "calcs" in old:
        _field_options(old, {"title": old.get("title")}, defaults)
        options["reduceOptions"] = _reduction(old)


def _field_options(old: dict[str, Any], settings: dict[str, Any], defaults: dict[str, Any]) -> None:
    set_given(defaults, displayName=settings.get("title"), links=settings.get("links"), mappings=old.get("mappings"))
    set_given(defaults, **{key: settings.get(key) for key in ("decimals", "max", "min", "unit")})


def _reduction(old: dict[str, Any]) -> dict[str, Any]:
    reduction = reduce_to(*(old.get("calcs") or ["mean"])) | {"values": bool(old.get("values"))}
    return {**reduction, "limit": old["limit"]} if old.get("limit") else reduction


def _table(panel: dict[str, Any]) -> None:
    defaults = field_defaults(panel)
    set_given(defaults, **take(panel, "color", "mappings"))
    drop(panel, "fontSize", "styles", "scroll", "pageSize", "showHeader", "sort", "transform")
    custom = defaults.get("custom") or {}
    display = custom.pop("displayMode", None)
    if display:
        custom.setdefault("cellOptions", cell_options(display))
    _options(panel).setdefault("cellHeight", "sm")
    if columns := panel.pop("columns", None):
        reducers = [CALCS.get(c.get("value", ""), c.get("value")) for c in columns if isinstance(c, dict)]
        panel["transformations"] = [{"id": "reduce", "options": {"reducers": reducers}}]


def cell_options(display: str) -> dict[str, Any]:
    """Return the cell options that replaced a ``displayMode`` with schema 38."""
    gauges = {"gradient-gauge": "gradient", "lcd-gauge": "lcd", "basic": "basic"}
    if display in gauges:
        return {"mode": gauges[display], "type": "gauge"}
    backgrounds = {"color-background": "gradient", "color-background-solid": "basic"}
    if display in backgrounds:
        return {"mode": backgrounds[display], "type": "color-background"}
    return {"type": display}


def modern_alertlist(panel: dict[str, Any]) -> None:
    options = _options(panel)
    old = take(
        panel, "dashboardTags", "limit", "nameFilter", "onlyAlertsOnDashboard", "show", "sortOrder", "stateFilter"
    )  # fmt: skip
    if not old:
        return
    states = set(old.get("stateFilter") or ("alerting", "pending", "no_data", "execution_error"))
    panel["options"] = {
        "alertName": options.get("alertName") or old.get("nameFilter") or "",
        "dashboardAlerts": bool(old.get("onlyAlertsOnDashboard")),
        "groupBy": [],
        "groupMode": "default",
        "maxItems": old.get("limit") or 10,
        "sortOrder": old.get("sortOrder") or 1,
        "stateFilter": {
            "error": "execution_error" in states,
            "firing": "alerting" in states,
            "noData": "no_data" in states,
            "normal": bool({"ok", "inactive"} & states),
            "pending": "pending" in states,
        },
        "viewMode": "list",
    }
    if old.get("dashboardTags"):
        tags = "|".join(old["dashboardTags"])
        panel["options"]["alertInstanceLabelFilter"] = f'{{dashboard=~"{tags}"}}'


DASHLIST_KEYS = ("headings", "search", "recent", "starred", "limit", "query", "tags", "folderId", "folderUID")


def modern_dashlist(panel: dict[str, Any]) -> None:
    old = take(panel, *DASHLIST_KEYS)
    if not old:
        return
    panel["options"] = {
        "includeVars": False,
        "keepTime": False,
        "maxItems": old.get("limit") or 10,
        "query": old.get("query") or "",
        "showHeadings": bool(old.get("headings", True)),
        "showRecentlyViewed": bool(old.get("recent")),
        "showSearch": bool(old.get("search")),
        "showStarred": bool(old.get("starred")),
        "tags": old.get("tags") or [],
    }


def _piechart(panel: dict[str, Any]) -> None:
    _legend_and_tooltip(panel)
    _options(panel).setdefault("displayLabels", [])


def _legend_and_tooltip(panel: dict[str, Any]) -> None:
    _legend(panel)
    (_options(panel).get("tooltip") or {}).setdefault("sort", "none")


def _text(panel: dict[str, Any]) -> None:
    panel.pop("fieldConfig", None)
    options = _options(panel)
    options["mode"] = str(options.get("mode") or "markdown").lower()
    if options["mode"] == "text":  # Grafana 8 removed this mode; markdown looks the same
        options["mode"] = "markdown"


def _row(panel: dict[str, Any]) -> None:
    keep(panel, "type", "title", "collapsed", "panels", "gridPos", "id", "key", "repeat", "__source__")


def _barchart(panel: dict[str, Any]) -> None:
    color = field_defaults(panel).get("color") or {}
    if color.get("fixedColor") == "none":
        del color["fixedColor"]
    _legend(panel)


def _logs(panel: dict[str, Any]) -> None:
    field_defaults(panel).pop("custom", None)


PANELS: dict[str, Callable[[dict[str, Any]], None]] = {
    "alertlist": modern_alertlist,
    "barchart": _barchart,
    "bargauge": _bargauge,
    "dashlist": modern_dashlist,
    "gauge": _gauge,
    "grafana-piechart-panel": modern_piechart,
    "grafana-worldmap-panel": modern_worldmap,
    "graph": modern_graph,
    "heatmap": modern_heatmap,
    "histogram": _legend,
    "logs": _logs,
    "natel-discrete-panel": modern_discrete,
    "piechart": _piechart,
    "row": _row,
    "singlestat": modern_singlestat,
    "stat": _stat,
    "state-timeline": _legend_and_tooltip,
    "status-history": _legend_and_tooltip,
    "table": _table,
    "text": _text,
    "timeseries": _timeseries,
}
"""The function that modernises a grafanalib panel, by type. Other types need only what all panels share."""


def modern_panel(panel: dict[str, Any]) -> None:
    """Rewrite one grafanalib panel in place, including its mappings."""
    if rewrite := PANELS.get(panel.get("type", "")):
        rewrite(panel)
    defaults = (panel.get("fieldConfig") or {}).get("defaults")
    if isinstance(defaults, dict) and "mappings" in defaults:
        defaults["mappings"] = modern_mappings(defaults["mappings"])
