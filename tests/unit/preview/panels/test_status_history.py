"""Status histories: columns at their times, texts, colours, the axis."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import named
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Path, Scene, Text
from tests.support.scenes import found, texts

BOX = Box(0, 0, 640, 200)
START = 1_700_000_000_000
MINUTE = 60_000
STEPS = [{"color": "red", "value": None}, {"color": "green", "value": 1}]


def lanes(step: int = 5, count: int = 13, **columns: list[Any]) -> Frame:
    columns = columns or {"api": [number % 2 for number in range(count)]}
    length = len(next(iter(columns.values())))
    times = [START + number * step * MINUTE for number in range(length)]
    return Frame((Field("Time", "time", times), *(Field(name, "number", one) for name, one in columns.items())))


def drawn(
    *frames: Frame, custom: dict[str, Any] | None = None, defaults: dict[str, Any] | None = None, **options: Any
) -> Scene:
    usual = {"thresholds": {"mode": "absolute", "steps": STEPS}}
    panel = {
        "type": "status-history",
        "options": {"legend": {"showLegend": True}, **options},
        "fieldConfig": {"defaults": {**usual, **(defaults or {}), "custom": custom or {}}, "overrides": []},
    }
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(START, START + 60 * MINUTE)), BOX)


def boxes(scene: Scene) -> list[Box]:
    places = []
    for path in found(scene, Path):
        for at in range(0, len(path.segments), 5):
            (_, left, top), _, (_, right, bottom) = path.segments[at : at + 3]
            places.append(Box(left, top, right - left, bottom - top))
    return sorted(places, key=lambda box: (box.y, box.x))


def test_each_value_is_a_column_of_its_own() -> None:
    places = boxes(drawn(lanes()))
    assert len(places) == 13
    assert len({round(box.width) for box in places}) == 1
    gaps = {round(right.x - left.right) for left, right in pairwise(places)}
    assert gaps <= {5, 6, 7}


def test_the_first_and_the_last_column_are_whole() -> None:
    scene = drawn(lanes(), colWidth=1)
    places = boxes(scene)
    assert scene.readings is not None
    plot = scene.readings.plot
    assert places[0].x == pytest.approx(plot.x, abs=1.5)
    assert places[-1].right == pytest.approx(plot.right, abs=1.5)


def test_columns_can_be_narrower() -> None:
    wide, narrow = (boxes(drawn(lanes(), colWidth=part, custom={"lineWidth": 0}))[0].width for part in (1, 0.5))
    assert wide == pytest.approx(2 * narrow, abs=1.5)


def test_colours_come_from_thresholds_and_texts_from_values() -> None:
    scene = drawn(lanes(api=[0, 1]), defaults={"unit": "ms"})
    assert {path.stroke for path in found(scene, Path)} == {named("red"), named("green")}
    assert {"0 ms", "1 ms"} <= set(texts(scene))
    assert {"< 1 ms", "1 ms+"} <= set(texts(scene))


def test_mapped_texts_stand_in_the_columns() -> None:
    mappings = [{"type": "value", "options": {"1": {"text": "up", "color": "blue"}}}]
    scene = drawn(lanes(api=[1, 0]), defaults={"mappings": mappings})
    assert "up" in texts(scene)
    assert named("blue") in {path.stroke for path in found(scene, Path)}


def test_texts_are_left_out_where_there_is_no_room_unless_they_are_always_shown() -> None:
    frame = lanes(step=1, api=[1234] * 60)
    assert "1234" not in texts(drawn(frame))
    assert texts(drawn(frame, showValue="always")).count("1234") == 60
    assert "1" not in texts(drawn(lanes(api=[1, 1]), showValue="never", legend={"showLegend": False}))


def test_the_axis_shows_times_of_columns() -> None:
    scene = drawn(lanes())
    shown = [text for text in found(scene, Text) if ":" in text.text]
    middles = [box.x + box.width / 2 for box in boxes(scene)]
    assert 3 < len(shown) < 13
    assert all(min(abs(text.x - middle) for middle in middles) < 1.5 for text in shown)


def test_missing_values_are_left_out() -> None:
    assert len(boxes(drawn(lanes(api=[1, None, 1])))) == 2


def test_a_single_value_fills_its_place() -> None:
    assert len(boxes(drawn(lanes(api=[1])))) == 1


def test_without_values_over_time_there_is_no_data() -> None:
    assert texts(drawn()) == ["No data"]
    assert texts(drawn(Frame((Field("Time", "time", [START]),)))) == ["No data"]
