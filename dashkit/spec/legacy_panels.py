"""grafanalib's other panel classes in the shape of today's panels; one small function for each type.

Each rewrites the panel in place. What Grafana itself would fill in on load is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashkit.spec.legacy_graph import modern_graph
from dashkit.spec.thresholds import modern_mappings, range_mapping, steps_from_text, value_mapping

_CALC = {"avg": "mean", "current": "lastNotNull", "total": "sum", "name": "lastNotNull"}


def _defaults(panel: dict[str, Any]) -> dict[str, Any]:
    config = panel.setdefault("fieldConfig", {})
    config.setdefault("overrides", [])
    defaults: dict[str, Any] = config.setdefault("defaults", {})
    return defaults


def _options(panel: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(panel.get("options"), dict):
        panel["options"] = {}
    options: dict[str, Any] = panel["options"]
    return options


def _set(target: dict[str, Any], **values: Any) -> None:
    target.update({key: value for key, value in values.items() if value not in (None, "", [], {})})


def _reduce(calc: str) -> dict[str, Any]:
    return {"calcs": [calc], "fields": "", "values": False}


def _timeseries(panel: dict[str, Any]) -> None:
    custom = _defaults(panel).get("custom") or {}
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
    defaults = _defaults(panel)
    if defaults.get("noValue") == "none":  # grafanalib's default, which would show the word
        del defaults["noValue"]
    # 11 lays value and name side by side unless told; spelled out, old and new servers draw the same.
    _options(panel).setdefault("wideLayout", True)


def _bargauge(panel: dict[str, Any]) -> None:
    options, defaults = _options(panel), _defaults(panel)
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
    defaults = _defaults(panel)
    moved = ("calcs", "limit", "values", "override", "title")
    old: dict[str, Any] = {key: defaults.pop(key) for key in moved if key in defaults}
    if "calcs" in old:
        _field_options(old, {"title": old.get("title")}, defaults)
        options["reduceOptions"] = _reduction(old)


def _field_options(old: dict[str, Any], settings: dict[str, Any], defaults: dict[str, Any]) -> None:
    _set(defaults, displayName=settings.get("title"), links=settings.get("links"), mappings=old.get("mappings"))
    _set(defaults, **{key: settings.get(key) for key in ("decimals", "max", "min", "unit")})


def _reduction(old: dict[str, Any]) -> dict[str, Any]:
    reduction = {"calcs": list(old.get("calcs") or ["mean"]), "fields": "", "values": bool(old.get("values"))}
    return {**reduction, "limit": old["limit"]} if old.get("limit") else reduction


def _table(panel: dict[str, Any]) -> None:
    defaults = _defaults(panel)
    color, mappings = panel.pop("color", None), panel.pop("mappings", None)
    columns = panel.pop("columns", None)
    for key in ("fontSize", "styles", "scroll", "pageSize", "showHeader", "sort", "transform"):
        panel.pop(key, None)
    _set(defaults, color=color, mappings=mappings)
    custom = defaults.get("custom") or {}
    display = custom.pop("displayMode", None)
    if display:
        custom.setdefault("cellOptions", cell_options(display))
    _options(panel).setdefault("cellHeight", "sm")
    if columns:
        reducers = [_CALC.get(c.get("value", ""), c.get("value")) for c in columns if isinstance(c, dict)]
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
    _set(modern_color, min=color.get("min"), max=color.get("max"))
    y_axis: dict[str, Any] = {"axisPlacement": "left", "reverse": bool(old.get("reverseYBuckets"))}
    _set(y_axis, unit=axis.get("format"), decimals=axis.get("decimals"), axisLabel=axis.get("label"))
    _set(y_axis, min=axis.get("min"), max=axis.get("max"))
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


def _piechart(panel: dict[str, Any]) -> None:
    keys = (
        "aliasColors",
        "format",
        "pieType",
        "legend",
        "legendType",
        "combine",
        "breakPoint",
        "fontSize",
        "valueName",
    )
    old = {key: panel.pop(key) for key in keys if key in panel}
    defaults, legend = _defaults(panel), old.get("legend") or {}
    placement = {"Right side": "right", "Under graph": "bottom", "On graph": "bottom"}
    _set(defaults, unit=old.get("format"))
    defaults.setdefault("color", {"mode": "palette-classic"})
    panel["type"] = "piechart"
    panel["options"] = {
        "displayLabels": ["name", "percent"] if old.get("legendType") == "On graph" else [],
        "legend": {
            "calcs": [],
            "displayMode": "table" if legend.get("values") or legend.get("percentage") else "list",
            "placement": placement.get(old.get("legendType") or "", "right"),
            "showLegend": bool(legend.get("show", True)) and old.get("legendType") != "On graph",
            "values": [name for key, name in (("values", "value"), ("percentage", "percent")) if legend.get(key)],
        },
        "pieType": old.get("pieType") or "pie",
        "reduceOptions": _reduce(_CALC.get(old.get("valueName") or "current", "lastNotNull")),
        "tooltip": {"mode": "single", "sort": "none"},
    }
    panel["fieldConfig"]["overrides"] += [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [{"id": "color", "value": {"fixedColor": color, "mode": "fixed"}}],
        }
        for name, color in sorted((old.get("aliasColors") or {}).items())
    ]


def _singlestat(panel: dict[str, Any]) -> None:
    keys = (
        "colorBackground", "colorValue", "colors", "format", "gauge", "mappingType", "mappingTypes", "nullPointMode",
        "nullText", "postfix", "postfixFontSize", "prefix", "prefixFontSize", "rangeMaps", "sparkline", "thresholds",
        "valueFontSize", "valueMaps", "valueName", "tableColumn", "decimals",
    )  # fmt: skip
    old = {key: panel.pop(key) for key in keys if key in panel}
    defaults, gauge = _defaults(panel), old.get("gauge") or {}
    thresholds = steps_from_text(old.get("thresholds"), old.get("colors") or [])
    mappings = [value_mapping(entry.get("value"), entry.get("text")) for entry in old.get("valueMaps") or ()]
    mappings += [range_mapping(e.get("from"), e.get("to"), e.get("text")) for e in old.get("rangeMaps") or ()]
    unit = old.get("format")
    if unit in (None, "", "none", "short") and (old.get("prefix") or old.get("postfix")):
        unit = f"prefix:{old['prefix']}" if old.get("prefix") else f"suffix:{old['postfix']}"
    defaults.pop("thresholds", None)
    defaults["color"] = {"mode": "thresholds"}
    _set(defaults, unit=unit, decimals=old.get("decimals"), noValue=old.get("nullText"), mappings=mappings)
    _set(defaults, thresholds=thresholds)
    reduction = _reduce(_CALC.get(old.get("valueName") or "avg", old.get("valueName") or "mean"))
    if gauge.get("show"):
        defaults["min"], defaults["max"] = gauge.get("minValue", 0), gauge.get("maxValue", 100)
        panel["type"] = "gauge"
        panel["options"] = {
            "reduceOptions": reduction,
            "showThresholdLabels": bool(gauge.get("thresholdLabels")),
            "showThresholdMarkers": bool(gauge.get("thresholdMarkers", True)),
        }
    else:
        mode = "background" if old.get("colorBackground") else "value" if old.get("colorValue") else "none"
        panel["type"] = "stat"
        panel["options"] = {
            "colorMode": mode,
            "graphMode": "area" if (old.get("sparkline") or {}).get("show") else "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "reduceOptions": reduction,
            "textMode": "name" if old.get("valueName") == "name" else "auto",
            "wideLayout": True,
        }


def _discrete(panel: dict[str, Any]) -> None:
    keys = (
        "backgroundColor", "lineColor", "metricNameColor", "timeTextColor", "valueTextColor", "legendPercentDecimals",
        "decimals", "rowHeight", "textSize", "textSizeTime", "units", "legendSortBy", "highlightOnMouseover",
        "showLegend", "showLegendPercent", "showLegendNames", "showLegendValues", "showTimeAxis", "use12HourClock",
        "writeMetricNames", "writeLastValue", "writeAllValues", "showDistinctCount", "showLegendCounts",
        "showLegendTime", "showTransitionCount", "colorMaps", "rangeMaps", "valueMaps",
    )  # fmt: skip
    old = {key: panel.pop(key) for key in keys if key in panel}
    defaults = _defaults(panel)
    colors = {entry.get("text"): entry.get("color") for entry in old.get("colorMaps") or ()}
    mappings = [value_mapping(entry.get("value"), entry.get("text")) for entry in old.get("valueMaps") or ()]
    mappings += [range_mapping(e.get("from"), e.get("to"), e.get("text")) for e in old.get("rangeMaps") or ()]
    for mapping in mappings:
        result = mapping["options"].get("result") or next(iter(mapping["options"].values()))
        if colors.get(result["text"]):
            result["color"] = colors[result["text"]]
    unit = old.get("units")
    _set(defaults, unit=None if unit == "none" else unit, decimals=old.get("decimals"), mappings=mappings)
    defaults["color"] = {"mode": "thresholds"}
    defaults["custom"] = {"fillOpacity": 70, "lineWidth": 0}
    shown = bool(old.get("showLegend", True))
    panel["type"] = "state-timeline"
    panel["options"] = {
        "alignValue": "left",
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": shown},
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "always" if old.get("writeAllValues") else "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    }


def _worldmap(panel: dict[str, Any]) -> None:
    keys = (
        "circleMaxSize", "circleMinSize", "colors", "decimals", "esGeoPoint", "esMetric", "esLocationName",
        "locationData", "hideEmpty", "hideZero", "initialZoom", "jsonUrl", "jsonpCallback", "mapCenter",
        "mapCenterLatitude", "mapCenterLongitude", "mouseWheelZoom", "stickyLabels", "thresholds", "unitPlural",
        "unitSingle", "unitSingular", "valueName", "tableQueryOptions", "aggregation",
    )  # fmt: skip
    old = {key: panel.pop(key) for key in keys if key in panel}
    defaults, query = _defaults(panel), old.get("tableQueryOptions") or {}
    defaults.pop("thresholds", None)
    _set(defaults, thresholds=steps_from_text(old.get("thresholds"), old.get("colors") or []))
    defaults["color"] = {"mode": "thresholds"}
    if old.get("locationData") in ("countries", "countries_3letter", "states"):
        location = {"gazetteer": f"public/gazetteer/{old['locationData'].partition('_')[0]}.json", "mode": "lookup"}
    elif query.get("queryType") == "coordinates":
        location = {
            "latitude": query.get("latitudeField") or "latitude",
            "longitude": query.get("longitudeField") or "longitude",
            "mode": "coords",
        }
    else:
        location = {"geohash": query.get("geohashField") or old.get("esGeoPoint") or "geohash", "mode": "geohash"}
    size = {"fixed": 5, "max": old.get("circleMaxSize") or 30, "min": old.get("circleMinSize") or 2}
    panel["type"] = "geomap"
    panel["options"] = {
        "basemap": {"name": "Layer 0", "type": "default"},
        "controls": {"mouseWheelZoom": bool(old.get("mouseWheelZoom")), "showAttribution": True, "showZoom": True},
        "layers": [
            {
                "config": {"showLegend": True, "style": {"color": {"fixed": "dark-green"}, "size": size}},
                "location": location,
                "name": "Markers",
                "type": "markers",
            }
        ],
        "view": {
            "id": "coords",
            "lat": old.get("mapCenterLatitude") or 0,
            "lon": old.get("mapCenterLongitude") or 0,
            "zoom": old.get("initialZoom") or 1,
        },
    }


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
    color = _defaults(panel).get("color") or {}
    if color.get("fixedColor") == "none":
        del color["fixedColor"]
    _legend(panel)


def _logs(panel: dict[str, Any]) -> None:
    _defaults(panel).pop("custom", None)


def _statusmap(panel: dict[str, Any]) -> None:
    panel.pop("isNew", None)


PANELS: dict[str, Callable[[dict[str, Any]], None]] = {
    "alertlist": _alertlist,
    "barchart": _barchart,
    "bargauge": _bargauge,
    "dashlist": _dashlist,
    "flant-statusmap-panel": _statusmap,
    "gauge": _gauge,
    "grafana-piechart-panel": _piechart,
    "grafana-worldmap-panel": _worldmap,
    "graph": modern_graph,
    "heatmap": _heatmap,
    "histogram": _histogram,
    "logs": _logs,
    "natel-discrete-panel": _discrete,
    "piechart": _piechart_v2,
    "row": _row,
    "singlestat": _singlestat,
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
