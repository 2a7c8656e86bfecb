"""Charts of categories and of two quantities: pies, bars, points."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import NON_EMPTY, Form, NotSayableError, custom, option, used_by_helper, words
from dashkit.authoring.choices import Many, Number, Orientation, PieLabel, Stack, Visibility
from dashkit.authoring.fields import (
    BAR_DEFAULTS,
    AxisOptions,
    LegendOptions,
    ReduceOptions,
    ShapeOptions,
    TooltipOptions,
    ValueOptions,
)
from dashkit.authoring.panel import AS_TABLE, Kind, Panel, PanelOptions, QueryLike, build


class PieChartOptions(ValueOptions, ReduceOptions, LegendOptions, TooltipOptions, PanelOptions, total=False):
    """The options of `pie_chart`."""

    #: Leave the middle empty.
    donut: Annotated[bool | None, option("pieType", True, form=words({True: "donut", False: "pie"}))]
    #: What stands at the slices.
    labels: Annotated[Many[PieLabel] | None, option("displayLabels", ["percent"])]
    #: What stands in the legend behind the names.
    legend_values: Annotated[Many[Literal["value", "percent"]] | None, option("legend.values", ["value", "percent"])]


PIE_CHART = Kind(
    "piechart",
    PieChartOptions,
    {"color": "palette-classic", "legend": "table-right", "tooltip": "single", "tooltip_sort": "none"},
)


def pie_chart(title: str, *queries: QueryLike, **options: Unpack[PieChartOptions]) -> Panel:
    """Show shares of a whole, with value and percentage in the legend."""
    return build(PIE_CHART, title, queries, options)


class BarChartOptions(
    ValueOptions, ShapeOptions, AxisOptions, LegendOptions, TooltipOptions, PanelOptions, total=False
):
    """The options of `bar_chart`."""

    #: The column whose values name the bars. By default, the first of texts or times.
    x_field: Annotated[str | None, option("xField", form=NON_EMPTY)]
    #: The column whose values colour the bars.
    color_field: Annotated[str | None, option("colorByField", form=NON_EMPTY)]
    #: The direction of the bars.
    orientation: Annotated[Orientation | None, option("orientation", "auto")]
    #: Draw the bars of a group on top of each other; ``percent`` as shares of their sum.
    stack: Annotated[
        Stack | None,
        option("stacking", False, form=words({False: "none", True: "normal", "percent": "percent"})),
    ]
    #: Whether values are written at the bars.
    values: Annotated[Visibility | None, option("showValue", "auto")]
    #: The width of a group of bars, as a share of its room.
    group_width: Annotated[Number | None, option("groupWidth", 0.7)]
    #: The width of a bar, as a share of its room.
    bar_width: Annotated[Number | None, option("barWidth", 0.97)]
    #: How round the corners are, from 0 to 0.5.
    bar_radius: Annotated[Number | None, option("barRadius", 0)]
    #: Turn the names below the bars by this angle.
    label_rotation: Annotated[int | None, option("xTickLabelRotation", 0)]
    #: The room between two names; a negative one skips from the right.
    label_spacing: Annotated[int | None, option("xTickLabelSpacing", 0)]
    #: Cut names after so many characters.
    label_length: Annotated[int | None, option("xTickLabelMaxLength")]


BAR_CHART = Kind(
    "barchart",
    BarChartOptions,
    BAR_DEFAULTS,
    texts=AS_TABLE,
)


def bar_chart(title: str, *queries: QueryLike, **options: Unpack[BarChartOptions]) -> Panel:
    """Show bars of categories, from a table: one row for each bar."""
    return build(BAR_CHART, title, queries, options)


def _series(given: dict[str, Any], _: int) -> dict[str, Any]:
    """Make the series of `xy_chart` from the columns x and y."""
    if given.get("x") and not given.get("y") and "series" not in given:
        raise ValueError(f"xy_chart: x={given['x']!r} needs y=, the columns to draw against it")
    if not given.get("y") or "series" in given:
        return given

    def field(name: str) -> dict[str, Any]:
        return {"matcher": {"id": "byName", "options": name}}

    x = {"x": field(given["x"])} if given.get("x") else {}
    return {**given, "mapping": "manual", "series": [{**x, "y": field(name)} for name in given["y"]]}


def _columns(given: dict[str, Any], _: int) -> dict[str, Any]:
    """Undo `_series`."""
    try:
        names = [one["y"]["matcher"]["options"] for one in given["series"]]
        x = given["series"][0].get("x", {}).get("matcher", {}).get("options")
    except (KeyError, IndexError, TypeError):
        return given
    told = {name: value for name, value in given.items() if name not in ("series", "mapping")}
    told |= {"y": names, **({"x": x} if x else {})}
    return told if _series(told, 0).get("series") == given["series"] and given.get("mapping") == "manual" else given


def _read_size(value: Any) -> Any:
    if set(value) != {"fixed"}:
        raise NotSayableError
    return value["fixed"]


class XYChartOptions(ValueOptions, AxisOptions, LegendOptions, TooltipOptions, PanelOptions, total=False):
    """The options of `xy_chart`."""

    #: The column along the bottom. By default, the first number.
    x: Annotated[str | None, used_by_helper()]
    #: The columns drawn over it. Without them, Grafana takes the first number as x and draws all others over it.
    y: Annotated[Many[str] | None, used_by_helper()]
    #: Points, lines or both.
    show: Annotated[Literal["points", "lines", "points+lines"] | None, custom("show", "points")]
    #: The size of points, in pixels.
    point_size: Annotated[Number | None, custom("pointSize", 5, form=Form(lambda value: {"fixed": value}, _read_size))]
    #: The shape of points.
    point_shape: Annotated[Literal["circle", "square"] | None, custom("pointShape")]
    #: The opacity of points, in percent.
    fill: Annotated[int | None, custom("fillOpacity", 50)]
    #: The width of lines, in pixels.
    line_width: Annotated[int | None, custom("lineWidth")]
    #: How columns become series: by themselves, or as ``series`` says.
    mapping: Annotated[Literal["auto", "manual"] | None, option("mapping", "auto")]
    #: The series, as Grafana stores them, for what ``x`` and ``y`` cannot say.
    series: Annotated[Many[dict[str, Any]] | None, option("series", [])]


XY_CHART = Kind(
    "xychart",
    XYChartOptions,
    {"color": "palette-classic", "tooltip": "single", "tooltip_sort": "none"},
    _series,
    _columns,
)


def xy_chart(title: str, *queries: QueryLike, **options: Unpack[XYChartOptions]) -> Panel:
    """Show one quantity over another, as points or lines."""
    return build(XY_CHART, title, queries, options)


KINDS = {"pie_chart": PIE_CHART, "bar_chart": BAR_CHART, "xy_chart": XY_CHART}
