"""grafanalib's panels whose plugins are gone: singlestat, the old pie chart, the discrete panel, the world map."""

from __future__ import annotations

from typing import Any

from dashkit.spec.thresholds import range_mapping, steps_from_text, value_mapping

CALCS = {"avg": "mean", "current": "lastNotNull", "total": "sum", "name": "lastNotNull"}
"""Old names of reductions that have another now."""


def field_defaults(panel: dict[str, Any]) -> dict[str, Any]:
    """The panel's field defaults, made where there are none."""
    config = panel.setdefault("fieldConfig", {})
    config.setdefault("overrides", [])
    defaults: dict[str, Any] = config.setdefault("defaults", {})
    return defaults


def set_given(target: dict[str, Any], **values: Any) -> None:
    """Set the keys whose values say something."""
    target.update({key: value for key, value in values.items() if value not in (None, "", [], {})})


def reduce_to(calc: str) -> dict[str, Any]:
    """One value a series."""
    return {"calcs": [calc], "fields": "", "values": False}


def modern_piechart(panel: dict[str, Any]) -> None:
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
    defaults, legend = field_defaults(panel), old.get("legend") or {}
    placement = {"Right side": "right", "Under graph": "bottom", "On graph": "bottom"}
    set_given(defaults, unit=old.get("format"))
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
        "reduceOptions": reduce_to(CALCS.get(old.get("valueName") or "current", "lastNotNull")),
        "tooltip": {"mode": "single", "sort": "none"},
    }
    panel["fieldConfig"]["overrides"] += [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [{"id": "color", "value": {"fixedColor": color, "mode": "fixed"}}],
        }
        for name, color in sorted((old.get("aliasColors") or {}).items())
    ]


def modern_singlestat(panel: dict[str, Any]) -> None:
    keys = (
        "colorBackground", "colorValue", "colors", "format", "gauge", "mappingType", "mappingTypes", "nullPointMode",
        "nullText", "postfix", "postfixFontSize", "prefix", "prefixFontSize", "rangeMaps", "sparkline", "thresholds",
        "valueFontSize", "valueMaps", "valueName", "tableColumn", "decimals",
    )  # fmt: skip
    old = {key: panel.pop(key) for key in keys if key in panel}
    defaults, gauge = field_defaults(panel), old.get("gauge") or {}
    thresholds = steps_from_text(old.get("thresholds"), old.get("colors") or [])
    mappings = [value_mapping(entry.get("value"), entry.get("text")) for entry in old.get("valueMaps") or ()]
    mappings += [range_mapping(e.get("from"), e.get("to"), e.get("text")) for e in old.get("rangeMaps") or ()]
    unit = old.get("format")
    if unit in (None, "", "none", "short") and (old.get("prefix") or old.get("postfix")):
        unit = f"prefix:{old['prefix']}" if old.get("prefix") else f"suffix:{old['postfix']}"
    defaults.pop("thresholds", None)
    defaults["color"] = {"mode": "thresholds"}
    set_given(defaults, unit=unit, decimals=old.get("decimals"), noValue=old.get("nullText"), mappings=mappings)
    set_given(defaults, thresholds=thresholds)
    reduction = reduce_to(CALCS.get(old.get("valueName") or "avg", old.get("valueName") or "mean"))
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


def modern_discrete(panel: dict[str, Any]) -> None:
    keys = (
        "backgroundColor", "lineColor", "metricNameColor", "timeTextColor", "valueTextColor", "legendPercentDecimals",
        "decimals", "rowHeight", "textSize", "textSizeTime", "units", "legendSortBy", "highlightOnMouseover",
        "showLegend", "showLegendPercent", "showLegendNames", "showLegendValues", "showTimeAxis", "use12HourClock",
        "writeMetricNames", "writeLastValue", "writeAllValues", "showDistinctCount", "showLegendCounts",
        "showLegendTime", "showTransitionCount", "colorMaps", "rangeMaps", "valueMaps",
    )  # fmt: skip
    old = {key: panel.pop(key) for key in keys if key in panel}
    defaults = field_defaults(panel)
    colors = {entry.get("text"): entry.get("color") for entry in old.get("colorMaps") or ()}
    mappings = [value_mapping(entry.get("value"), entry.get("text")) for entry in old.get("valueMaps") or ()]
    mappings += [range_mapping(e.get("from"), e.get("to"), e.get("text")) for e in old.get("rangeMaps") or ()]
    for mapping in mappings:
        result = mapping["options"].get("result") or next(iter(mapping["options"].values()))
        if colors.get(result["text"]):
            result["color"] = colors[result["text"]]
    unit = old.get("units")
    set_given(defaults, unit=None if unit == "none" else unit, decimals=old.get("decimals"), mappings=mappings)
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


def modern_worldmap(panel: dict[str, Any]) -> None:
    keys = (
        "circleMaxSize", "circleMinSize", "colors", "decimals", "esGeoPoint", "esMetric", "esLocationName",
        "locationData", "hideEmpty", "hideZero", "initialZoom", "jsonUrl", "jsonpCallback", "mapCenter",
        "mapCenterLatitude", "mapCenterLongitude", "mouseWheelZoom", "stickyLabels", "thresholds", "unitPlural",
        "unitSingle", "unitSingular", "valueName", "tableQueryOptions", "aggregation",
    )  # fmt: skip
    old = {key: panel.pop(key) for key in keys if key in panel}
    defaults, query = field_defaults(panel), old.get("tableQueryOptions") or {}
    defaults.pop("thresholds", None)
    set_given(defaults, thresholds=steps_from_text(old.get("thresholds"), old.get("colors") or []))
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
