"""Options that several kinds of panels share: of values, axes, legends and tooltips. Names are those of Grafana's menus."""

from typing import Annotated, Any, TypedDict

from dashkit.authoring import checks
from dashkit.authoring.arguments import NON_EMPTY, Form, NotSayableError, custom, option, standard, words
from dashkit.authoring.choices import (
    AxisPlacement,
    Calc,
    Gradient,
    Interpolation,
    Legend,
    LineStyle,
    Many,
    Number,
    Orientation,
    Scale,
    Stack,
    Style,
    ThresholdsStyle,
    Tooltip,
    TooltipSort,
    Visibility,
)
from dashkit.authoring.look import MAPPINGS, THRESHOLDS, Mapping, Thresholds


def _write_color(value: str) -> dict[str, Any]:
    if value.startswith("shades:"):
        return {"fixedColor": value.removeprefix("shades:"), "mode": "shades"}
    return {"fixedColor": value, "mode": "fixed"} if checks.is_color(value) else {"mode": value}


def _read_color(value: Any) -> str:
    mode = value["mode"]
    if mode in ("fixed", "shades"):
        return f"{'shades:' if mode == 'shades' else ''}{value['fixedColor']}"
    return str(mode)


COLOR = Form(_write_color, _read_color)


class ValueOptions(TypedDict, total=False):
    """Grafana's standard options: how values are written and coloured."""

    #: One of Grafana's units, such as ``s``, ``bytes``, ``percentunit``, or one's own: ``suffix:msg``.
    unit: Annotated[str | None, standard("unit", "short", form=NON_EMPTY, check=checks.unit)]
    #: How many decimals are shown. By default, Grafana chooses.
    decimals: Annotated[int | None, standard("decimals")]
    #: The lower end of the scale. None lets Grafana choose.
    min: Annotated[Number | None, standard("min")]
    #: The upper end of the scale. None lets Grafana choose.
    max: Annotated[Number | None, standard("max")]
    #: Let each series or column have ends of its own, where Grafana chooses them.
    field_min_max: Annotated[bool | None, standard("fieldMinMax")]
    #: Colours by value; see `thresholds`.
    thresholds: Annotated[Thresholds | None, standard("thresholds", form=THRESHOLDS)]
    #: Texts for values; see `mapping`.
    mappings: Annotated[Many[Mapping] | None, standard("mappings", form=MAPPINGS)]
    #: A colour, the shades of one (``shades:blue``), or a colour scheme: ``thresholds``, ``palette-classic``, ...
    color: Annotated[str | None, standard("color", form=COLOR, check=checks.color_scheme)]
    #: What stands there if there is no data.
    no_value: Annotated[str | None, standard("noValue", form=NON_EMPTY)]
    #: A name for the value or series. It may contain ``${__field.labels.service}``.
    display_name: Annotated[str | None, standard("displayName")]
    #: Links at a value, which may contain ``${__value.text}``; see `link`.
    data_links: Annotated[Many[dict[str, Any]] | None, standard("links", form=NON_EMPTY)]


_LEGENDS = {
    "none": ("list", "bottom", False),
    "list": ("list", "bottom", True),
    "list-right": ("list", "right", True),
    "table": ("table", "bottom", True),
    "table-right": ("table", "right", True),
}


def _write_legend(value: str) -> dict[str, Any]:
    mode, placement, shown = _LEGENDS[value.removesuffix("-bottom")]
    return {"displayMode": mode, "placement": placement, "showLegend": shown}


def _read_legend(value: Any) -> str:
    for name in _LEGENDS:
        if _write_legend(name) == value:
            return name
    raise NotSayableError


LEGEND = Form(_write_legend, _read_legend)


