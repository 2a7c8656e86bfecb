"""grafanalib's ``Graph`` (Grafana's panel of 2015) as a time series, bar chart, bar gauge or histogram panel."""

from __future__ import annotations

from typing import Any

from dashkit.spec.thresholds import modern_thresholds

_KEYS = (
    "aliasColors", "bars", "fill", "grid", "isNew", "legend", "lines", "linewidth", "nullPointMode", "percentage",
    "pointradius", "points", "renderer", "seriesOverrides", "stack", "steppedLine", "tooltip", "thresholds", "xaxis",
    "yaxes", "yaxis", "alert", "dashes", "dashLength", "spaceLength", "fillGradient", "hiddenSeries", "decimals",
)  # fmt: skip
_CALCS = (("min", "min"), ("max", "max"), ("avg", "mean"), ("current", "lastNotNull"), ("total", "sum"))
_COLORS = {"critical": "red", "warning": "orange", "ok": "green"}


def modern_graph(panel: dict[str, Any]) -> None:
    """Rewrite a panel of type ``graph`` in place."""
    old = {key: panel.pop(key) for key in _KEYS if key in panel}
    xaxis = old.get("xaxis") or {}
    legend = _legend(old.get("legend") or {})
    if xaxis.get("mode") == "series":
        _as_categories(panel, old, xaxis, legend)
    elif xaxis.get("mode") == "histogram":
        panel["type"] = "histogram"
        panel["options"] = {"legend": legend}
        if xaxis.get("buckets"):
            panel["options"]["bucketCount"] = xaxis["buckets"]
    else:
        _as_timeseries(panel, old, legend)


def _as_timeseries(panel: dict[str, Any], old: dict[str, Any], legend: dict[str, Any]) -> None:
    axes = [axis for axis in old.get("yaxes") or () if isinstance(axis, dict)] or [{}]
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
    unit = _get(panel, "fieldConfig", "defaults", "unit")
    if unit:
        defaults["unit"] = unit
    if thresholds:
        defaults["thresholds"] = thresholds
    panel["type"] = "timeseries"
    panel["fieldConfig"] = {
        "defaults": {"color": {"mode": "palette-classic"}, "custom": custom, **defaults},
        "overrides": _overrides(old, axes),
    }
    tooltip = old.get("tooltip") or {}
    sort = {1: "asc", 2: "desc"}.get(tooltip.get("sort") or 0, "none")
    mode = "multi" if tooltip.get("shared", True) else "single"
    panel["options"] = {"legend": legend, "tooltip": {"mode": mode, "sort": sort}}


def _as_categories(panel: dict[str, Any], old: dict[str, Any], xaxis: dict[str, Any], legend: dict[str, Any]) -> None:
    axis = next((axis for axis in old.get("yaxes") or () if isinstance(axis, dict)), {})
    calcs = [{"avg": "mean", "current": "lastNotNull", "total": "sum"}.get(v, v) for v in xaxis.get("values") or ()]
    defaults = _axis(axis, None)
    panel["type"] = "bargauge" if (old.get("legend") or {}).get("values") else "barchart"
    panel["fieldConfig"] = {"defaults": defaults, "overrides": []}
    if panel["type"] == "bargauge":
        panel["options"] = {
            "displayMode": "gradient",
            "orientation": "horizontal",
            "reduceOptions": {"calcs": calcs or ["mean"], "fields": "", "values": False},
        }
    else:
        panel["options"] = {"legend": legend}
        panel["transformations"] = [{"id": "reduce", "options": {"reducers": calcs or ["mean"]}}]


def _legend(old: dict[str, Any]) -> dict[str, Any]:
    calcs = [new for key, new in _CALCS if old.get(key)] if old.get("values") else []
    legend: dict[str, Any] = {
        "calcs": calcs,
        "displayMode": "table" if old.get("alignAsTable") else "list",
        "placement": "right" if old.get("rightSide") else "bottom",
        "showLegend": bool(old.get("show", True)),
    }
    if old.get("sideWidth"):
        legend["width"] = old["sideWidth"]
    return legend


def _axis(axis: dict[str, Any], custom: dict[str, Any] | None) -> dict[str, Any]:
    """Unit, limits and decimals of an axis; its label, scale and visibility go into ``custom``."""
    defaults: dict[str, Any] = {}
    if axis.get("format"):
        defaults["unit"] = axis["format"]
    for key in ("min", "max", "decimals"):
        if axis.get(key) not in (None, ""):
            defaults[key] = axis[key]
    if custom is not None:
        if axis.get("label"):
            custom["axisLabel"] = axis["label"]
        if axis.get("show") is False:
            custom["axisPlacement"] = "hidden"
        if (axis.get("logBase") or 1) != 1:
            custom["scaleDistribution"] = {"log": axis["logBase"], "type": "log"}
    return defaults


def _line_thresholds(old: Any, custom: dict[str, Any]) -> dict[str, Any] | None:
    limits = sorted(
        (entry for entry in old or () if isinstance(entry, dict)), key=lambda entry: entry.get("value") or 0
    )
    if not limits:
        return None
    # "lower than" colours what lies below a limit, "greater than" what lies above; steps only know above.
    steps: list[dict[str, Any]] = [{"color": "transparent"}]
    for limit in limits:
        color = limit.get("lineColor") or limit.get("fillColor") or _COLORS.get(limit.get("colorMode", ""), "red")
        if limit.get("op") == "lt":
            steps[-1]["color"] = color
            color = "transparent"
        steps.append({"color": color, "value": limit.get("value") or 0})
    areas, lines = (any(limit.get(key) for limit in limits) for key in ("fill", "line"))
    custom["thresholdsStyle"] = {"mode": {(True, True): "line+area", (True, False): "area"}.get((areas, lines), "line")}
    return modern_thresholds({"mode": "absolute", "steps": steps})


def _overrides(old: dict[str, Any], axes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    overrides = []
    for name, color in sorted((old.get("aliasColors") or {}).items()):
        overrides.append(_override(name, [("color", {"fixedColor": color, "mode": "fixed"})]))
    for series in old.get("seriesOverrides") or ():
        properties: list[tuple[str, Any]] = []
        if series.get("color"):
            properties.append(("color", {"fixedColor": series["color"], "mode": "fixed"}))
        if series.get("yaxis") == 2:
            properties.append(("custom.axisPlacement", "right"))
            second = axes[1] if len(axes) > 1 else {}
            properties += list(_axis(second, None).items())
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
    pattern = len(alias) > 1 and alias.startswith("/")
    return {
        "matcher": {"id": "byRegexp" if pattern else "byName", "options": alias},
        "properties": [{"id": key, "value": value} for key, value in properties],
    }


def _get(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
