"""The closed sets of Grafana's words that helpers take, as types that an editor completes and a type checker compares."""

from __future__ import annotations

from typing import Literal, TypeVar, Union

Number = int | float

_One = TypeVar("_One")
Many = Union[list[_One], _One]  # noqa: UP007 - the other form is no alias with a variable
"""Several values. A single one is enough."""

Calc = Literal[
    "lastNotNull", "last", "firstNotNull", "first", "min", "max", "mean", "median", "variance", "stdDev", "sum", "count",
    "countAll", "range", "delta", "step", "diff", "diffperc", "logmin", "allIsZero", "allIsNull", "changeCount",
    "distinctCount", "allValues", "uniqueValues",
    "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15", "p16", "p17", "p18", "p19",
    "p20", "p21", "p22", "p23", "p24", "p25", "p26", "p27", "p28", "p29", "p30", "p31", "p32", "p33", "p34", "p35", "p36",
    "p37", "p38", "p39", "p40", "p41", "p42", "p43", "p44", "p45", "p46", "p47", "p48", "p49", "p50", "p51", "p52", "p53",
    "p54", "p55", "p56", "p57", "p58", "p59", "p60", "p61", "p62", "p63", "p64", "p65", "p66", "p67", "p68", "p69", "p70",
    "p71", "p72", "p73", "p74", "p75", "p76", "p77", "p78", "p79", "p80", "p81", "p82", "p83", "p84", "p85", "p86", "p87",
    "p88", "p89", "p90", "p91", "p92", "p93", "p94", "p95", "p96", "p97", "p98", "p99",
]  # fmt: skip
"""How a series becomes one number: Grafana's calculations. ``p95`` is the 95th percentile."""

Legend = Literal["none", "list", "list-bottom", "list-right", "table", "table-bottom", "table-right"]
Tooltip = Literal["single", "multi", "none"]
TooltipSort = Literal["none", "asc", "desc"]
Orientation = Literal["auto", "horizontal", "vertical"]
Visibility = Literal["auto", "always", "never"]
AxisPlacement = Literal["auto", "left", "right", "hidden", "top", "bottom"]
Scale = Literal["linear", "log2", "log10", "symlog"]
Stack = Literal[False, True, "percent"]
Style = Literal["line", "bars", "points"]
LineStyle = Literal["solid", "dash", "dot"]
Interpolation = Literal["linear", "smooth", "stepBefore", "stepAfter"]
Gradient = Literal["none", "opacity", "hue", "scheme"]
ThresholdsStyle = Literal["off", "line", "dashed", "area", "line+area", "dashed+area", "series"]
ColorMode = Literal["none", "value", "background", "background_solid"]
TextMode = Literal["auto", "value", "value_and_name", "name", "none"]
BarMode = Literal["gradient", "basic", "lcd"]
PieLabel = Literal["name", "value", "percent"]
Cell = Literal[
    "auto", "color-text", "color-background", "gauge", "sparkline", "json-view", "image", "data-links", "actions", "markdown",
    "pill", "geo",
]  # fmt: skip
Align = Literal["auto", "left", "center", "right"]
Format = Literal["time_series", "table", "heatmap"]
Sort = Literal[
    "none", "alphabetical", "alphabetical-desc", "numerical", "numerical-desc", "case-insensitive", "case-insensitive-desc",
    "natural", "natural-desc",
]  # fmt: skip
"""The order of a variable's values. ``natural`` needs Grafana 10.2 or later."""

COLOR_MODES = (
    "palette-classic", "palette-classic-by-name", "thresholds", "continuous-GrYlRd", "continuous-RdYlGr", "continuous-BlYlRd",
    "continuous-YlRd", "continuous-BlPu", "continuous-YlBl", "continuous-blues", "continuous-reds", "continuous-greens",
    "continuous-purples",
)  # fmt: skip
"""Grafana's colour schemes: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#color-scheme"""

_HUES = ("red", "orange", "yellow", "green", "blue", "purple")
_SHADES = ("super-light-", "light-", "", "semi-dark-", "dark-")
COLORS = (*(f"{shade}{hue}" for hue in _HUES for shade in _SHADES), "text", "transparent", "white", "black", "gray")
"""The colours that Grafana knows by name, and three of CSS."""
