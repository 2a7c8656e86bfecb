"""The heatmap of before Grafana 9, which had its settings on the panel itself."""

from __future__ import annotations

from typing import Any

from dashkit.document.edit import set_given, take
from dashkit.document.legacy_axis import bound
from dashkit.document.v2.loose import mapping, number, text

HEATMAP_KEYS = (
    "cards", "color", "dataFormat", "heatmap", "hideZeroBuckets", "highlightCards", "legend", "reverseYBuckets", "tooltip",
    "tooltipDecimals", "xAxis", "yAxis", "yBucketBound", "xBucketNumber", "xBucketSize", "yBucketNumber", "yBucketSize",
)  # fmt: skip
#: Where the name of a bucket stands, and which end of it the name is today.
_LAYOUTS = {"upper": "ge", "lower": "le", "middle": "unknown"}


def modern_heatmap(panel: dict[str, Any]) -> None:
    """Rewrite a panel of type ``heatmap`` in place, if it has settings of its own."""
    old = take(panel, *HEATMAP_KEYS)
    if not old:
        return
    axis, tooltip = mapping(old.get("yAxis")), mapping(old.get("tooltip"))
    # "timeseries" has raw values, which the panel has to count. "tsbuckets" has buckets already.
    calculate = old.get("dataFormat") != "tsbuckets"
    y_axis: dict[str, Any] = {
        "axisPlacement": "hidden" if axis.get("show") is False else "left",
        "reverse": bool(old.get("reverseYBuckets")),
    }
    set_given(y_axis, unit=axis.get("format"), axisLabel=axis.get("label"), axisWidth=bound(axis.get("width")))
    set_given(y_axis, **{key: bound(axis.get(key)) for key in ("decimals", "min", "max")})
    options: dict[str, Any] = {
        "calculate": calculate,
        "cellGap": mapping(old.get("cards")).get("cardPadding") or 1,
        "color": _color(mapping(old.get("color"))),
        "legend": {"show": bool(mapping(old.get("legend")).get("show"))},
        "tooltip": {
            "mode": "single" if tooltip.get("show", True) else "none",
            "yHistogram": bool(tooltip.get("showHistogram")),
        },
        "yAxis": y_axis,
    }
    if calculate and (buckets := _buckets(old, axis)):
        options["calculation"] = buckets
    if layout := _LAYOUTS.get(text(old.get("yBucketBound"))):
        options["rowsFrame"] = {"layout": layout}
    if (decimals := bound(old.get("tooltipDecimals"))) is not None:
        options["cellValues"] = {"decimals": decimals}
    if old.get("hideZeroBuckets"):
        options["filterValues"] = {"le": 1e-9}
    panel["options"] = options


def _color(old: dict[str, Any]) -> dict[str, Any]:
    color: dict[str, Any] = {
        "exponent": old.get("exponent") or 0.5,
        "fill": old.get("cardColor") or "dark-orange",
        "mode": "opacity" if old.get("mode") == "opacity" else "scheme",
        "reverse": False,
        "scale": "linear" if old.get("mode") == "opacity" and old.get("colorScale") == "linear" else "exponential",
        "scheme": text(old.get("colorScheme")).removeprefix("interpolate") or "Oranges",
        "steps": 64,
    }
    least, most = bound(old.get("min")), bound(old.get("max"))
    if least is not None and most is not None and least > most:
        color["reverse"], least, most = True, most, least
    set_given(color, min=least, max=most)
    return color


def _buckets(old: dict[str, Any], axis: dict[str, Any]) -> dict[str, Any]:
    """Return how values are counted into buckets, where the panel said so."""
    found: dict[str, Any] = {}
    for name in ("x", "y"):
        for key, mode in ((f"{name}BucketSize", "size"), (f"{name}BucketNumber", "count")):
            if old.get(key) and f"{name}Buckets" not in found:
                found[f"{name}Buckets"] = {"mode": mode, "value": str(old[key])}
    base, split = number(axis.get("logBase")) or 1, bound(axis.get("splitFactor")) or 0
    if base > 1:
        scale = {"type": "log", "log": base}
        found["yBuckets"] = {"mode": "count", **({"value": str(split)} if split > 0 else {}), "scale": scale}
    return found
