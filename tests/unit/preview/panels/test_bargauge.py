"""Bar gauge: bars in three modes, lying and standing, with names and numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashkit.preview.display.colour import Colour, channels, faded
from dashkit.preview.display.theme import BACKGROUND, TEXT, named
from dashkit.preview.scene import Box, Gradient, Html, Radial, Rect, Scene, Text
from tests.support.scenes import found, series, texts
from tests.support.value_panels import ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, courses, drawn, odd_options, rows

BOX = Box(0, 0, 328, 170)
LYING, STANDING = {"orientation": "horizontal"}, {"orientation": "vertical"}


def bars(options: dict[str, Any] | None = None, box: Box = BOX, **defaults: Any) -> Scene:
    frame = courses(api=[90], auth=[60], db=[20])
    return drawn("bargauge", frame, {**LYING, **(options or {})}, {"min": 0, "max": 100, **defaults}, box)


def bar(scene: Scene, number: int) -> Rect:
    """Return the bar of a value, in front of what is behind it."""
    rects = (shape for shape in series(scene, number) if isinstance(shape, Rect))
    return next(rect for rect in rects if rect.fill != BACKGROUND.secondary)


def text_of(scene: Scene, shown: str) -> Text:
    return next(text for text in found(scene, Text) if text.text == shown)


def test_a_bar_is_as_long_as_the_share_of_its_value() -> None:
    scene = bars()
    widths = [bar(scene, number).width for number in range(3)]
    assert widths[1] / widths[0] == pytest.approx(60 / 90, abs=0.01)
    assert widths[2] / widths[0] == pytest.approx(20 / 90, abs=0.01)
    assert {bar(scene, number).x for number in range(3)} == {0}


def test_a_standing_bar_grows_from_its_bottom() -> None:
    scene = bars(STANDING)
    first, second = bar(scene, 0), bar(scene, 1)
    assert first.y + first.height == second.y + second.height
    assert second.height / first.height == pytest.approx(60 / 90, abs=0.02)
    assert text_of(scene, "api").y > first.y + first.height
    assert text_of(scene, "90").y < first.y


def test_a_gradient_passes_the_colours_of_the_thresholds_up_to_the_value() -> None:
    scene = bars({"displayMode": "gradient"})
    fill = bar(scene, 1).fill
    assert isinstance(fill, Gradient)
    assert [colour for _, colour in fill.stops] == [named("green"), named("green"), named("orange")]
    first = bar(scene, 0).fill
    assert isinstance(first, Gradient)
    assert first.stops[-1] == (1, named("red"))


def test_a_gradient_of_a_scheme_belongs_to_the_whole_range() -> None:
    scene = bars({"displayMode": "gradient"}, color={"mode": "continuous-GrYlRd"})
    fills = [bar(scene, number).fill for number in range(3)]
    assert all(isinstance(fill, Gradient) for fill in fills)
    assert len({fill.x2 for fill in fills if isinstance(fill, Gradient)}) == 1


def test_a_plain_bar_is_pale_and_has_a_line_at_its_end() -> None:
    scene = bars({"displayMode": "basic"})
    body, end = [shape for shape in series(scene, 2) if isinstance(shape, Rect)][1:]
    assert body.fill == faded(named("green"), 0.35)
    assert (end.fill, end.x) == (named("green"), body.x + body.width)


def test_cells_have_the_colour_of_the_value_that_they_stand_for() -> None:
    cells = [shape for shape in series(bars({"displayMode": "lcd"}), 2) if isinstance(shape, Rect)]
    unlit = [cell.fill for cell in cells if isinstance(cell.fill, Colour)]
    assert {faded(named(colour), 0.18) for colour in ("green", "orange", "red")} == set(unlit)
    lit = [cell for cell in cells if isinstance(cell.fill, Radial)]
    assert max(cell.x for cell in lit) < min(cell.x for cell in cells if isinstance(cell.fill, Colour))
    assert all(isinstance(cell.fill, Radial) and channels(cell.fill.stops[0][1].dark).green > 100 for cell in lit)


@pytest.mark.parametrize("options", [LYING, STANDING])
def test_without_the_unfilled_part_the_number_follows_the_bar(options: dict[str, Any]) -> None:
    scene = bars({"showUnfilled": False, **options})
    assert BACKGROUND.secondary not in [rect.fill for rect in found(scene, Rect)]
    high, low = text_of(scene, "90"), text_of(scene, "20")
    assert high.x > low.x if options == LYING else high.y < low.y


@pytest.mark.parametrize(("mode", "ink"), [("color", named("red")), ("text", TEXT.primary)])
def test_the_number_is_coloured_or_not(mode: str, ink: Colour) -> None:
    assert text_of(bars({"valueMode": mode}), "90").fill == ink


def test_without_numbers_bars_are_longer() -> None:
    scene = bars({"valueMode": "hidden"})
    assert texts(scene) == ["api", "auth", "db"]
    assert bar(scene, 0).width > bar(bars(), 0).width


def test_names_stand_above_high_bars_and_beside_low_ones() -> None:
    high, low = bars(), bars(box=Box(0, 0, 328, 100))
    assert text_of(high, "api").y < bar(high, 0).y
    assert text_of(high, "api").x == bar(high, 0).x
    assert text_of(low, "api").x < bar(low, 0).x


def test_names_can_be_placed() -> None:
    left, top = bars({"namePlacement": "left"}), bars({"namePlacement": "top"}, Box(0, 0, 328, 100))
    assert text_of(left, "api").x < bar(left, 0).x
    assert text_of(top, "api").y < bar(top, 0).y
    assert texts(bars({"namePlacement": "hidden"})) == ["90", "60", "20"]


def test_a_single_bar_has_a_name_only_if_somebody_chose_one() -> None:
    assert texts(drawn("bargauge", courses(api=[1]), LYING, box=BOX)) == ["1"]
    assert texts(drawn("bargauge", courses(api=[1]), LYING, {"displayName": "Load"}, BOX)) == ["Load", "1"]


def test_bars_stand_in_a_wide_panel_by_themselves() -> None:
    automatic = bars({"orientation": "auto"})
    assert bar(automatic, 0).x < bar(automatic, 1).x


def test_sizes_of_text_can_be_set() -> None:
    scene = bars({"text": {"titleSize": 11, "valueSize": 13}})
    assert (text_of(scene, "api").size, text_of(scene, "90").size) == (11, 13)


def test_more_bars_than_fit_scroll() -> None:
    frame = courses(**{f"s{number}": [number] for number in range(60)})
    (part,) = found(drawn("bargauge", frame, LYING, box=BOX), Html)
    assert part.box == BOX
    assert "s59" in part.html
    assert not found(bars(), Html)


def test_bars_are_as_high_as_an_author_wants() -> None:
    scene = bars({"sizing": "manual", "minVizHeight": 90, "namePlacement": "hidden"})
    assert bar(scene, 0).height == 90
    low = bars({"sizing": "manual", "maxVizHeight": 20, "namePlacement": "hidden"})
    assert bar(low, 0).height == 20


def test_a_hostile_name_is_text_wherever_it_is_shown() -> None:
    frame = courses(**{f"<script>{number}</script>": [number] for number in range(60)})
    (part,) = found(drawn("bargauge", frame, LYING, box=BOX), Html)
    assert "<script" not in part.html


def test_a_legend_is_shown_on_request() -> None:
    shown = texts(bars({"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"}}))
    assert shown.count("api") == 2
    assert texts(bars()).count("api") == 1


def test_rows_of_a_table_are_bars_of_their_own() -> None:
    scene = drawn("bargauge", rows(Berlin=1, Rome=2), {**LYING, "reduceOptions": {"values": True}}, box=BOX)
    assert texts(scene) == ["Berlin", "1", "Rome", "2"]


def test_no_data_says_so() -> None:
    assert texts(drawn("bargauge", [], box=BOX)) == ["No data"]


@settings(max_examples=200, deadline=None)
@given(
    odd_options("displayMode", "valueMode", "namePlacement", "showUnfilled", "sizing", "minVizHeight", "maxVizHeight", "legend"),
    ODD_DEFAULTS, ODD_NUMBERS, ODD_SIZES, some.sampled_from(["basic", "gradient", "lcd"]), some.booleans(),
)  # fmt: skip
def test_odd_options_and_values_never_raise(
    options: dict[str, Any], defaults: dict[str, Any], values: list[float | None], box: Box, mode: str, table: bool
) -> None:
    frame = rows(**{str(place): value for place, value in enumerate(values)}) if table else courses(a=values, b=values)
    usual = {"displayMode": mode, "reduceOptions": {"values": table}}
    assert drawn("bargauge", frame, {**usual, **options}, defaults, box).width == box.width
