"""What Grafana fills in, written down: only where helpers write something there too.

A helper writes its own default where a panel says nothing. With Grafana's default in that place, both say what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from dashkit.authoring.paths import Json, put
from dashkit.quiet.kinds import AXES, FIELDS, GRAPHS, LEGENDS, STATES, TILES
from dashkit.quiet.traces import Rule, at, objects_on, path_of

WRITTEN_OUT: Literal["written out"] = "written out"
"""What is done about a default."""
_LEGEND = {
    "options.legend.displayMode": "list",
    "options.legend.placement": "bottom",
    "options.legend.showLegend": True,
}
_CALCS: Json = {"options.legend.calcs": []}
_TOOLTIP = {"options.tooltip.mode": "single", "options.tooltip.sort": "none"}
_STACKING = {
    "fieldConfig.defaults.custom.stacking.group": "A",
    "fieldConfig.defaults.custom.stacking.mode": "none",
}
_GRAPH = {
    "fieldConfig.defaults.color.mode": "palette-classic",
    "fieldConfig.defaults.custom.drawStyle": "line",
    "fieldConfig.defaults.custom.fillOpacity": 0,
    "fieldConfig.defaults.custom.gradientMode": "none",
    "fieldConfig.defaults.custom.lineInterpolation": "linear",
    "fieldConfig.defaults.custom.lineWidth": 1,
    "fieldConfig.defaults.custom.showPoints": "auto",
    "fieldConfig.defaults.custom.spanNulls": False,
    "fieldConfig.defaults.custom.thresholdsStyle.mode": "off",
}
_BARS = {
    "fieldConfig.defaults.custom.fillOpacity": 80,
    "fieldConfig.defaults.custom.gradientMode": "none",
    "fieldConfig.defaults.custom.lineWidth": 1,
}
_STATE = {
    "options.rowHeight": 0.9,
    "options.showValue": "auto",
    "fieldConfig.defaults.custom.fillOpacity": 70,
}
#: Of tiles, only where none of the forms before Grafana 7 stands that it turns into these.
_REDUCE = {
    "options.reduceOptions.calcs": ["lastNotNull"],
    "options.reduceOptions.fields": "",
    "options.reduceOptions.values": False,
}
_STAT = {
    "options.colorMode": "value",
    "options.graphMode": "area",
    "options.justifyMode": "auto",
    "options.orientation": "auto",
    "options.textMode": "auto",
    "options.wideLayout": True,
}
_BAR_GAUGE = {
    "options.displayMode": "gradient",
    "options.orientation": "auto",
    "options.showUnfilled": True,
    "options.valueMode": "color",
}
_TABLE = {
    "options.cellHeight": "sm",
    "options.showHeader": True,
    "fieldConfig.defaults.custom.align": "auto",
    "fieldConfig.defaults.custom.cellOptions.type": "auto",
    "fieldConfig.defaults.custom.filterable": False,
}

#: Kinds of panels, and their defaults by path.
FILLED: tuple[tuple[frozenset[str], Mapping[str, Any]], ...] = (
    (LEGENDS, _LEGEND),
    (AXES, _CALCS),
    # Histograms and candlesticks had no tooltip that one could set before Grafana 10.3.
    (LEGENDS - {"histogram", "candlestick"}, _TOOLTIP),
    (GRAPHS, _GRAPH),
    (frozenset(("barchart", "histogram")), _BARS),
    (GRAPHS | {"histogram"}, _STACKING),
    (STATES, _STATE),
    (TILES | {"piechart"}, _REDUCE),
    (frozenset(("stat",)), _STAT),
    (frozenset(("bargauge",)), _BAR_GAUGE),
    (frozenset(("table",)), _TABLE),
)

#: A gauge is left as it is: later Grafanas rewrite ``showThresholdMarkers`` only if it is said.


def _defaults(panel: Json) -> Iterator[str]:
    kind = panel.get("type")
    if kind in TILES | {"piechart"} and not _modern(panel):
        return
    for kinds, values in FILLED:
        if kind in kinds:
            for path, value in values.items():
                if at(panel, path) is None and objects_on(panel, path):
                    put(panel, path_of(path), value)
                    yield path


def _empty(panel: Json) -> Iterator[str]:
    fields = panel.get("fieldConfig")
    if panel.get("type") in FIELDS and isinstance(fields, dict):
        empty: Json = {"defaults": {}, "overrides": []}
        for key in empty.keys() - fields.keys():
            fields[key] = empty[key]
            yield f"fieldConfig.{key}"


def _modern(panel: Json) -> bool:
    # What has no options at all has none of the old ones: Grafana's model of a panel begins with an empty object.
    options = panel.get("options", {})
    return isinstance(options, dict) and not options.keys() & {"fieldOptions", "valueOptions"}


RULES: tuple[Rule, ...] = (
    Rule("Grafana fills it in", _defaults, WRITTEN_OUT),
    Rule("there are none", _empty, WRITTEN_OUT),
)
