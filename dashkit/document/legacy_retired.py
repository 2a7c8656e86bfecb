"""Panels whose plugins no longer exist: singlestat, the old pie chart, the discrete panel, the world map."""

from __future__ import annotations

import re
from typing import Any

from dashkit.document.edit import set_given, take
from dashkit.document.legacy_axis import bound
from dashkit.document.thresholds import range_mapping, steps_from_text, value_mapping

CALCS = {"avg": "mean", "current": "lastNotNull", "total": "sum", "name": "lastNotNull"}
"""Old names of reductions that have a new one."""


def field_defaults(panel: dict[str, Any]) -> dict[str, Any]:
    """Return the panel's field defaults; create them if there are none."""
    config = panel.setdefault("fieldConfig", {})
    config.setdefault("overrides", [])
    defaults: dict[str, Any] = config.setdefault("defaults", {})
    return defaults


def reduce_to(*calcs: str) -> dict[str, Any]:
    """Return the options that reduce each series to one value per calculation."""
    return {"calcs": list(calcs), "fields": "", "values": False}


def override(name: str, properties: list[tuple[str, Any]], matcher: str = "byName") -> dict[str, Any]:
    """Return an override of the fields with a name."""
    return {
        "matcher": {"id": matcher, "options": name},
        "properties": [{"id": key, "value": value} for key, value in properties],
    }


def fixed_color(color: Any) -> tuple[str, Any]:
    """Return the property of an override that sets a colour."""
    return "color", {"fixedColor": color, "mode": "fixed"}


def modern_piechart(panel: dict[str, Any]) -> None:
    old = take(
        panel, "aliasColors", "format", "pieType", "legend", "legendType", "combine", "breakPoint", "fontSize", "valueName",
        "decimals", "strokeWidth", "nullPointMode",
    )  # fmt: skip
    defaults, legend = field_defaults(panel), old.get("legend") or {}
    shown = [name for key, name in (("values", "value"), ("percentage", "percent")) if legend.get(key)]
    placement = {"Right side": "right", "Under graph": "bottom", "On graph": "bottom"}
    set_given(defaults, unit=old.get("format"), decimals=bound(old.get("decimals")))
    defaults.setdefault("color", {"mode": "palette-classic"})
    panel["type"] = "piechart"
    panel["options"] = {
        "displayLabels": ["name", *shown] if old.get("legendType") == "On graph" else [],
        "legend": {
            "calcs": [],
            "displayMode": "table" if legend.get("values") or legend.get("percentage") else "list",
            "placement": placement.get(old.get("legendType") or "", "right"),
            "showLegend": bool(legend.get("show", True)) and old.get("legendType") != "On graph",
            "values": shown,
        },
        "pieType": old.get("pieType") or "pie",
        "reduceOptions": reduce_to(CALCS.get(old.get("valueName") or "current", "lastNotNull")),
        "tooltip": {"mode": "single", "sort": "none"},
    }
    colors = sorted((old.get("aliasColors") or {}).items())
    panel["fieldConfig"]["overrides"] += [override(name, [fixed_color(color)]) for name, color in colors]


