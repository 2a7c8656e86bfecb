"""Gauge: the arc of the value, the ring of thresholds, labels, several dials."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashkit.preview.display.theme import BACKGROUND, named
from dashkit.preview.scene import Box, Group, Html, Path, Scene, Text
from tests.support.scenes import found, texts
from tests.support.value_panels import ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, courses, drawn, odd_options, rows

BOX = Box(0, 0, 328, 170)


def gauge(value: float | None, options: dict[str, Any] | None = None, box: Box = BOX, **defaults: Any) -> Scene:
    return drawn("gauge", courses(api=[value]), options, {"min": 0, "max": 100, **defaults}, box)


def arcs(scene: Scene, colour: str) -> list[Path]:
    return [path for path in found(scene, Path) if path.fill == named(colour)]


def ends(path: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the outer edge of an arc begins and ends."""
    outer = path.segments[:3]
    return outer[0][1:], outer[2][-2:]


def radius(path: Path) -> float:
    return float(path.segments[1][1])


def test_the_arc_covers_the_share_of_the_value() -> None:
    whole, arc = found(gauge(50, {"showThresholdMarkers": False}), Path)
    assert (whole.fill, arc.fill) == (BACKGROUND.secondary, named("orange"))
    (start, end), (first, last) = ends(arc), ends(whole)
    assert start == pytest.approx(first)
    assert first[0] < end[0] < last[0]
    # Half way is the top of the dial.
    assert end[0] == pytest.approx(BOX.width / 2)
    assert end[1] < first[1]


@pytest.mark.parametrize("value", [0, -20, None, math.nan])
def test_nothing_is_filled_at_or_below_the_minimum(value: float | None) -> None:
    assert len(found(gauge(value, {"showThresholdMarkers": False}), Path)) == 1


def test_above_the_maximum_all_is_filled() -> None:
    whole, arc = found(gauge(900, {"showThresholdMarkers": False}), Path)
    assert ends(arc) == ends(whole)


def test_the_ring_has_a_part_for_each_threshold_outside_of_the_arc() -> None:
    scene = gauge(10)
    arc, ring = arcs(scene, "green")
    assert radius(ring) > radius(arc)
    assert len(arcs(scene, "orange")) == len(arcs(scene, "red")) == 1
    assert ends(ring)[1] == pytest.approx(ends(arcs(scene, "orange")[0])[0])


def test_without_markers_the_arc_is_larger() -> None:
    with_ring, without = (arcs(gauge(10, {"showThresholdMarkers": shown}), "green")[0] for shown in (True, False))
    assert radius(without) > radius(with_ring)


def test_labels_are_the_values_of_the_thresholds_and_of_both_ends() -> None:
    assert texts(gauge(10, {"showThresholdLabels": True})) == ["0", "50", "80", "100", "10"]


def test_thresholds_in_percent_are_labelled_in_percent() -> None:
    steps = [{"color": "blue", "value": None}, {"color": "red", "value": 25}]
    scene = gauge(50, {"showThresholdLabels": True}, max=200, thresholds={"mode": "percentage", "steps": steps})
    assert texts(scene) == ["0", "25", "100", "50"]
    assert len(arcs(scene, "red")) == 2


def test_a_neutral_value_is_where_the_arc_begins() -> None:
    scene = gauge(-50, {"showThresholdMarkers": False}, min=-100, custom={"neutral": 0})
    start, end = ends(found(scene, Path)[1])
    assert end[0] == pytest.approx(BOX.width / 2)
    assert start[0] < end[0]


def test_the_number_has_the_colour_of_the_value_and_its_unit() -> None:
    (number,) = found(gauge(90, unit="reqps"), Text)
    assert (number.text, number.fill, number.anchor) == ("90 req/s", named("red"), "middle")


def test_limits_that_are_not_set_are_those_of_the_values() -> None:
    scene = drawn("gauge", courses(api=[10, 30, 20]), {"showThresholdMarkers": False}, box=BOX)
    assert ends(found(scene, Path)[1])[1][0] == pytest.approx(BOX.width / 2)


