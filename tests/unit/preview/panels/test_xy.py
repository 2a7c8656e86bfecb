"""Trends and XY charts: which fields are drawn over which, lines and points, the axes."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import PALETTE
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Circle, Path, Scene, Text
from tests.support.scenes import found, series, texts

BOX = Box(0, 0, 500, 250)
START = 1_700_000_000_000


def numbers(**columns: list[Any]) -> Frame:
    return Frame(tuple(Field(name, "number", column) for name, column in columns.items()))


def drawn(
    kind: str,
    *frames: Frame,
    custom: dict[str, Any] | None = None,
    defaults: dict[str, Any] | None = None,
    **options: Any,
) -> Scene:
    panel = {
        "type": kind,
        "options": {"legend": {"showLegend": True}, **options},
        "fieldConfig": {"defaults": {**(defaults or {}), "custom": custom or {}}, "overrides": []},
    }
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(START, START + 3_600_000)), BOX)


def line(scene: Scene, number: int = 0) -> list[tuple[float, float]]:
    path = next(shape for shape in series(scene, number) if isinstance(shape, Path) and shape.stroke)
    return [segment[1:] for segment in path.segments]


def points(scene: Scene, number: int = 0) -> list[Circle]:
    return [shape for shape in series(scene, number) if isinstance(shape, Circle)]


ENGINE = numbers(rpm=[0, 1000, 4000], power=[1, 5, 3], torque=[9, 8, 7])


def test_a_trend_is_a_line_over_the_first_number() -> None:
    (left, _), (middle, _), (right, _) = line(drawn("trend", ENGINE))
    assert right - middle == pytest.approx(3 * (middle - left))
    assert {"power", "torque"} <= set(texts(drawn("trend", ENGINE)))
    assert "rpm" not in texts(drawn("trend", ENGINE))


def test_a_trend_reaches_from_edge_to_edge() -> None:
    scene = drawn("trend", ENGINE)
    assert scene.readings is not None
    assert (line(scene)[0][0], line(scene)[-1][0]) == pytest.approx((scene.readings.plot.x, scene.readings.plot.right))


def test_the_options_choose_the_field_of_a_trend() -> None:
    scene = drawn("trend", ENGINE, xField="torque")
    assert {"rpm", "power"} <= set(texts(scene))
    xs = [x for x, _ in line(scene)]
    assert xs == sorted(xs), "the values are put in order"


def test_series_of_a_trend_can_be_stacked() -> None:
    scene = drawn("trend", ENGINE, custom={"stacking": {"mode": "normal", "group": "A"}})
    assert all(upper < lower for (_, lower), (_, upper) in zip(line(scene, 0), line(scene, 1), strict=True))


def test_numbers_stand_below_the_plot() -> None:
    scene = drawn("trend", ENGINE, defaults={"unit": "rotrpm"})
    shown = [text.text for text in found(scene, Text) if text.anchor == "middle"]
    assert shown[:2] == ["0 rpm", "1000 rpm"]


def test_points_are_drawn_over_the_first_number_of_a_frame() -> None:
    scene = drawn("xychart", numbers(x=[1, 2], y=[1, 2], z=[3, None]))
    first, second = points(scene)
    assert first.x < second.x
    assert first.y > second.y
    assert len(points(scene, 1)) == 1
    assert first.stroke == PALETTE[0]
    assert not found(scene, Path)


def test_there_is_free_space_around_points() -> None:
    scene = drawn("xychart", numbers(x=[10, 20], y=[10, 20]))
    assert scene.readings is not None
    assert points(scene)[0].x > scene.readings.plot.x + 5
    assert points(scene)[1].x < scene.readings.plot.right - 5


def matcher(name: str) -> dict[str, Any]:
    return {"matcher": {"id": "byName", "options": name}}


def test_the_options_choose_pairs_of_fields() -> None:
    frame = numbers(x=[1, 2], y=[1, 2], z=[3, 4])
    by_matchers = drawn("xychart", frame, mapping="manual", series=[{"x": matcher("z"), "y": matcher("x")}])
    by_names = drawn("xychart", frame, seriesMapping="manual", series=[{"x": "z", "y": "x"}])
    for scene in (by_matchers, by_names):
        assert len(found(scene, Circle)) == 2
        assert "x" in texts(scene)
        assert "y" not in texts(scene)


def test_lines_and_the_size_of_points_come_from_the_options() -> None:
    frame = numbers(x=[1, 2], y=[1, 2])
    both = drawn("xychart", frame, custom={"show": "points+lines", "pointSize": {"fixed": 20}})
    assert [point.radius for point in points(both)] == [10, 10]
    assert line(both)
    assert not points(drawn("xychart", frame, custom={"show": "lines"}))


def test_times_can_be_the_x_axis() -> None:
    frame = Frame((Field("Time", "time", [START, START + 3_600_000]), Field("v", "number", [1, 2])))
    assert "22:20" in texts(drawn("xychart", frame))


@pytest.mark.parametrize("kind", ["trend", "xychart"])
def test_a_pointer_reads_the_values_at_a_number(kind: str) -> None:
    readings = drawn(kind, numbers(x=[1, 2], y=[10, 20])).readings
    assert readings is not None
    assert list(readings.titles) == ["1", "2"]
    assert list(readings.series[0].texts) == ["10", "20"]
    assert readings.places[0] < readings.places[1]


@pytest.mark.parametrize("kind", ["trend", "xychart"])
def test_without_two_fields_there_is_no_data(kind: str) -> None:
    assert texts(drawn(kind)) == ["No data"]
    assert texts(drawn(kind, numbers(x=[1]))) == ["No data"]
