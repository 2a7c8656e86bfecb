"""Graphs over time, and their kin: lines, trends, candles."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring import checks
from dashkit.authoring.arguments import NON_EMPTY, option
from dashkit.authoring.fields import (
    LINE_DEFAULTS,
    AxisOptions,
    LegendOptions,
    LineOptions,
    TooltipOptions,
    ValueOptions,
)
from dashkit.authoring.panel import Kind, Panel, PanelOptions, QueryLike, build


class TimeseriesOptions(
    ValueOptions, LineOptions, AxisOptions, LegendOptions, TooltipOptions, PanelOptions, total=False
):
    """The options of `timeseries`."""


TIMESERIES = Kind("timeseries", TimeseriesOptions, LINE_DEFAULTS)


def timeseries(title: str, *queries: QueryLike, **options: Unpack[TimeseriesOptions]) -> Panel:
    """Show lines over time. Thresholds are drawn as dashed lines."""
    return build(TIMESERIES, title, queries, options)


class TrendOptions(TimeseriesOptions, total=False):
    """The options of `trend`."""

    #: The column that is drawn along the bottom. It must rise.
    x_field: Annotated[str | None, option("xField", form=NON_EMPTY)]


TREND = Kind("trend", TrendOptions, LINE_DEFAULTS)


def trend(title: str, *queries: QueryLike, **options: Unpack[TrendOptions]) -> Panel:
    """Show lines over something other than time, such as power over speed."""
    return build(TREND, title, queries, options)


class CandlestickOptions(TimeseriesOptions, total=False):
    """The options of `candlestick`."""

    #: What is drawn.
    mode: Annotated[Literal["candles", "volume", "candles+volume"] | None, option("mode", "candles")]
    #: Boxes, or lines with ticks.
    candles: Annotated[Literal["candles", "ohlcbars"] | None, option("candleStyle", "candles")]
    #: What a rise is compared with: the opening, or the close before.
    compare: Annotated[Literal["open-close", "close-close"] | None, option("colorStrategy", "open-close")]
    #: The colour of a rise.
    up_color: Annotated[str | None, option("colors.up", "green", check=checks.color)]
    #: The colour of a fall.
    down_color: Annotated[str | None, option("colors.down", "red", check=checks.color)]
    #: The column of the opening value. By default, the one called so.
    open: Annotated[str | None, option("fields.open")]
    #: The column of the highest value.
    high: Annotated[str | None, option("fields.high")]
    #: The column of the lowest value.
    low: Annotated[str | None, option("fields.low")]
    #: The column of the closing value.
    close: Annotated[str | None, option("fields.close")]
    #: The column of the volume.
    volume: Annotated[str | None, option("fields.volume")]
    #: Draw the other columns as lines.
    all_fields: Annotated[bool | None, option("includeAllFields", False)]


CANDLE_DEFAULTS: dict[str, Any] = {**LINE_DEFAULTS, "min": None}
CANDLESTICK = Kind("candlestick", CandlestickOptions, CANDLE_DEFAULTS)


def candlestick(title: str, *queries: QueryLike, **options: Unpack[CandlestickOptions]) -> Panel:
    """Show where values began, ended, and how far they went between: prices, or a latency's range."""
    return build(CANDLESTICK, title, queries, options)


KINDS = {"timeseries": TIMESERIES, "trend": TREND, "candlestick": CANDLESTICK}