def one_or_many(value: Any) -> Any:
    """Return the only entry of a list, or the list."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


CALCS = Form(lambda value: value if isinstance(value, list) else [value], one_or_many)


class LegendOptions(TypedDict, total=False):
    """The legend below or beside a graph."""

    #: ``list``, ``table`` or ``none``; with ``-right``, it stands beside the graph.
    legend: Annotated[Legend | None, option("legend", "list", form=LEGEND, keys="displayMode placement showLegend")]
    #: The numbers behind each name, such as ``["lastNotNull", "max"]``.
    calcs: Annotated[Many[Calc] | None, option("legend.calcs", [])]
    #: The column that a table legend is sorted by, as it is titled: ``Max``, ``Last *``.
    legend_sort: Annotated[str | None, option("legend.sortBy")]
    #: Sort the largest first.
    legend_descending: Annotated[
        bool | None, option("legend.sortDesc", lambda options: True if options["legend_sort"] else None)
    ]
    #: The width of a legend beside the graph, in pixels.
    legend_width: Annotated[int | None, option("legend.width")]


class TooltipOptions(TypedDict, total=False):
    """What the mouse shows."""

    #: ``multi`` shows all series at that time, ``single`` the nearest.
    tooltip: Annotated[Tooltip | None, option("tooltip.mode", "multi")]
    #: The order of the series.
    tooltip_sort: Annotated[TooltipSort | None, option("tooltip.sort", "desc")]
    #: Leave out series that are 0.
    tooltip_hide_zeros: Annotated[bool | None, option("tooltip.hideZeros")]


SCALES: dict[Any, Any] = {
    "linear": {"type": "linear"},
    "log2": {"log": 2, "type": "log"},
    "log10": {"log": 10, "type": "log"},
    "symlog": {"log": 10, "type": "symlog"},
}


class AxisOptions(TypedDict, total=False):
    """The axis that a value is drawn on."""

    #: A text along the axis.
    axis_label: Annotated[str | None, custom("axisLabel", form=NON_EMPTY)]
    #: The side: ``left``, ``right`` or ``hidden``.
    axis_placement: Annotated[AxisPlacement | None, custom("axisPlacement")]
    #: A width in pixels, so that graphs below each other line up.
    axis_width: Annotated[int | None, custom("axisWidth")]
    #: Show the axis' own line.
    axis_border: Annotated[bool | None, custom("axisBorderShow")]
    #: Show grid lines.
    axis_grid: Annotated[bool | None, custom("axisGridShow")]
    #: Draw the axis in the colour of its series.
    axis_color: Annotated[bool | None, custom("axisColorMode", form=words({False: "text", True: "series"}))]
    #: Put zero in the middle.
    centered_zero: Annotated[bool | None, custom("axisCenteredZero")]
    #: The scale reaches down to this, further if values do.
    soft_min: Annotated[Number | None, custom("axisSoftMin")]
    #: The scale reaches up to this, further if values do.
    soft_max: Annotated[Number | None, custom("axisSoftMax")]
    #: ``log2`` and ``log10`` are logarithmic; ``symlog`` shows 0 and negative values too.
    scale: Annotated[Scale | None, custom("scaleDistribution", form=words(SCALES))]


STACKS: dict[Any, Any] = {
    False: {"group": "A", "mode": "none"},
    True: {"group": "A", "mode": "normal"},
    "percent": {"group": "A", "mode": "percent"},
}
LINE_STYLES: dict[Any, Any] = {
    "solid": {"fill": "solid"},
    "dash": {"dash": [8, 8], "fill": "dash"},
    "dot": {"dash": [0, 10], "fill": "dot"},
}


def _read_line_style(value: Any) -> Any:
    named = [name for name, written in LINE_STYLES.items() if written == value]
    if not named and value.keys() == {"dash", "fill"} and value["fill"] == "dash":
        return value["dash"]
    return named[0]


LINE_STYLE = Form(
    lambda value: {"dash": value, "fill": "dash"} if isinstance(value, list) else LINE_STYLES[value], _read_line_style
)


class ShapeOptions(TypedDict, total=False):
    """What lines, bars and areas look like."""

    #: The opacity of the area below a line, or of bars, in percent.
    fill: Annotated[int | None, custom("fillOpacity", check=checks.opacity)]
    #: The width of lines and of the edges of bars, in pixels.
    line_width: Annotated[int | None, custom("lineWidth")]
    #: How the area fades.
    gradient: Annotated[Gradient | None, custom("gradientMode")]


def _fill(options: Any) -> int:
    return 70 if options["style"] == "bars" else 30 if options["stack"] else 10


class LineOptions(ShapeOptions, total=False):
    """How a series over time is drawn."""

    #: Lines, bars or points.
    style: Annotated[Style | None, custom("drawStyle", "line")]
    #: Draw series on top of each other; ``percent`` as shares of their sum.
    stack: Annotated[Stack | None, custom("stacking", False, form=words(STACKS))]
    #: ``smooth`` curves, or steps at or before each point.
    interpolation: Annotated[Interpolation | None, custom("lineInterpolation", "linear")]
    #: Dashes or dots; or the lengths of dashes and gaps in turn, in pixels: ``[10, 5]``.
    line_style: Annotated[LineStyle | list[Number] | None, custom("lineStyle", form=LINE_STYLE)]
    #: Connect lines over gaps: always, or over gaps of at most that many milliseconds.
    connect_nulls: Annotated[bool | int | None, custom("spanNulls", False)]
    #: Break lines where points are further apart than this many milliseconds.
    disconnect_after: Annotated[bool | int | None, custom("insertNulls")]
    #: Whether each value is marked by a point.
    points: Annotated[Visibility | None, custom("showPoints", "never")]
    #: The size of points, in pixels.
    point_size: Annotated[Number | None, custom("pointSize")]
    #: The side of its time at which a bar stands.
    bar_alignment: Annotated[int | None, custom("barAlignment")]
    #: The width of bars, as a share of the room between two.
    bar_width: Annotated[Number | None, custom("barWidthFactor")]
    #: How thresholds are drawn.
    thresholds_style: Annotated[
        ThresholdsStyle | None,
        custom("thresholdsStyle.mode", lambda options: "dashed" if options["thresholds"] else "off"),
    ]


LINE_DEFAULTS: dict[str, Any] = {
    "color": "palette-classic",
    "fill": _fill,
    "gradient": "none",
    "line_width": lambda options: 0 if options["style"] == "bars" else 2,
    "min": lambda options: 0 if options["scale"] in (None, "linear") else None,
}


#: What charts of bars that stand for no time have in common.
BAR_DEFAULTS: dict[str, Any] = {
    "color": "palette-classic",
    "fill": 80,
    "gradient": "none",
    "line_width": 1,
    "tooltip": "single",
    "tooltip_sort": "none",
}


def by_threshold_or_series(options: Any) -> str:
    """Return the colour scheme: thresholds, if there are some, or else a colour for each series."""
    return "thresholds" if options["thresholds"] else "palette-classic"


class ReduceOptions(TypedDict, total=False):
    """How series become the numbers that a panel shows."""

    #: How a series becomes one number.
    calc: Annotated[Calc | list[Calc] | None, option("reduceOptions.calcs", "lastNotNull", form=CALCS)]
    #: A pattern for the columns that are shown, such as ``/.*/`` for all, or the name of one. By default, all numbers.
    fields: Annotated[str | None, option("reduceOptions.fields", "")]
    #: Show a number for each row instead of one for each series.
    all_values: Annotated[bool | None, option("reduceOptions.values", False)]
    #: How many rows are shown.
    row_limit: Annotated[int | None, option("reduceOptions.limit")]


class TileOptions(ReduceOptions, total=False):
    """What tiles, dials and bars have in common."""

    #: The direction in which several are lined up.
    orientation: Annotated[Orientation | None, option("orientation", "auto")]
    #: The size of names, in pixels.
    title_size: Annotated[int | None, option("text.titleSize")]
    #: The size of numbers, in pixels.
    value_size: Annotated[int | None, option("text.valueSize")]
