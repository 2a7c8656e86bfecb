"""Grafana's panel of 2015, ``graph``, as a time series, bar chart, bar gauge or histogram panel."""

from __future__ import annotations

from typing import Any

from dashkit.document.edit import set_given, take
from dashkit.document.legacy_axis import axis_settings, is_percent_stack
from dashkit.document.legacy_retired import CALCS, reduce_to
from dashkit.document.legacy_series import series_overrides
from dashkit.document.thresholds import modern_thresholds
from dashkit.document.v2.loose import mapping, number, objects, text
from dashkit.model.paths import at

#: What the panel had on itself. Grafana's panel of today reads none of it.
GRAPH_KEYS = (
    "aliasColors", "bars", "fill", "grid", "legend", "lines", "linewidth", "nullPointMode", "percentage", "pointradius",
    "points", "renderer", "seriesOverrides", "stack", "steppedLine", "tooltip", "thresholds", "xaxis", "yaxes", "yaxis",
    "alert", "dashes", "dashLength", "spaceLength", "fillGradient", "hiddenSeries", "decimals", "timeRegions", "line",
    "x-axis", "y-axis", "y_formats", "leftYAxisLabel", "rightYAxisLabel",
)  # fmt: skip
_COLORS = {"critical": "red", "warning": "orange", "ok": "green"}
_SORTED_BY = {"avg": "Mean", "current": "Last *", "max": "Max", "min": "Min", "total": "Total"}


def modern_graph(panel: dict[str, Any]) -> None:
    """Rewrite a panel of type ``graph`` in place. What it does not say is what Grafana's old panel took then."""
    old = take(panel, *GRAPH_KEYS)
    panel.pop("pluginVersion", None)
    given = mapping(panel.get("fieldConfig"))
    xaxis = mapping(old.get("xaxis"))
    axes = objects(old.get("yaxes")) or [{}]
    legend = _legend(mapping(old.get("legend")))
    if xaxis.get("mode") == "series":
        _as_categories(panel, old, axes[0], legend)
    elif xaxis.get("mode") == "histogram":
        panel["type"] = "histogram"
        panel["options"] = {"combine": True, "legend": legend}  # one distribution of all series
        if xaxis.get("buckets"):
            panel["options"]["bucketCount"] = xaxis["buckets"]
    else:
        _as_timeseries(panel, old, axes, legend)
        _keep_field_settings(panel["fieldConfig"], given)


def _as_timeseries(
    panel: dict[str, Any], old: dict[str, Any], axes: list[dict[str, Any]], legend: dict[str, Any]
) -> None:
    custom = _line(old)
    thresholds = _line_thresholds(old.get("thresholds"), custom)
    defaults = axis_settings(axes[0], custom, percent=is_percent_stack(old))
    if "decimals" not in defaults:
        set_given(defaults, decimals=number(old.get("decimals")))
    set_given(defaults, unit=at(panel, "fieldConfig.defaults.unit"), thresholds=thresholds)
    if old.get("nullPointMode") == "null as zero":
        defaults["noValue"] = "0"  # which is drawn where there is none
    panel["type"] = "timeseries"
    panel["fieldConfig"] = {
        "defaults": {"color": {"mode": "palette-classic"}, "custom": custom, **defaults},
        "overrides": series_overrides(old, axes),
    }
    tooltip = mapping(old.get("tooltip"))
    mode = "multi" if tooltip.get("shared", True) else "single"
    sort = {1: "asc", 2: "desc"}.get(tooltip.get("sort") or 0, "none")
    panel["options"] = {"legend": legend, "tooltip": {"mode": mode, "sort": sort}}


def _line(old: dict[str, Any]) -> dict[str, Any]:
    """Return how the series are drawn."""
    fill = (number(old.get("fill")) or 0) if "fill" in old else 1
    fading = number(old.get("fillGradient")) or 0
    custom: dict[str, Any] = {
        "drawStyle": "bars" if old.get("bars") else "line" if old.get("lines", True) else "points",
        "lineInterpolation": "stepAfter" if old.get("steppedLine") else "linear",
        "lineWidth": old.get("linewidth", 1),
        "fillOpacity": 100 if old.get("bars") else min(100, int((fading if fading > 0 else fill) * 10)),
        "showPoints": "always" if old.get("points") else "never",
        "spanNulls": old.get("nullPointMode") == "connected",
    }
    if fading > 0:
        custom["gradientMode"] = "opacity"
    if old.get("dashes"):
        dash = [old.get("dashLength") or 10, old.get("spaceLength") or 10]
        custom["lineStyle"] = {"dash": dash, "fill": "dash"}
    if old.get("points"):
        custom["pointSize"] = 2 + 2 * (number(old.get("pointradius")) or 2)
    if old.get("stack"):
        custom["stacking"] = {"group": "A", "mode": "percent" if old.get("percentage") else "normal"}
    return custom


