"""grafanalib's ``Graph`` (Grafana's panel of 2015) as a time series, bar chart, bar gauge or histogram panel."""

from __future__ import annotations

from typing import Any

from dashkit.document.edit import set_given, take
from dashkit.document.legacy_retired import CALCS, fixed_color, override, reduce_to
from dashkit.document.thresholds import modern_thresholds
from dashkit.model.paths import at

_KEYS = (
    "aliasColors", "bars", "fill", "grid", "legend", "lines", "linewidth", "nullPointMode", "percentage", "pointradius",
    "points", "renderer", "seriesOverrides", "stack", "steppedLine", "tooltip", "thresholds", "xaxis", "yaxes", "yaxis",
    "alert", "dashes", "dashLength", "spaceLength", "fillGradient", "hiddenSeries", "decimals",
)  # fmt: skip
_COLORS = {"critical": "red", "warning": "orange", "ok": "green"}


def modern_graph(panel: dict[str, Any]) -> None:
    """Rewrite a panel of type ``graph`` in place."""
    old = take(panel, *_KEYS)
    xaxis = old.get("xaxis") or {}
    axes = [axis for axis in old.get("yaxes") or () if isinstance(axis, dict)] or [{}]
    legend = _legend(old.get("legend") or {})
    if xaxis.get("mode") == "series":
        _as_categories(panel, old, axes[0], legend)
    elif xaxis.get("mode") == "histogram":
        panel["type"] = "histogram"
        panel["options"] = {"legend": legend}
        if xaxis.get("buckets"):
            panel["options"]["bucketCount"] = xaxis["buckets"]
    else:
        _as_timeseries(panel, old, axes, legend)


def _as_timeseries(
    panel: dict[str, Any], old: dict[str, Any], axes: list[dict[str, Any]], legend: dict[str, Any]
) -> None:
    custom: dict[str, Any] = {
        "drawStyle": "bars" if old.get("bars") else "line" if old.get("lines", True) else "points",
        "lineInterpolation": "stepAfter" if old.get("steppedLine") else "linear",
        "lineWidth": old.get("linewidth", 1),
        "fillOpacity": 100 if old.get("bars") else min(100, int(old.get("fill") or 0) * 10),
        "showPoints": "always" if old.get("points") else "never",
        "spanNulls": old.get("nullPointMode") == "connected",
    }
    if old.get("points"):
        custom["pointSize"] = 2 + 2 * int(old.get("pointradius") or 2)
    if old.get("stack"):
        custom["stacking"] = {"group": "A", "mode": "percent" if old.get("percentage") else "normal"}
    thresholds = _line_thresholds(old.get("thresholds"), custom)
    defaults = _axis(axes[0], custom)
    set_given(defaults, unit=at(panel, "fieldConfig.defaults.unit"), thresholds=thresholds)
    panel["type"] = "timeseries"
    panel["fieldConfig"] = {
        "defaults": {"color": {"mode": "palette-classic"}, "custom": custom, **defaults},
        "overrides": _overrides(old, axes),
    }
    tooltip = old.get("tooltip") or {}
    sort = {1: "asc", 2: "desc"}.get(tooltip.get("sort") or 0, "none")
    mode = "multi" if tooltip.get("shared", True) else "single"
    panel["options"] = {"legend": legend, "tooltip": {"mode": mode, "sort": sort}}


def _as_categories(panel: dict[str, Any], old: dict[str, Any], axis: dict[str, Any], legend: dict[str, Any]) -> None:
    calcs = [CALCS.get(calc, calc) for calc in old["xaxis"].get("values") or ()] or ["mean"]
    panel["fieldConfig"] = {"defaults": _axis(axis, {}), "overrides": []}
    if (old.get("legend") or {}).get("values"):
        panel["type"] = "bargauge"
        panel["options"] = {
            "displayMode": "gradient",
            "orientation": "horizontal",
            "reduceOptions": reduce_to(*calcs),
        }
    else:
        panel["type"] = "barchart"
        panel["options"] = {"legend": legend}
        panel["transformations"] = [{"id": "reduce", "options": {"reducers": calcs}}]


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
    return legend


def _axis(axis: dict[str, Any], custom: dict[str, Any]) -> dict[str, Any]:
    """Return unit, limits and decimals of an axis. Its label, visibility and scale go into ``custom``."""
    defaults: dict[str, Any] = {}
    set_given(defaults, unit=axis.get("format"), **{key: axis.get(key) for key in ("min", "max", "decimals")})
    set_given(custom, axisLabel=axis.get("label"))
    if axis.get("show") is False:
        custom["axisPlacement"] = "hidden"
    if (axis.get("logBase") or 1) != 1:
        custom["scaleDistribution"] = {"log": axis["logBase"], "type": "log"}
    return defaults


def _line_thresholds(old: Any, custom: dict[str, Any]) -> dict[str, Any] | None:
    limits = [entry for entry in old or () if isinstance(entry, dict)]
    limits.sort(key=lambda entry: entry.get("value") or 0)
    if not limits:
        return None
    # "lt" colours the area below a limit, "gt" the area above it. Today's steps only know above.
    steps: list[dict[str, Any]] = [{"color": "transparent"}]
    for limit in limits:
        color = limit.get("lineColor") or limit.get("fillColor") or _COLORS.get(limit.get("colorMode", ""), "red")
        if limit.get("op") == "lt":
            steps[-1]["color"] = color
            color = "transparent"
        steps.append({"color": color, "value": limit.get("value") or 0})
    areas, lines = (any(limit.get(key) for limit in limits) for key in ("fill", "line"))
    custom["thresholdsStyle"] = {"mode": "line+area" if areas and lines else "area" if areas else "line"}
    return modern_thresholds({"mode": "absolute", "steps": steps})


def _overrides(old: dict[str, Any], axes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    overrides = [
        _override(name, [fixed_color(color)]) for name, color in sorted((old.get("aliasColors") or {}).items())
    ]
    for series in old.get("seriesOverrides") or ():
        properties: list[tuple[str, Any]] = []
        if series.get("color"):
            properties.append(fixed_color(series["color"]))
        if series.get("yaxis") == 2:
            properties.append(("custom.axisPlacement", "right"))
            properties += _axis(axes[1], {}).items() if len(axes) > 1 else ()
        if series.get("bars"):
            properties.append(("custom.drawStyle", "bars"))
        elif series.get("lines") is False:
            properties.append(("custom.drawStyle", "points"))
        if series.get("fill") not in (None, 1):
            properties.append(("custom.fillOpacity", int(series["fill"]) * 10))
        if series.get("dashes"):
            dash = [series.get("dashLength") or 10, series.get("spaceLength") or 10]
            properties.append(("custom.lineStyle", {"dash": dash, "fill": "dash"}))
        if series.get("fillBelowTo"):
            properties.append(("custom.fillBelowTo", series["fillBelowTo"]))
        if series.get("transform") == "negative-Y":
            properties.append(("custom.transform", "negative-Y"))
        if properties:
            overrides.append(_override(series.get("alias") or "", properties))
    return overrides


def _override(alias: str, properties: list[tuple[str, Any]]) -> dict[str, Any]:
    return override(alias, properties, "byRegexp" if len(alias) > 1 and alias.startswith("/") else "byName")