def modern_singlestat(panel: dict[str, Any]) -> None:
    old = take(
        panel, "colorBackground", "colorValue", "colors", "format", "gauge", "mappingType", "mappingTypes",
        "nullPointMode", "nullText", "postfix", "postfixFontSize", "prefix", "prefixFontSize", "rangeMaps", "sparkline",
        "thresholds", "valueFontSize", "valueMaps", "valueName", "tableColumn", "decimals",
    )  # fmt: skip
    defaults, gauge = field_defaults(panel), old.get("gauge") or {}
    unit = old.get("format")
    if unit in (None, "", "none", "short") and (old.get("prefix") or old.get("postfix")):
        unit = f"prefix:{old['prefix']}" if old.get("prefix") else f"suffix:{old['postfix']}"
    set_given(
        defaults, unit=unit, decimals=bound(old.get("decimals")), noValue=old.get("nullText"), mappings=_mappings(old)
    )
    _color_by_thresholds(defaults, old)
    reduction = reduce_to(CALCS.get(old.get("valueName") or "avg", old.get("valueName") or "mean"))
    if old.get("tableColumn"):
        reduction["fields"] = f"/^{re.escape(str(old['tableColumn']))}$/"
    if gauge.get("show"):
        least, most = bound(gauge.get("minValue", 0)), bound(gauge.get("maxValue", 100))
        defaults |= {key: value for key, value in (("min", least), ("max", most)) if value is not None}
        panel["type"] = "gauge"
        panel["options"] = {
            "reduceOptions": reduction,
            "showThresholdLabels": bool(gauge.get("thresholdLabels")),
            "showThresholdMarkers": bool(gauge.get("thresholdMarkers", True)),
        }
    else:
        sparkline = old.get("sparkline") or {}
        if (
            sparkline.get("show")
            and sparkline.get("lineColor")
            and not (old.get("colorBackground") or old.get("colorValue"))
        ):
            defaults["color"] = {"fixedColor": sparkline["lineColor"], "mode": "fixed"}
        panel["type"] = "stat"
        panel["options"] = {
            "colorMode": "background" if old.get("colorBackground") else "value" if old.get("colorValue") else "none",
            "graphMode": "area" if sparkline.get("show") else "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "reduceOptions": reduction,
            "textMode": "name" if old.get("valueName") == "name" else "auto",
            "wideLayout": True,
        }


def modern_discrete(panel: dict[str, Any]) -> None:
    old = take(
        panel, "backgroundColor", "lineColor", "metricNameColor", "timeTextColor", "valueTextColor",
        "legendPercentDecimals", "decimals", "rowHeight", "textSize", "textSizeTime", "units", "legendSortBy",
        "highlightOnMouseover", "showLegend", "showLegendPercent", "showLegendNames", "showLegendValues", "showTimeAxis",
        "use12HourClock", "writeMetricNames", "writeLastValue", "writeAllValues", "showDistinctCount",
        "showLegendCounts", "showLegendTime", "showTransitionCount", "colorMaps", "rangeMaps", "valueMaps",
    )  # fmt: skip
    defaults = field_defaults(panel)
    colors = {entry.get("text"): entry.get("color") for entry in old.get("colorMaps") or ()}
    mappings = _mappings(old)
    for mapping in mappings:
        result = mapping["options"].get("result") or next(iter(mapping["options"].values()))
        if colors.get(result["text"]):
            result["color"] = colors[result["text"]]
    unit = old.get("units")
    set_given(defaults, unit=None if unit == "none" else unit, decimals=bound(old.get("decimals")), mappings=mappings)
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
    old = take(
        panel, "circleMaxSize", "circleMinSize", "colors", "decimals", "esGeoPoint", "esMetric", "esLocationName",
        "locationData", "hideEmpty", "hideZero", "initialZoom", "jsonUrl", "jsonpCallback", "mapCenter",
        "mapCenterLatitude", "mapCenterLongitude", "mouseWheelZoom", "stickyLabels", "thresholds", "unitPlural",
        "unitSingle", "unitSingular", "valueName", "tableQueryOptions", "aggregation",
    )  # fmt: skip
    _color_by_thresholds(field_defaults(panel), old)
    query = old.get("tableQueryOptions") or {}
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


def _mappings(old: dict[str, Any]) -> list[dict[str, Any]]:
    mappings = [value_mapping(entry.get("value"), entry.get("text")) for entry in old.get("valueMaps") or ()]
    return mappings + [
        range_mapping(entry.get("from"), entry.get("to"), entry.get("text")) for entry in old.get("rangeMaps") or ()
    ]


def _color_by_thresholds(defaults: dict[str, Any], old: dict[str, Any]) -> None:
    """Replace the panel's thresholds by those of the old panel, and colour values by them."""
    defaults.pop("thresholds", None)
    set_given(defaults, thresholds=steps_from_text(old.get("thresholds"), old.get("colors") or []))
    defaults["color"] = {"mode": "thresholds"}
