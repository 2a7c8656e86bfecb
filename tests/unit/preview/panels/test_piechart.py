"""Pie chart: slices, texts in them, the legend."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashkit.preview.display.colour import brightness
from dashkit.preview.display.theme import BACKGROUND, PALETTE
from dashkit.preview.scene import Box, Group, Path, Radial, Rect, Scene, Text
from tests.support.scenes import every, found, series, texts
from tests.support.value_panels import ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, courses, drawn, odd_options, rows

BOX = Box(0, 0, 328, 208)
ROWS = {"reduceOptions": {"values": True}}
NO_LEGEND = {"legend": {"showLegend": False}}


def pie(options: dict[str, Any] | None = None, box: Box = BOX, **defaults: Any) -> Scene:
    given = rows(sales=25, billing=50, other=25)
    return drawn("piechart", given, {**ROWS, **NO_LEGEND, **(options or {})}, defaults, box)


def outline(scene: Scene, number: int) -> Path:
    return next(
        shape for shape in series(scene, number) if isinstance(shape, Path) and shape.stroke == BACKGROUND.primary
    )


def extent(path: Path) -> tuple[float, float]:
    xs = [segment[-2] for segment in path.segments if len(segment) > 2]
    return min(xs), max(xs)


def inside(scene: Scene) -> list[str]:
    """Return the texts in slices."""
    return [text.text for text in every(scene.shapes, parts=False) if isinstance(text, Text)]


def test_the_largest_slice_is_the_first_one_clockwise_from_the_top() -> None:
    scene = pie()
    left, right = extent(outline(scene, 1))
    assert left == pytest.approx(BOX.width / 2, abs=1)
    assert right == pytest.approx(BOX.width / 2 + BOX.height / 2 - 16, abs=1)
    order = [group.series for group in found(scene, Group) if group.series is not None]
    assert order == [1, 0, 2]


@pytest.mark.parametrize(("order", "numbers"), [("asc", [0, 2, 1]), ("none", [0, 1, 2]), ("desc", [1, 0, 2])])
def test_slices_can_be_sorted(order: str, numbers: list[int]) -> None:
    scene = pie({"sort": order})
    assert [group.series for group in found(scene, Group) if group.series is not None] == numbers


def test_a_donut_has_a_hole() -> None:
    def radii(scene: Scene) -> set[float]:
        return {segment[1] for segment in outline(scene, 1).segments if segment[0] == "A"}

    assert len(radii(pie({"pieType": "pie"}))) == 1
    inner, outer = sorted(radii(pie({"pieType": "donut"})))
    assert inner == pytest.approx(outer * 2 / 3)


def test_colours_get_brighter_in_the_dark_theme_towards_the_edge() -> None:
    (fill,) = [shape.fill for shape in series(pie(), 1) if isinstance(shape, Path) and isinstance(shape.fill, Radial)]
    inner, outer = (colour for _, colour in fill.stops)
    assert brightness(outer.dark) > brightness(inner.dark)


@pytest.mark.parametrize(
    ("labels", "shown"),
    [([], []), (["name"], ["billing"]), (["percent"], ["50%"]), (["value", "name"], ["billing", "50 req/s"])],
)
def test_labels_say_what_is_asked_for(labels: list[str], shown: list[str]) -> None:
    assert inside(pie({"displayLabels": labels}, unit="reqps"))[: len(shown)] == shown
    assert bool(inside(pie({"displayLabels": labels}))) == bool(labels)


def test_a_small_slice_has_no_label() -> None:
    scene = drawn("piechart", rows(large=99, small=1), {**ROWS, **NO_LEGEND, "displayLabels": ["name"]}, box=BOX)
    assert inside(scene) == ["large"]


def test_percentages_have_the_decimals_of_the_field() -> None:
    scene = drawn("piechart", rows(a=2, b=1), {**ROWS, **NO_LEGEND, "displayLabels": ["percent"]}, {"decimals": 1}, BOX)
    assert inside(scene) == ["66.7%", "33.3%"]


def test_each_slice_has_the_next_colour_of_the_palette_in_the_order_of_the_rows() -> None:
    scene = pie({"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"}})
    assert texts(scene) == ["billing", "sales", "other"]
    assert [rect.fill for rect in found(scene, Rect)] == [PALETTE[1], PALETTE[0], PALETTE[2]]


def test_a_table_legend_has_values_and_percentages() -> None:
    legend = {"showLegend": True, "displayMode": "table", "placement": "right", "values": ["percent", "value"]}
    shown = texts(pie({"legend": legend}))
    assert shown.index("Value") < shown.index("Percent")
    assert {"billing", "50", "50%", "25", "25%"} <= set(shown)


def test_a_legend_takes_room_from_the_disc() -> None:
    def width(scene: Scene) -> float:
        return extent(outline(scene, 1))[1] - extent(outline(scene, 1))[0]

    for placement in ("bottom", "right"):
        legend = {"showLegend": True, "displayMode": "list", "placement": placement, "values": ["value"]}
        assert width(pie({"legend": legend})) < width(pie())


def test_a_slice_that_is_hidden_from_the_legend_is_drawn() -> None:
    scene = pie({"legend": {"showLegend": True}}, custom={"hideFrom": {"legend": True}})
    assert texts(scene) == []
    assert series(scene, 0)


def test_a_single_slice_is_a_whole_disc_without_a_line_in_it() -> None:
    scene = drawn("piechart", rows(all=5), {**ROWS, **NO_LEGEND}, box=BOX)
    assert not [path for path in found(scene, Path) if path.stroke]
    start, first_half, second_half = found(scene, Path)[0].segments[:3]
    assert start[1:] == pytest.approx(second_half[-2:])
    assert first_half[-1] > start[2]


def test_values_that_are_no_share_of_anything_have_no_slice() -> None:
    scene = drawn(
        "piechart", rows(a=3, b=-3, c=math.nan, d=1), {**ROWS, **NO_LEGEND, "displayLabels": ["percent"]}, box=BOX
    )
    assert inside(scene) == ["75%", "25%"]


def test_a_slice_says_its_name_value_and_share() -> None:
    labels = [group.label for group in found(pie(), Group) if group.label]
    assert labels == ["billing: 50 (50%)", "sales: 25 (25%)", "other: 25 (25%)"]


def test_series_are_slices_by_their_last_values() -> None:
    scene = drawn("piechart", courses(a=[9, 1], b=[9, 3]), {**NO_LEGEND, "displayLabels": ["percent"]}, box=BOX)
    assert inside(scene) == ["75%", "25%"]


def test_no_data_says_so() -> None:
    assert texts(drawn("piechart", [], box=BOX)) == ["No data"]
    assert texts(drawn("piechart", rows(a=None), ROWS, box=BOX)) == ["No data"]


@settings(max_examples=200, deadline=None)
@given(odd_options("pieType", "displayLabels", "legend", "sort"), ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, some.booleans())
def test_odd_options_and_values_never_raise(
    options: dict[str, Any], defaults: dict[str, Any], values: list[float | None], box: Box, table: bool
) -> None:
    frame = rows(**{str(place): value for place, value in enumerate(values)}) if table else courses(a=values, b=values)
    usual = {"displayLabels": ["name", "percent"], "reduceOptions": {"values": table}}
    assert drawn("piechart", frame, {**usual, **options}, defaults, box).width == box.width
