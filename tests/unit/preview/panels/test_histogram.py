"""Histograms: buckets by size, by count, given ones; combined and stacked series; the axes."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import PALETTE
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Rect, Scene, Text
from tests.support.scenes import found, series, texts

BOX = Box(0, 0, 600, 250)


def values(**columns: list[Any]) -> Frame:
    return Frame(tuple(Field(name, "number", column) for name, column in columns.items()))


def drawn(
    *frames: Frame, custom: dict[str, Any] | None = None, defaults: dict[str, Any] | None = None, **options: Any
) -> Scene:
    panel = {
        "type": "histogram",
        "options": {"legend": {"showLegend": True}, **options},
        "fieldConfig": {
            "defaults": {"custom": {"lineWidth": 0, **(custom or {})}, **(defaults or {})},
            "overrides": [],
        },
    }
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(0, 1)), BOX)


def bars(scene: Scene, number: int = 0) -> list[Rect]:
    return [shape for shape in series(scene, number) if isinstance(shape, Rect)]


def limits(scene: Scene) -> list[str]:
    """Return the texts below the plot."""
    return [text.text for text in found(scene, Text) if text.anchor == "middle"]


def test_a_bar_is_as_high_as_the_number_of_values_in_its_bucket() -> None:
    first, second = bars(drawn(values(v=[1, 2, 3, 11]), bucketSize=10))
    assert first.height == pytest.approx(3 * second.height, rel=0.02)
    assert first.x + first.width == second.x


def test_empty_buckets_leave_a_gap() -> None:
    first, second = bars(drawn(values(v=[1, 25]), bucketSize=10))
    assert second.x == pytest.approx(first.x + 2 * first.width, abs=2)


def test_counts_begin_at_zero() -> None:
    assert "0" in texts(drawn(values(v=[1] * 20 + [2] * 21), bucketSize=1))


def test_the_axis_shows_the_limits_of_buckets_in_the_unit_of_the_values() -> None:
    assert limits(drawn(values(v=[1, 11, 21]), bucketSize=10)) == ["0", "10", "20", "30"]
    assert limits(drawn(values(v=[1, 11]), bucketSize=10, defaults={"unit": "ms"})) == ["0 ms", "10 ms", "20 ms"]
    assert limits(drawn(values(v=[0.1, 0.3]), bucketSize=0.25)) == ["0.00", "0.25", "0.50"]


def test_limits_are_left_out_where_they_would_touch() -> None:
    scene = drawn(values(v=[float(number) for number in range(1000)]), bucketSize=1)
    assert 2 < len(limits(scene)) < 20


def test_buckets_can_be_shifted() -> None:
    assert limits(drawn(values(v=[1, 11]), bucketSize=10, bucketOffset=3)) == ["-7", "3", "13"]


def test_the_size_of_buckets_comes_from_how_many_there_are_to_be() -> None:
    numbers = values(v=[float(number) for number in range(100)])
    assert (
        len(bars(drawn(numbers, bucketCount=5))) < len(bars(drawn(numbers))) < len(bars(drawn(numbers, bucketSize=1)))
    )


def test_each_series_has_its_colour_and_its_entry() -> None:
    scene = drawn(values(a=[1, 2], b=[1, 5]), bucketSize=1)
    assert {"a", "b"} <= set(texts(scene))
    colours = [bars(scene, number)[0].fill for number in (0, 1)]
    assert colours[0] != colours[1]
    assert str(colours[0].dark).startswith(PALETTE[0].dark)  # type: ignore[union-attr]


def test_series_can_be_counted_together() -> None:
    scene = drawn(values(a=[1, 1], b=[1, 5]), bucketSize=1, combine=True)
    assert "Count" in texts(scene)
    high, low = bars(scene)
    assert high.height == pytest.approx(3 * low.height, rel=0.02)


def test_series_can_be_stacked() -> None:
    scene = drawn(values(a=[1], b=[1]), bucketSize=1, custom={"stacking": {"mode": "normal"}})
    (below,), (above,) = bars(scene, 0), bars(scene, 1)
    assert above.y + above.height == pytest.approx(below.y)


def test_counts_of_a_transformation_are_shown_as_they_are() -> None:
    frame = values(xMin=[0, 10], xMax=[10, 20], count=[4, 2])
    first, second = bars(drawn(frame))
    assert first.height == pytest.approx(2 * second.height, rel=0.02)
    assert limits(drawn(frame)) == ["0", "10", "20"]


def test_a_pointer_reads_bucket_and_count() -> None:
    readings = drawn(values(v=[1, 2, 11]), bucketSize=10).readings
    assert readings is not None
    assert list(readings.titles) == ["0 - 10", "10 - 20"]
    assert list(readings.series[0].texts) == ["2", "1"]


@pytest.mark.parametrize("column", [[float("nan")], [None], [float("inf")], []])
def test_without_numbers_there_is_no_data(column: list[Any]) -> None:
    assert texts(drawn(values(v=column))) == ["No data"]


@pytest.mark.parametrize("column", [[5], [1e15, 1e15 + 1], [-1e300, 1e300], [0.0, 5e-324], [-1.5e308, 1.5e308, 1.0]])
def test_any_numbers_have_buckets(column: list[float]) -> None:
    assert bars(drawn(values(v=column)))
