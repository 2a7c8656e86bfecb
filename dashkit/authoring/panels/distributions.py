"""Distributions: heatmaps and histograms."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring import checks
from dashkit.authoring.arguments import NON_EMPTY, custom, option, standard, words
from dashkit.authoring.choices import Number, Stack, Tooltip, Visibility
from dashkit.authoring.fields import (
    BAR_DEFAULTS,
    STACKS,
    AxisOptions,
    LegendOptions,
    ShapeOptions,
    TooltipOptions,
    ValueOptions,
)
from dashkit.authoring.panel import Kind, Panel, PanelOptions, QueryLike, build

_HIDE_NOTHING = {"legend": False, "tooltip": False, "viz": False}


class HeatmapOptions(PanelOptions, total=False):
    """The options of `heatmap`."""

    #: The unit of the buckets.
    unit: Annotated[str | None, option("yAxis.unit", "s", check=checks.unit)]
    #: Grafana's name for a range of colours, such as ``Oranges``, ``Spectral``, ``Turbo``.
    scheme: Annotated[str | None, option("color.scheme", "Oranges")]
    #: Exchange the colours of few and many.
    reverse_colors: Annotated[bool | None, option("color.reverse", False)]
    #: How many colours there are.
    color_steps: Annotated[int | None, option("color.steps", 64)]
    #: How colours follow counts.
    color_scale: Annotated[Literal["exponential", "linear"] | None, option("color.scale", "exponential")]
    #: The exponent of that scale.
    color_exponent: Annotated[Number | None, option("color.exponent", 0.5)]
    #: By a scheme, or by the opacity of one colour, ``color_fill``.
    color_mode: Annotated[Literal["scheme", "opacity"] | None, option("color.mode", "scheme")]
    #: The colour of the mode ``opacity``.
    color_fill: Annotated[str | None, option("color.fill", "dark-orange", check=checks.color)]
    #: Count values into buckets, for series that are no buckets.
    calculate: Annotated[bool | None, option("calculate", False)]
    #: The space between cells, in pixels.
    cell_gap: Annotated[int | None, option("cellGap", 1)]
    #: How cells are placed by their bucket's name.
    cell_layout: Annotated[Literal["auto", "le", "ge", "unknown"] | None, option("rowsFrame.layout", "auto")]
    #: Whether counts are written into cells.
    values: Annotated[Visibility | None, option("showValue")]
    #: Show the legend of colours.
    legend: Annotated[bool | None, option("legend.show", True)]
    #: What the mouse shows.
    tooltip: Annotated[Tooltip | None, option("tooltip.mode", "single")]
    #: Show the distribution at that time in the tooltip.
    tooltip_histogram: Annotated[bool | None, option("tooltip.yHistogram", True)]
    #: Show the scale of colours in the tooltip.
    tooltip_scale: Annotated[bool | None, option("tooltip.showColorScale", False)]
    #: Hide cells with a count of at most this.
    hide_below: Annotated[Number | None, option("filterValues.le", 1e-9)]
    #: The colour of exemplars.
    exemplar_color: Annotated[str | None, option("exemplars.color", "rgba(255,0,255,0.7)", check=checks.color)]
    #: The side of the axis.
    axis_placement: Annotated[Literal["left", "right", "hidden"] | None, option("yAxis.axisPlacement", "left")]
    #: A text along the axis.
    axis_label: Annotated[str | None, option("yAxis.axisLabel")]
    #: Put the largest bucket at the bottom.
    reverse_axis: Annotated[bool | None, option("yAxis.reverse", False)]
    #: The lower end of the axis.
    min: Annotated[Number | None, option("yAxis.min")]
    #: The upper end of the axis.
    max: Annotated[Number | None, option("yAxis.max")]
    #: How many decimals the axis shows.
    decimals: Annotated[int | None, option("yAxis.decimals")]
    #: What stands there if there is no data.
    no_value: Annotated[str | None, standard("noValue", form=NON_EMPTY)]
    #: What is hidden, as Grafana stores it.
    hide_from: Annotated[dict[str, Any] | None, custom("hideFrom", _HIDE_NOTHING)]


HEATMAP = Kind("heatmap", HeatmapOptions, texts={"format": "heatmap"})


def heatmap(title: str, *queries: QueryLike, **options: Unpack[HeatmapOptions]) -> Panel:
    """Show a distribution over time from the buckets of a histogram.

    The query is like ``prometheus("sum by (le) (rate(x_bucket[...]))", "{{le}}", format="heatmap")``.
    """
    return build(HEATMAP, title, queries, options)


class HistogramOptions(
    ValueOptions, ShapeOptions, AxisOptions, LegendOptions, TooltipOptions, PanelOptions, total=False
):
    """The options of `histogram`."""

    #: The width of a bucket. By default, Grafana chooses.
    bucket_size: Annotated[Number | None, option("bucketSize")]
    #: About how many buckets there are.
    bucket_count: Annotated[int | None, option("bucketCount", 30)]
    #: Where the first bucket begins.
    bucket_offset: Annotated[Number | None, option("bucketOffset", 0)]
    #: Count all series together.
    combine: Annotated[bool | None, option("combine", False)]
    #: Draw the counts of series on top of each other.
    stack: Annotated[Stack | None, custom("stacking", False, form=words(STACKS))]


HISTOGRAM = Kind("histogram", HistogramOptions, BAR_DEFAULTS)


def histogram(title: str, *queries: QueryLike, **options: Unpack[HistogramOptions]) -> Panel:
    """Show how often values occur within the time range."""
    return build(HISTOGRAM, title, queries, options)


KINDS = {"heatmap": HEATMAP, "histogram": HISTOGRAM}
