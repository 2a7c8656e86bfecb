"""The colours and overrides of series in Grafana's old graph panel as overrides of fields."""

from __future__ import annotations

import re
from typing import Any

from dashkit.document.legacy_axis import axis_settings
from dashkit.document.legacy_retired import fixed_color, override
from dashkit.document.v2.loose import mapping, number, objects, text

_PATTERN = re.compile(r"/.*?/[gimy]*", re.DOTALL)
Properties = list[tuple[str, Any]]


def series_overrides(old: dict[str, Any], axes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the overrides of a graph, those of the legend last.

    Args:
        old: what the panel had on itself.
        axes: its axes, the left one first.
    """
    colors = sorted((name, color) for name, color in mapping(old.get("aliasColors")).items() if color)
    overrides = [override(name, [fixed_color(color)]) for name, color in colors]
    for series in objects(old.get("seriesOverrides")):
        alias, properties = text(series.get("alias")), _properties(series, old, axes)
        if alias and properties:
            overrides.append(override(alias, properties, "byRegexp" if _PATTERN.fullmatch(alias) else "byName"))
    legend, xaxis = mapping(old.get("legend")), mapping(old.get("xaxis"))
    for key, reducer in (("hideZero", "allIsZero"), ("hideEmpty", "allIsNull")):
        if legend.get(key):
            overrides.append(_not_in_legend(reducer))
    if xaxis.get("show") is False:
        hidden = {"id": "custom.axisPlacement", "value": "hidden"}
        overrides.append({"matcher": {"id": "byType", "options": "time"}, "properties": [hidden]})
    return overrides


def _not_in_legend(reducer: str) -> dict[str, Any]:
    value = {"legend": True, "tooltip": True, "viz": False}
    return {
        "matcher": {"id": "byValue", "options": {"op": "gte", "reducer": reducer, "value": 0}},
        "properties": [{"id": "custom.hideFrom", "value": value}],
    }


def _properties(series: dict[str, Any], old: dict[str, Any], axes: list[dict[str, Any]]) -> Properties:
    found: Properties = []
    if series.get("color"):
        found.append(fixed_color(series["color"]))
    if series.get("yaxis") == 2:
        found += _right_axis(axes)
    found += _shape(series, old)
    if series.get("dashes"):
        dash = [series.get("dashLength") or 10, series.get("spaceLength") or 10]
        found.append(("custom.lineStyle", {"dash": dash, "fill": "dash"}))
    elif series.get("dashes") is False and old.get("dashes"):
        found.append(("custom.lineStyle", {"fill": "solid"}))
    if text(series.get("fillBelowTo")):
        found.append(("custom.fillBelowTo", series["fillBelowTo"]))
    if series.get("transform") == "negative-Y":
        found.append(("custom.transform", "negative-Y"))
    hidden = {"legend": series.get("legend") is False, "tooltip": False, "viz": series.get("hiddenSeries") is True}
    if any(hidden.values()):
        found.append(("custom.hideFrom", {**hidden, "tooltip": hidden["viz"]}))
    return found


def _right_axis(axes: list[dict[str, Any]]) -> Properties:
    custom: dict[str, Any] = {}
    settings = axis_settings(axes[1], custom) if len(axes) > 1 else {}
    placement = custom.pop("axisPlacement", "right")
    if axes[0].get("label"):
        custom.setdefault("axisLabel", "")  # otherwise that of the left axis would stand at the right one, too
    return [
        ("custom.axisPlacement", placement),
        *settings.items(),
        *((f"custom.{key}", value) for key, value in custom.items()),
    ]


def _shape(series: dict[str, Any], old: dict[str, Any]) -> Properties:
    """Return how a series is drawn otherwise than the others."""
    found: Properties = []
    bars, lines = series.get("bars"), series.get("lines")
    if bars:
        found += [("custom.drawStyle", "bars"), ("custom.fillOpacity", 100)]
    elif lines is False:
        shown = series.get("points", old.get("points"))
        found.append(("custom.drawStyle", "points") if shown else ("custom.lineWidth", 0))
    elif (lines or bars is False) and (old.get("bars") or not old.get("lines", True)):
        found.append(("custom.drawStyle", "line"))
    fading, fill = number(series.get("fillGradient")), number(series.get("fill"))
    if fading:
        found += [("custom.gradientMode", "opacity"), ("custom.fillOpacity", min(100, int(fading * 10)))]
    elif fill is not None and not bars and fill != _fill(old):
        found.append(("custom.fillOpacity", min(100, int(fill * 10))))
    elif text(series.get("fillBelowTo")) and not bars:
        found.append(("custom.fillOpacity", 35))  # a band between two lines was always filled so
    width, radius = number(series.get("linewidth")), number(series.get("pointradius"))
    if width is not None and lines is not False:
        found.append(("custom.lineWidth", width))
    if isinstance(series.get("points"), bool):
        found.append(("custom.showPoints", "always" if series["points"] else "never"))
    if radius is not None:
        found.append(("custom.pointSize", 2 + 2 * radius))
    if isinstance(stepped := series.get("steppedLine"), bool) and stepped is not bool(old.get("steppedLine")):
        found.append(("custom.lineInterpolation", "stepAfter" if stepped else "linear"))
    if "nullPointMode" in series:
        found.append(("custom.spanNulls", series["nullPointMode"] == "connected"))
        if series["nullPointMode"] == "null as zero":
            found.append(("noValue", "0"))
    if "stack" in series:
        found.append(("custom.stacking", _stacking(series["stack"])))
    return found


def _fill(old: dict[str, Any]) -> int | float:
    return (number(old.get("fill")) or 0) if "fill" in old else 1


def _stacking(value: Any) -> dict[str, Any]:
    return {"group": value if isinstance(value, str) and value else "A", "mode": "normal" if value else "none"}