def _keep_field_settings(config: dict[str, Any], given: dict[str, Any]) -> None:
    """Keep what Grafana 7 let one say about fields of a graph: standard options, and overrides of these."""
    for key, value in mapping(given.get("defaults")).items():
        if key not in ("custom", "thresholds", "color") and value not in (None, "", [], {}):
            config["defaults"].setdefault(key, value)
    kept = []
    for override in objects(given.get("overrides")):
        properties = [
            one for one in objects(override.get("properties")) if not text(one.get("id")).startswith("custom.")
        ]
        if properties:
            kept.append({**override, "properties": properties})
    config["overrides"] = kept + config["overrides"]


def _as_categories(panel: dict[str, Any], old: dict[str, Any], axis: dict[str, Any], legend: dict[str, Any]) -> None:
    calcs = [CALCS.get(calc, calc) for calc in old["xaxis"].get("values") or ()] or ["mean"]
    panel["fieldConfig"] = {"defaults": axis_settings(axis, {}), "overrides": []}
    if mapping(old.get("legend")).get("values"):
        panel["type"] = "bargauge"
        panel["fieldConfig"]["defaults"]["color"] = {"mode": "palette-classic"}
        panel["options"] = {
            "displayMode": "gradient",
            "orientation": "horizontal",
            "reduceOptions": reduce_to(*calcs),
        }
    else:
        panel["type"] = "barchart"
        panel["options"] = {"legend": legend}
        panel["transformations"] = [
            *objects(panel.get("transformations")), {"id": "reduce", "options": {"reducers": calcs}},
        ]  # fmt: skip


def _legend(old: dict[str, Any]) -> dict[str, Any]:
    calcs = [CALCS.get(key, key) for key in ("min", "max", "avg", "current", "total") if old.get(key)]
    legend: dict[str, Any] = {
        "calcs": calcs if old.get("values") else [],
        "displayMode": "table" if old.get("alignAsTable") else "list",
        "placement": "right" if old.get("rightSide") else "bottom",
        "showLegend": bool(old.get("show", True)),
    }
    if old.get("sideWidth"):
        legend["width"] = old["sideWidth"]
    column = text(old.get("sort"))
    if column in _SORTED_BY and old.get("alignAsTable") and old.get("values") and old.get(column):
        legend |= {"sortBy": _SORTED_BY[column], "sortDesc": bool(old.get("sortDesc"))}
    return legend


def _line_thresholds(old: Any, custom: dict[str, Any]) -> dict[str, Any] | None:
    limits = [entry for entry in objects(old) if number(entry.get("value") or 0) is not None]
    limits.sort(key=lambda entry: entry.get("value") or 0)
    if not limits:
        return None
    # "lt" colours the area below a limit, "gt" the area above it. Today's steps only know above.
    steps: list[dict[str, Any]] = [{"color": "transparent"}]
    for limit in limits:
        color = _COLORS.get(text(limit.get("colorMode"))) or _own_color(limit)
        if limit.get("op") == "lt":
            steps[-1]["color"] = color
            color = "transparent"
        steps.append({"color": color, "value": limit.get("value") or 0})
    areas, lines = (any(limit.get(key) for limit in limits) for key in ("fill", "line"))
    custom["thresholdsStyle"] = {"mode": "line+area" if areas and lines else "area" if areas else "line"}
    return modern_thresholds({"mode": "absolute", "steps": steps})


def _own_color(limit: dict[str, Any]) -> str:
    first, second = ("fillColor", "lineColor") if limit.get("fill") else ("lineColor", "fillColor")
    return text(limit.get(first)) or text(limit.get(second)) or "red"