def test_a_single_dial_has_a_name_only_if_somebody_chose_one() -> None:
    assert texts(gauge(10)) == ["10"]
    assert texts(gauge(10, displayName="Load")) == ["10", "Load"]


def test_several_dials_have_their_names_below() -> None:
    scene = drawn("gauge", courses(api=[10], db=[20]), box=BOX)
    assert texts(scene) == ["10", "api", "20", "db"]
    number, name = found(scene, Text)[:2]
    assert name.y > number.y
    assert name.x == number.x


def test_an_orientation_arranges_the_dials() -> None:
    def names(orientation: str) -> tuple[Text, Text]:
        _, first, _, second = found(drawn("gauge", courses(a=[1], b=[2]), {"orientation": orientation}, box=BOX), Text)
        return first, second

    left, right = names("vertical")
    assert left.x < right.x
    assert left.y == right.y
    upper, lower = names("horizontal")
    assert upper.y < lower.y
    assert upper.x == lower.x


def test_dials_that_need_more_room_than_there_is_scroll() -> None:
    options = {"orientation": "vertical", "sizing": "manual", "minVizWidth": 200}
    (part,) = found(drawn("gauge", courses(a=[1], b=[2], c=[3]), options, box=BOX), Html)
    assert part.box == BOX
    assert 'width="616"' in part.html
    assert not found(drawn("gauge", courses(a=[1], b=[2]), box=BOX), Html)


def test_sizes_of_text_can_be_set() -> None:
    scene = gauge(10, {"text": {"titleSize": 11, "valueSize": 23}}, displayName="Load")
    assert [text.size for text in found(scene, Text)] == [23, 11]


def test_a_circle_begins_and_ends_at_the_top() -> None:
    start, end = ends(found(gauge(10, {"shape": "circle"}), Path)[0])
    assert start == pytest.approx(end)
    assert start[0] == pytest.approx(BOX.width / 2)


def test_segments_leave_gaps_and_are_filled_up_to_the_value() -> None:
    scene = gauge(10, {"segmentCount": 10, "showThresholdMarkers": False})
    assert len([path for path in found(scene, Path) if path.fill == BACKGROUND.secondary]) == 10
    assert len(arcs(scene, "green")) == 1


def test_the_whole_dial_is_inside_of_its_box() -> None:
    for box in (Box(0, 0, 100, 60), Box(0, 0, 80, 300), Box(0, 0, 900, 400)):
        for path in found(gauge(50, {"showThresholdLabels": True}, box), Path):
            points = [segment[-2:] for segment in path.segments if len(segment) > 2]
            assert all(0 <= x <= box.right and 0 <= y <= box.bottom for x, y in points)


def test_no_data_says_so_in_an_empty_dial() -> None:
    scene = drawn("gauge", [], box=BOX)
    assert texts(scene) == ["No data"]


def test_a_dial_says_its_name_and_value() -> None:
    scene = drawn("gauge", courses(api=[10], db=[20]), box=BOX)
    assert [group.label for group in found(scene, Group) if group.label] == ["api: 10", "db: 20"]


@settings(max_examples=200, deadline=None)
@given(
    odd_options("showThresholdLabels", "sizing", "minVizWidth", "shape", "barWidthFactor", "segmentCount", "segmentSpacing"),
    ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, some.booleans(),
)  # fmt: skip
def test_odd_options_and_values_never_raise(
    options: dict[str, Any], defaults: dict[str, Any], values: list[float | None], box: Box, table: bool
) -> None:
    frame = rows(**{str(place): value for place, value in enumerate(values)}) if table else courses(a=values, b=values)
    usual = {"showThresholdLabels": True, "reduceOptions": {"values": table}}
    assert drawn("gauge", frame, {**usual, **options}, defaults, box).width == box.width
