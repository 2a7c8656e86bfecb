"""Candles: the prices of a time and how much was traded, as values and as shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.display.colour import Colour, faded
from dashkit.preview.display.theme import named
from dashkit.preview.plots.series import Series
from dashkit.preview.scene import Options, Rect, Shape

PRICES = ("open", "high", "low", "close")
VOLUME = "volume"
#: What a candle takes of its column, and the width of its wick.
_BODY, _WICK = 0.6, 2
_VOLUME_OPACITY = 0.5
#: The pixels of a single candle.
_ALONE = 100.0


class Candle(NamedTuple):
    """The prices of a time, and whether they rose."""

    at: float
    open: float
    high: float
    low: float
    close: float
    rose: bool


def roles_of(series: Sequence[Series], options: Options) -> dict[str, Series]:
    """Return the series of each price and of the volume: those that the options name, or those that are called so."""
    chosen = mapping(options.get("fields"))
    found = {}
    for role in (*PRICES, VOLUME):
        wanted = text(chosen.get(role))
        names = {wanted} if wanted else {role, role[0]}
        for one in series:
            own = {one.name, one.field.name}
            if names & (own if wanted else {name.lower() for name in own}):
                found[role] = one
                break
    return found


def candles_of(roles: Mapping[str, Series], options: Options) -> list[Candle]:
    """Return the candles of all times that have the four prices."""
    columns = [dict(zip(roles[price].times, roles[price].values, strict=True)) for price in PRICES]
    since_last = options.get("colorStrategy") == "close-close"
    found: list[Candle] = []
    for at in sorted(columns[0]):
        first, high, low, last = (column.get(at) for column in columns)
        if first is None or high is None or low is None or last is None:
            continue
        before = found[-1].close if since_last and found else first
        found.append(Candle(at, first, high, low, last, last >= before))
    return found


def _pitch(candles: Sequence[Candle], x: Callable[[float], float]) -> float:
    """Return the pixels from one candle to the next."""
    return min((x(later.at) - x(earlier.at) for earlier, later in pairwise(candles)), default=_ALONE)


def _colour(candle: Candle, options: Options) -> Colour:
    colours = mapping(options.get("colors"))
    return named(text(colours.get("up")) or "green") if candle.rose else named(text(colours.get("down")) or "red")


def drawn_candles(
    candles: Sequence[Candle], options: Options, x: Callable[[float], float], y: Callable[[float], float]
) -> Iterator[Shape]:
    """Yield the shapes of candles, or of bars with a tick for the first price at the left and the last one at the right."""
    pitch = _pitch(candles, x)
    wick = min(_WICK, max(1, round(pitch / 4)))
    width = max(wick, round(pitch * _BODY))
    ticks = options.get("candleStyle") == "ohlcbars"
    for candle in candles:
        colour, middle = _colour(candle, options), x(candle.at)
        yield Rect(middle - wick / 2, y(candle.high), wick, max(1.0, y(candle.low) - y(candle.high)), colour)
        if ticks:
            yield Rect(middle - width / 2, y(candle.open) - wick / 2, width / 2, wick, colour)
            yield Rect(middle, y(candle.close) - wick / 2, width / 2, wick, colour)
            continue
        top, bottom = sorted((y(candle.open), y(candle.close)))
        yield Rect(middle - width / 2, top, width, max(1.0, bottom - top), colour)


def drawn_volume(
    volume: Series,
    candles: Sequence[Candle],
    options: Options,
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> Iterator[Shape]:
    """Yield a bar for the volume of each candle; ``y`` is the pixel of a volume."""
    traded = {at: value for at, value in zip(volume.times, volume.values, strict=True) if value is not None}
    width = max(1, round(_pitch(candles, x) * _BODY))
    foot = y(0)
    for candle in candles:
        top = y(max(0.0, traded.get(candle.at, 0.0)))
        yield Rect(x(candle.at) - width / 2, top, width, foot - top, faded(_colour(candle, options), _VOLUME_OPACITY))
