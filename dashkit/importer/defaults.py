"""What Grafana's panels take for what a document does not say.

Read in the plugins of Grafana 10 to 12 (``panelcfg.cue``, the builders of their options). Only what all of them agree on.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from dashkit.authoring.arguments import arguments_of
from dashkit.authoring.panels import KINDS
from dashkit.authoring.paths import put, step

Json = dict[str, Any]

_LEGEND: Json = {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []}
_TOOLTIP: Json = {"mode": "single", "sort": "none"}
_REDUCE: Json = {
    "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    "orientation": "auto",
    "text": {},
}
_LINES: Json = {
    "axisBorderShow": False, "axisCenteredZero": False, "axisColorMode": "text", "axisGridShow": True, "axisLabel": "",
    "axisPlacement": "auto", "barAlignment": 0, "drawStyle": "line", "fillOpacity": 0, "gradientMode": "none",
    "hideFrom": {"legend": False, "tooltip": False, "viz": False}, "insertNulls": False, "lineInterpolation": "linear",
    "lineWidth": 1, "pointSize": 5, "scaleDistribution": {"type": "linear"}, "showPoints": "auto", "spanNulls": False,
    "stacking": {"group": "A", "mode": "none"}, "thresholdsStyle": {"mode": "off"}, "barWidthFactor": 0.6,
}  # fmt: skip


def _fields(custom: Json, **defaults: Any) -> Json:
    return {"defaults": {**defaults, **({"custom": custom} if custom else {})}}


_CLASSIC, _BY_THRESHOLDS = {"mode": "palette-classic"}, {"mode": "thresholds"}
DEFAULTS: dict[str, Json] = {
    "timeseries": {"options": {"legend": _LEGEND, "tooltip": _TOOLTIP}, "fieldConfig": _fields(_LINES, color=_CLASSIC)},
    "stat": {
        "options": {
            **_REDUCE, "graphMode": "area", "colorMode": "value", "justifyMode": "auto", "textMode": "auto", "wideLayout": True,
            "showPercentChange": False, "percentChangeColorMode": "standard",
        },
        "fieldConfig": _fields({}, color=_BY_THRESHOLDS),
    },
    "gauge": {
        "options": {
            **_REDUCE, "showThresholdLabels": False, "showThresholdMarkers": True, "sizing": "auto", "minVizWidth": 75,
            "minVizHeight": 75,
        },
        "fieldConfig": _fields({}, color=_BY_THRESHOLDS),
    },
    "bargauge": {
        "options": {
            **_REDUCE, "displayMode": "gradient", "valueMode": "color", "namePlacement": "auto", "showUnfilled": True,
            "sizing": "auto", "minVizWidth": 8, "maxVizHeight": 300, "legend": {**_LEGEND, "showLegend": False},
        },
        "fieldConfig": _fields({}, color=_BY_THRESHOLDS),
    },
    "table": {
        "options": {
            "showHeader": True, "cellHeight": "sm", "frameIndex": 0,
            "footer": {"show": False, "reducer": ["sum"], "countRows": False, "fields": ""},
        },
        "fieldConfig": _fields({"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False, "filterable": False}),
    },
    "piechart": {
        "options": {
            **_REDUCE, "pieType": "pie", "displayLabels": [], "tooltip": _TOOLTIP,
            "legend": {"showLegend": True, "displayMode": "list", "placement": "right", "values": [], "calcs": []},
        },
        "fieldConfig": _fields({"hideFrom": _LINES["hideFrom"]}, color=_CLASSIC),
    },
    "state-timeline": {
        "options": {
            "showValue": "auto", "rowHeight": 0.9, "mergeValues": True, "alignValue": "left", "legend": _LEGEND,
            "tooltip": _TOOLTIP,
        },
        "fieldConfig": _fields({"lineWidth": 0, "fillOpacity": 70, "hideFrom": _LINES["hideFrom"]}),
    },
    "status-history": {
        "options": {"showValue": "auto", "rowHeight": 0.9, "colWidth": 0.9, "legend": _LEGEND, "tooltip": _TOOLTIP},
        "fieldConfig": _fields({"lineWidth": 1, "fillOpacity": 70, "hideFrom": _LINES["hideFrom"]}),
    },
    "barchart": {
        "options": {
            "orientation": "auto", "xTickLabelRotation": 0, "xTickLabelSpacing": 0, "stacking": "none", "showValue": "auto",
            "barWidth": 0.97, "groupWidth": 0.7, "fullHighlight": False, "legend": _LEGEND, "tooltip": _TOOLTIP,
        },
        "fieldConfig": _fields({
            "lineWidth": 1, "fillOpacity": 80, "gradientMode": "none", "axisLabel": "", "axisPlacement": "auto",
            "hideFrom": _LINES["hideFrom"], "axisBorderShow": False, "axisCenteredZero": False, "axisColorMode": "text",
            "scaleDistribution": {"type": "linear"}, "thresholdsStyle": {"mode": "off"},
        }, color=_CLASSIC),
    },
    "text": {
        "options": {"mode": "markdown", "code": {"language": "plaintext", "showLineNumbers": False, "showMiniMap": False}}
    },
}  # fmt: skip
_NO_DEFAULTS: Json = {"options": {}, "fieldConfig": {}}
_BY_PLUGIN = {kind.plugin: kind for kind in KINDS.values()}


def reduced(panel: Json) -> Json:
    """Return a copy of a panel without what its plugin takes anyway."""
    result = dict(panel)
    for key, defaults in DEFAULTS.get(str(panel.get("type")), _NO_DEFAULTS).items():
        if isinstance(result.get(key), dict):
            left = {name: value for name, value in _without(result[key], defaults).items() if value not in ({}, [])}
            result.pop(key)
            if left:
                result[key] = left
    return result


def _without(value: Json, defaults: Json) -> Json:
    result: Json = {}
    for key, entry in value.items():
        usual = defaults.get(key)
        if isinstance(entry, dict) and isinstance(usual, dict) and usual:
            entry = _without(entry, usual)
            if not entry:
                continue
        elif key in defaults and entry == usual and type(entry) is type(usual):
            continue
        result[key] = entry
    return result


def expanded(panel: Json) -> Json:
    """Return a copy of a panel that says what its plugin takes anyway, wherever the helper for it writes something of its own."""
    plugin = str(panel.get("type"))
    if plugin not in DEFAULTS:
        return panel
    result = deepcopy(panel)
    for path in _written(plugin):
        holder: Any = result
        usual: Any = DEFAULTS[plugin]
        for part in path:
            holder, usual = step(holder, part), step(usual, part)
        if holder is None and usual is not None:
            put(result, path, usual)
    return result


@cache
def _written(plugin: str) -> tuple[tuple[str | int, ...], ...]:
    """Return the places where a helper writes a default."""
    kind = _BY_PLUGIN[plugin]
    found = arguments_of(kind.table)
    return tuple(
        one.place.path
        for name, one in found.items()
        if one.place.path and kind.defaults.get(name, one.place.default) is not None
    )
