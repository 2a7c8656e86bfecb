"""grafanalib's other panel classes in the shape of today's panels; one small function for each type.

Each rewrites the panel in place. What Grafana itself would fill in on load is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashkit.spec.legacy_graph import modern_graph
from dashkit.spec.legacy_retired import (
    CALCS,
    field_defaults,
    modern_discrete,
    modern_piechart,
    modern_singlestat,
    modern_worldmap,
    set_given,
)
from dashkit.spec.thresholds import modern_mappings


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
    # 11 lays value and name side by side unless told; spelled out, old and new servers draw the same.
    _options(panel).setdefault("wideLayout", True)


def _bargauge(panel: dict[str, Any]) -> None:
    options, defaults = _options(panel), field_defaults(panel)
    old = options.pop("fieldOptions", None)
    if old is None:
        return
    _field_options(old, old.get("defaults") or {}, defaults)
    options["reduceOptions"] = _reduction(old)
    for key in ("showThresholdLabels", "showThresholdMarkers"):  # a gauge's, not a bar gauge's
        options.pop(key, None)


def _gauge(panel: dict[str, Any]) -> None:
    options, config = _options(panel), panel.setdefault("fieldConfig", {})
    for key in ("showThresholdLabels", "showThresholdMarkers"):
        if key in config:
            options[key] = config.pop(key)
    defaults = field_defaults(panel)
    moved = ("calcs", "limit", "values", "override", "title")
    old: dict[str, Any] = {key: defaults.pop(key) for key in moved if key in defaults}
    if "calcs" in old:
        _field_options(old, {"title": old.get("title")}, defaults)
        options["reduceOptions"] = _reduction(old)


def _field_options(old: dict[str, Any], settings: dict[str, Any], defaults: dict[str, Any]) -> None:
    set_given(defaults, displayName=settings.get("title"), links=settings.get("links"), mappings=old.get("mappings"))
    set_given(defaults, **{key: settings.get(key) for key in ("decimals", "max", "min", "unit")})


def _reduction(old: dict[str, Any]) -> dict[str, Any]:
    reduction = {"calcs": list(old.get("calcs") or ["mean"]), "fields": "", "values": bool(old.get("values"))}
    return {**reduction, "limit": old["limit"]} if old.get("limit") else reduction


def _table(panel: dict[str, Any]) -> None:
    defaults = field_defaults(panel)
    color, mappings = panel.pop("color", None), panel.pop("mappings", None)
    columns = panel.pop("columns", None)
    for key in ("fontSize", "styles", "scroll", "pageSize", "showHeader", "sort", "transform"):
        panel.pop(key, None)
    set_given(defaults, color=color, mappings=mappings)
    custom = defaults.get("custom") or {}
    display = custom.pop("displayMode", None)
    if display:
        custom.setdefault("cellOptions", cell_options(display))
    _options(panel).setdefault("cellHeight", "sm")
    if columns:
        reducers = [CALCS.get(c.get("value", ""), c.get("value")) for c in columns if isinstance(c, dict)]
        panel["transformations"] = [{"id": "reduce", "options": {"reducers": reducers}}]


def cell_options(display: str) -> dict[str, Any]:
    """The cell type that replaced a ``displayMode`` with schema 38."""
    gauges = {"gradient-gauge": "gradient", "lcd-gauge": "lcd", "basic": "basic"}
    if display in gauges:
        return {"mode": gauges[display], "type": "gauge"}
    backgrounds = {"color-background": "gradient", "color-background-solid": "basic"}
    if display in backgrounds:
        return {"mode": backgrounds[display], "type": "color-background"}
    return {"type": display}


def _heatmap(panel: dict[str, Any]) -> None:
    keys = (
        "cards", "color", "dataFormat", "heatmap", "hideZeroBuckets", "highlightCards", "legend", "reverseYBuckets",
        "tooltip", "xAxis", "yAxis", "yBucketBound", "xBucketNumber", "xBucketSize", "yBucketNumber", "yBucketSize",
    )  # fmt: skip
    old = {key: panel.pop(key) for key in keys if key in panel}
    if not old:
        return
    color, axis = old.get("color") or {}, old.get("yAxis") or {}
    scheme = str(color.get("colorScheme") or "").removeprefix("interpolate") or "Oranges"
    modern_color: dict[str, Any] = {
        "exponent": color.get("exponent") or 0.5,
        "fill": color.get("cardColor") or "dark-orange",
        "mode": "opacity" if color.get("mode") == "opacity" else "scheme",
        "reverse": False,
        "scale": "exponential",
        "scheme": scheme,
        "steps": 64,
    }
    set_given(modern_color, min=color.get("min"), max=color.get("max"))
    y_axis: dict[str, Any] = {"axisPlacement": "left", "reverse": bool(old.get("reverseYBuckets"))}
    set_given(y_axis, unit=axis.get("format"), decimals=axis.get("decimals"), axisLabel=axis.get("label"))
    set_given(y_axis, min=axis.get("min"), max=axis.get("max"))
    panel["options"] = {
        # "timeseries" are raw values that the panel has to count; "tsbuckets" are buckets already.
        "calculate": old.get("dataFormat") != "tsbuckets",
        "cellGap": (old.get("cards") or {}).get("cardPadding") or 1,
        "color": modern_color,
        "legend": {"show": bool((old.get("legend") or {}).get("show"))},
        "tooltip": {"mode": "single" if (old.get("tooltip") or {}).get("show", True) else "none", "yHistogram": False},
        "yAxis": y_axis,
    }
    if old.get("hideZeroBuckets"):
        panel["options"]["filterValues"] = {"le": 1e-9}


def _alertlist(panel: dict[str, Any]) -> None:
    keys = ("dashboardTags", "limit", "nameFilter", "onlyAlertsOnDashboard", "show", "sortOrder", "stateFilter")
    old = {key: panel.pop(key) for key in keys if key in panel}
    options = _options(panel)
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


def _dashlist(panel: dict[str, Any]) -> None:
    keys = ("headings", "search", "recent", "starred", "limit", "query", "tags", "folderId", "folderUID")
    old = {key: panel.pop(key) for key in keys if key in panel}
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


def _piechart_v2(panel: dict[str, Any]) -> None:
    options = _options(panel)
    _legend(panel)
    options.setdefault("displayLabels", [])
    (options.get("tooltip") or {}).setdefault("sort", "none")


def _histogram(panel: dict[str, Any]) -> None:
    _legend(panel)


def _state_timeline(panel: dict[str, Any]) -> None:
    _legend(panel)
    (_options(panel).get("tooltip") or {}).setdefault("sort", "none")


def _text(panel: dict[str, Any]) -> None:
    panel.pop("fieldConfig", None)
    options = _options(panel)
    options["mode"] = str(options.get("mode") or "markdown").lower()
    if options["mode"] == "text":  # gone since Grafana 8; markdown shows it alike
        options["mode"] = "markdown"


def _row(panel: dict[str, Any]) -> None:
    keep = ("type", "title", "collapsed", "panels", "gridPos", "id", "key", "repeat", "__source__")
    for key in [key for key in panel if key not in keep]:
        del panel[key]


def _barchart(panel: dict[str, Any]) -> None:
    color = field_defaults(panel).get("color") or {}
    if color.get("fixedColor") == "none":
        del color["fixedColor"]
    _legend(panel)


def _logs(panel: dict[str, Any]) -> None:
    field_defaults(panel).pop("custom", None)


def _statusmap(panel: dict[str, Any]) -> None:
    panel.pop("isNew", None)


PANELS: dict[str, Callable[[dict[str, Any]], None]] = {
    "alertlist": _alertlist,
    "barchart": _barchart,
    "bargauge": _bargauge,
    "dashlist": _dashlist,
    "flant-statusmap-panel": _statusmap,
    "gauge": _gauge,
    "grafana-piechart-panel": modern_piechart,
    "grafana-worldmap-panel": modern_worldmap,
    "graph": modern_graph,
    "heatmap": _heatmap,
    "histogram": _histogram,
    "logs": _logs,
    "natel-discrete-panel": modern_discrete,
    "piechart": _piechart_v2,
    "row": _row,
    "singlestat": modern_singlestat,
    "stat": _stat,
    "state-timeline": _state_timeline,
    "status-history": _state_timeline,
    "table": _table,
    "text": _text,
    "timeseries": _timeseries,
}
"""By type: what brings a grafanalib panel to today's shape. Types not named need no more than the common part."""


def modern_panel(panel: dict[str, Any]) -> None:
    """Rewrite one grafanalib panel in place, mappings included."""
    rewrite = PANELS.get(panel.get("type", ""))
    if rewrite is not None:
        rewrite(panel)
    defaults = (panel.get("fieldConfig") or {}).get("defaults")
    if isinstance(defaults, dict) and "mappings" in defaults:
        defaults["mappings"] = modern_mappings(defaults["mappings"])
