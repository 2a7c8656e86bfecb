"""Candlesticks: bodies and wicks, colours, volume, other lines, data without prices."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import named
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Path, Rect, Scene
from tests.support.scenes import found, texts

BOX = Box(0, 0, 500, 250)
START = 1_700_000_000_000
MINUTE = 60_000
PRICES = {"open": [10, 14], "high": [16, 15], "low": [9, 8], "close": [14, 11], "volume": [100, 50], "mean": [12, 12]}


def prices(**columns: list[Any]) -> Frame:
    times = [START + (number + 1) * 15 * MINUTE for number in range(2)]
    return Frame((Field("Time", "time", times), *(Field(name, "number", one) for name, one in columns.items())))


def drawn(frame: Frame, **options: Any) -> Scene:
    panel = {"type": "candlestick", "options": {"legend": {"showLegend": True}, **options}}
    return draw(panel, Data(resolved([frame], field_config(panel)), TimeRange(START, START + 60 * MINUTE)), BOX)


def rects(scene: Scene, colour: str) -> list[Rect]:
    return [rect for rect in found(scene, Rect) if rect.fill == named(colour)]


def test_a_candle_has_a_wick_from_low_to_high_and_a_body_between_open_and_close() -> None:
    wick, body = rects(drawn(prices(**PRICES)), "green")
    assert wick.width < body.width
    assert wick.y < body.y
    assert wick.y + wick.height > body.y + body.height
    assert wick.height / body.height == pytest.approx(7 / 4, rel=0.05)


def test_candles_that_rise_and_fall_have_their_colours() -> None:
    scene = drawn(prices(**PRICES), colors={"up": "blue", "down": "orange"})
    assert len(rects(scene, "blue")) == len(rects(scene, "orange")) == 2
    assert rects(scene, "blue")[0].x < rects(scene, "orange")[0].x


def test_a_candle_can_be_compared_with_the_last_one() -> None:
    frame = prices(open=[10, 10], high=[20, 20], low=[5, 5], close=[15, 12])
    assert not rects(drawn(frame), "red")
    assert rects(drawn(frame, colorStrategy="close-close"), "red")


def test_prices_can_be_bars_with_ticks() -> None:
    stick, left, right = rects(drawn(prices(**PRICES), candleStyle="ohlcbars"), "green")
    assert left.x < stick.x < right.x + right.width
    assert left.y > right.y, "it closed higher than it opened"


def test_the_volume_stands_at_the_bottom() -> None:
    def bars(**options: Any) -> list[Rect]:
        scene = drawn(prices(**PRICES), **options)
        assert scene.readings is not None
        foot = scene.readings.plot.bottom
        return [
            rect for rect in found(scene, Rect) if rect.y + rect.height == pytest.approx(foot) and 10 < rect.width < 100
        ]

    first, second = bars()
    assert first.height == pytest.approx(2 * second.height)
    assert not bars(mode="candles")
    alone, _ = bars(mode="volume")
    assert alone.height > 3 * first.height
    assert not rects(drawn(prices(**PRICES), mode="volume"), "green")


def test_other_fields_can_be_lines() -> None:
    assert not found(drawn(prices(**PRICES)), Path)
    scene = drawn(prices(**PRICES), includeAllFields=True)
    assert found(scene, Path)
    assert "mean" in texts(scene)


def test_fields_can_be_chosen_by_name() -> None:
    columns = {f"my {name}": values for name, values in PRICES.items()}
    chosen = {name: f"my {name}" for name in ("open", "high", "low", "close")}
    assert rects(drawn(prices(**columns), fields=chosen), "green")


def test_data_without_prices_is_a_time_series() -> None:
    scene = drawn(prices(value=[1, 2]))
    assert found(scene, Path)
    assert any("open, high, low and close" in note for note in scene.notes)


def test_a_pointer_reads_the_prices() -> None:
    readings = drawn(prices(**PRICES)).readings
    assert readings is not None
    assert [one.name for one in readings.series] == ["open", "high", "low", "close", "volume"]
    assert list(readings.series[0].texts) == ["10", "14"]
