"""Stat: text modes, colours, sparklines, layouts, percentages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashkit.preview.display.theme import TEXT, named, readable_on
from dashkit.preview.scene import Box, Gradient, Group, Path, Rect, Scene, Text
from tests.support.scenes import found, texts
from tests.support.value_panels import BOX, ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, courses, drawn, odd_options, rows

HIGH = Box(0, 0, 150, 200)


def stat(options: dict[str, Any] | None = None, box: Box = BOX, **defaults: Any) -> Scene:
    return drawn("stat", courses(api=[10, 90, 60], db=[10, 20, 30]), options, defaults, box)


def one(options: dict[str, Any] | None = None, box: Box = BOX, **defaults: Any) -> Scene:
    return drawn("stat", courses(api=[20, 90, 60]), options, defaults, box)


def text_of(scene: Scene, shown: str) -> Text:
    return next(text for text in found(scene, Text) if text.text == shown)


def test_a_single_value_has_no_name_and_stands_in_the_middle() -> None:
    scene = one()
    (number,) = found(scene, Text)
    assert number.text == "60"
    assert BOX.width * 0.3 < number.x < BOX.width / 2


def test_several_values_have_their_names_above_them() -> None:
    scene = stat()
    assert texts(scene) == ["api", "60", "db", "30"]
    assert text_of(scene, "api").y < text_of(scene, "60").y
    assert text_of(scene, "api").x == pytest.approx(text_of(scene, "60").x)
    assert text_of(scene, "api").size < text_of(scene, "60").size


@pytest.mark.parametrize(
    ("mode", "shown"),
    [("value", ["60"]), ("name", ["api"]), ("value_and_name", ["api", "60"]), ("none", []), ("auto", ["60"])],
)
def test_a_text_mode_chooses_what_is_written(mode: str, shown: list[str]) -> None:
    assert texts(one({"textMode": mode})) == shown


def test_all_numbers_have_the_size_of_the_one_that_needs_the_most_room() -> None:
    scene = drawn("stat", courses(a=[1], b=[123456789]))
    assert text_of(scene, "1").size == text_of(scene, "123456789").size


def test_a_unit_is_smaller_than_its_number() -> None:
    scene = one(unit="reqps")
    assert text_of(scene, " req/s").size < text_of(scene, "60").size


@pytest.mark.parametrize(("mode", "ink"), [("value", named("orange")), ("none", TEXT.primary), ("", named("orange"))])
def test_a_colour_mode_colours_the_number(mode: str, ink: object) -> None:
    assert text_of(one({"colorMode": mode}), "60").fill == ink


def test_a_background_fills_the_panel_and_runs_from_dark_to_bright() -> None:
    (ground,) = found(one({"colorMode": "background"}), Rect)
    assert Box(*ground[:4]) == BOX
    assert isinstance(ground.fill, Gradient)
    assert len({colour for _, colour in ground.fill.stops}) == 2


def test_a_solid_background_has_the_colour_of_the_value() -> None:
    (ground,) = found(one({"colorMode": "background_solid"}), Rect)
    assert ground.fill == named("orange")


def test_text_on_a_background_is_readable() -> None:
    scene = one({"colorMode": "background", "textMode": "value_and_name"})
    assert {text.fill for text in found(scene, Text)} == {readable_on(named("orange"))}


def test_a_sparkline_is_a_line_and_an_area_at_the_bottom() -> None:
    area, line = found(one({"graphMode": "area"}, BOX), Path)
    assert (area.stroke, line.fill) == (None, None)
    heights = [segment[-1] for segment in line.segments]
    assert min(heights) >= BOX.height / 2
    assert max(heights) == BOX.bottom
    assert (line.segments[0][1], line.segments[-1][1]) == (0, BOX.right)


def test_without_a_graph_there_is_no_sparkline() -> None:
    assert found(one({"graphMode": "none"}), Path) == []
    assert len(found(one({}), Path)) == 2
    assert found(drawn("stat", courses(a=[1]), {"graphMode": "area"}), Path) == []


def test_a_flat_panel_has_no_room_for_a_sparkline() -> None:
    assert found(one({"graphMode": "area"}, Box(0, 0, 300, 40)), Path) == []


def test_percentages_are_drawn_on_the_scale_of_all_percent() -> None:
    line = found(drawn("stat", courses(a=[0, 0.02]), {"graphMode": "area"}, {"unit": "percentunit"}), Path)[1]
    assert min(segment[-1] for segment in line.segments) > BOX.bottom - 2


def test_in_a_wide_panel_the_name_is_beside_the_number() -> None:
    scene = one({"textMode": "value_and_name"}, Box(0, 0, 400, 60))
    assert text_of(scene, "api").x < 100 < 300 < text_of(scene, "60").x
    below = one({"textMode": "value_and_name", "wideLayout": False}, Box(0, 0, 400, 60))
    assert text_of(below, "api").x == text_of(below, "60").x


def test_a_name_with_a_sparkline_stands_at_the_top() -> None:
    with_chart = one({"textMode": "value_and_name", "graphMode": "area"}, HIGH)
    without = one({"textMode": "value_and_name", "graphMode": "none"}, HIGH)
    assert text_of(with_chart, "api").y < text_of(without, "api").y


def test_centred_values_stand_in_the_middle() -> None:
    scene = one({"textMode": "value_and_name", "justifyMode": "center"}, HIGH)
    assert text_of(scene, "api").anchor == "middle"
    assert text_of(scene, "api").x == HIGH.width / 2


def test_an_orientation_arranges_the_values() -> None:
    below, beside = stat({"orientation": "horizontal"}), stat({"orientation": "vertical"})
    assert text_of(below, "api").x == text_of(below, "db").x
    assert text_of(below, "api").y < text_of(below, "db").y
    assert text_of(beside, "api").x < text_of(beside, "db").x
    assert text_of(beside, "api").y == text_of(beside, "db").y


@pytest.mark.parametrize(("mode", "colour"), [("standard", "green"), ("inverted", "red"), ("same_as_value", "orange")])
def test_a_change_in_percent_is_good_bad_or_has_the_colour_of_the_value(mode: str, colour: str) -> None:
    scene = one({"showPercentChange": True, "percentChangeColorMode": mode})
    assert text_of(scene, "200%").fill == named(colour)


def test_a_fall_is_bad_and_its_arrow_points_down() -> None:
    scene = drawn("stat", courses(a=[100, 75]), {"showPercentChange": True, "graphMode": "none"})
    assert text_of(scene, "-25%").fill == named("red")
    (arrow,) = found(scene, Path)
    assert arrow.segments[1][2] > arrow.segments[0][2]


def test_sizes_of_text_can_be_set() -> None:
    scene = one({"textMode": "value_and_name", "text": {"titleSize": 11, "valueSize": 23}})
    assert (text_of(scene, "api").size, text_of(scene, "60").size) == (11, 23)


def test_rows_of_a_table_are_values_of_their_own() -> None:
    scene = drawn("stat", rows(Berlin=1, Rome=2), {"reduceOptions": {"values": True}})
    assert texts(scene) == ["Berlin", "1", "Rome", "2"]


def test_a_mapping_gives_text_and_colour() -> None:
    mapping = {"type": "value", "options": {"60": {"text": "up", "color": "blue"}}}
    assert text_of(one(mappings=[mapping]), "up").fill == named("blue")


def test_no_data_says_so_or_what_the_author_wants() -> None:
    assert texts(drawn("stat", [])) == ["No data"]
    assert texts(drawn("stat", [], defaults={"noValue": "idle"})) == ["idle"]


def test_a_value_says_its_name_and_leads_to_its_link() -> None:
    scene = stat(links=[{"url": "https://example.com"}])
    labelled = [group for group in found(scene, Group) if group.label]
    assert [(group.label, group.link) for group in labelled] == [
        ("api: 60", "https://example.com"), ("db: 30", "https://example.com"),
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    odd_options("colorMode", "graphMode", "textMode", "justifyMode", "wideLayout", "percentChangeColorMode"),
    ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, some.booleans(),
)  # fmt: skip
def test_odd_options_and_values_never_raise(
    options: dict[str, Any], defaults: dict[str, Any], values: list[float | None], box: Box, table: bool
) -> None:
    frame = rows(**{str(place): value for place, value in enumerate(values)}) if table else courses(a=values, b=values)
    usual = {"graphMode": "area", "showPercentChange": True, "reduceOptions": {"values": table}}
    assert drawn("stat", frame, {**usual, **options}, defaults, box).width == box.width
