"""Single values: tiles, dials and bars."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import option, words
from dashkit.authoring.choices import BarMode, ColorMode, TextMode
from dashkit.authoring.fields import TileOptions, ValueOptions, by_threshold_or_series
from dashkit.authoring.look import thresholds
from dashkit.authoring.panel import Kind, Panel, PanelOptions, QueryLike, build

_PLAIN = thresholds("text")


def _thresholds(options: Any) -> Any:
    return _PLAIN if options["mappings"] else None


def _color(options: Any) -> str:
    # Grafana's default turns red above 80, whatever the value means.
    return "thresholds" if options["thresholds"] else "blue"


#: Colours follow thresholds or mappings. Without either, values are blue.
BY_VALUE: dict[str, Any] = {"thresholds": _thresholds, "color": _color}


class StatOptions(ValueOptions, TileOptions, PanelOptions, total=False):
    """The options of `stat`."""

    #: Draw the course of the value behind it.
    sparkline: Annotated[bool | None, option("graphMode", False, form=words({False: "none", True: "area"}))]
    #: What is coloured: the number, or the whole tile. By default the number, if there are thresholds or mappings.
    color_mode: Annotated[
        ColorMode | None, option("colorMode", lambda options: "value" if options["thresholds"] else "none")
    ]
    #: Whether the name stands above the number. By default, it does if there are several.
    text_mode: Annotated[TextMode | None, option("textMode", "auto")]
    #: Put the number in the middle.
    justify: Annotated[Literal["auto", "center"] | None, option("justifyMode", "auto")]
    #: In a wide tile, put the name beside the number.
    wide: Annotated[bool | None, option("wideLayout", True)]
    #: Show the change over the time range in percent.
    percent_change: Annotated[bool | None, option("showPercentChange")]
    #: Whether a rise is good (``standard``), bad (``inverted``), or has the colour of the value.
    percent_change_color: Annotated[
        Literal["standard", "inverted", "same_as_value"] | None, option("percentChangeColorMode")
    ]


STAT = Kind("stat", StatOptions, BY_VALUE)


def stat(title: str, *queries: QueryLike, **options: Unpack[StatOptions]) -> Panel:
    """Show one large number per series, coloured by thresholds or mappings."""
    return build(STAT, title, queries, options)


class GaugeOptions(ValueOptions, TileOptions, PanelOptions, total=False):
    """The options of `gauge`."""

    #: Write the values of thresholds at the dial.
    threshold_labels: Annotated[bool | None, option("showThresholdLabels", False)]
    #: Draw the thresholds around the dial.
    threshold_markers: Annotated[bool | None, option("showThresholdMarkers", True)]


GAUGE = Kind("gauge", GaugeOptions, {**BY_VALUE, "unit": "percentunit", "min": 0, "max": 1})


def gauge(title: str, *queries: QueryLike, **options: Unpack[GaugeOptions]) -> Panel:
    """Show a dial from ``min`` to ``max``: 0 to 1, unless you say otherwise."""
    return build(GAUGE, title, queries, options)


class BarGaugeOptions(ValueOptions, TileOptions, PanelOptions, total=False):
    """The options of `bar_gauge`."""

    #: How bars are filled. By default with a gradient, if there are thresholds.
    bar_mode: Annotated[
        BarMode | None, option("displayMode", lambda options: "gradient" if options["thresholds"] else "basic")
    ]
    #: Show how much is missing to the maximum.
    show_unfilled: Annotated[bool | None, option("showUnfilled", True)]
    #: The colour of the numbers, or no numbers.
    value_mode: Annotated[Literal["color", "text", "hidden"] | None, option("valueMode", "color")]
    #: Where the names stand.
    name_placement: Annotated[Literal["auto", "top", "left", "hidden"] | None, option("namePlacement")]


BAR_GAUGE = Kind(
    "bargauge",
    BarGaugeOptions,
    {
        "orientation": "horizontal",
        "min": 0,
        "color": by_threshold_or_series,
    },
)


def bar_gauge(title: str, *queries: QueryLike, **options: Unpack[BarGaugeOptions]) -> Panel:
    """Show one bar per series, for rankings and shares of a limit."""
    return build(BAR_GAUGE, title, queries, options)


KINDS = {"stat": STAT, "gauge": GAUGE, "bar_gauge": BAR_GAUGE}
