"""Bar charts: groups, stacks, direction, colours, values at bars, names of categories."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import PALETTE, named
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Gradient, Group, Path, Rect, Scene, Text
from tests.support.scenes import found, series, texts

BOX = Box(0, 0, 400, 250)
START = 1_700_000_000_000
FOUR = ["billing", "technical", "sales", "other"]


def table(names: list[Any], **columns: list[Any]) -> Frame:
    return Frame((Field("category", "string", names), *(Field(name, "number", one) for name, one in columns.items())))


def drawn(
    *frames: Frame, box: Box = BOX, custom: dict[str, Any] | None = None, defaults: dict[str, Any] | None = None, **options: Any
) -> Scene:  # fmt: skip
    panel = {
        "type": "barchart",
        "options": {"legend": {"showLegend": False}, **options},
        "fieldConfig": {"defaults": {"custom": custom or {}, **(defaults or {})}, "overrides": []},
    }
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(START, START + 3_600_000)), box)


def bars(scene: Scene, number: int = 0) -> list[Rect]:
    """Return the bars of a series from left to right, or from above."""
    return [shape for shape in series(scene, number) if isinstance(shape, Rect)]


def label(scene: Scene, text: str) -> Text:
    return next(one for one in found(scene, Text) if one.text == text)


def test_bars_are_as_high_as_their_values_and_stand_on_zero() -> None:
    first, second = bars(drawn(table(["a", "b"], count=[100, 50]), custom={"lineWidth": 0}))
    assert first.height == pytest.approx(2 * second.height, abs=1)
    assert first.y + first.height == second.y + second.height
    assert first.x < second.x


def test_the_axis_begins_at_zero_however_high_the_values_are() -> None:
    assert "0" in texts(drawn(table(["a", "b"], count=[1000, 1010])))


def test_names_stand_below_the_middles_of_their_bars() -> None:
    scene = drawn(table(FOUR, count=[420, 353, 131, 96]))
    for bar, name in zip(bars(scene), FOUR, strict=True):
        assert label(scene, name).x == pytest.approx(bar.x + bar.width / 2, abs=1)
        assert label(scene, name).y > bar.y + bar.height


def test_a_single_series_takes_the_width_of_bars_and_several_that_of_groups() -> None:
    wide, narrow = (bars(drawn(table(FOUR, count=[1, 1, 1, 1]), barWidth=part))[0] for part in (1, 0.5))
    assert wide.width == pytest.approx(2 * narrow.width, abs=2)
    scene = drawn(table(["x", "y"], a=[1, 1], b=[1, 1]), groupWidth=0.5, barWidth=1)
    (first, next_group), (second, _) = bars(scene, 0), bars(scene, 1)
    assert second.x == pytest.approx(first.x + first.width, abs=2)
    assert next_group.x - second.x > 2 * second.width


def test_series_stand_side_by_side_in_their_colours() -> None:
    scene = drawn(table(["x"], a=[1], b=[2]))
    (first,), (second,) = bars(scene, 0), bars(scene, 1)
    assert (first.stroke, second.stroke) == (PALETTE[0], PALETTE[1])
    assert first.x + first.width <= second.x


def test_stacked_bars_lie_on_top_of_each_other() -> None:
    scene = drawn(table(["x"], a=[10], b=[30]), stacking="normal", custom={"lineWidth": 0})
    (below,), (above,) = bars(scene, 0), bars(scene, 1)
    assert above.y + above.height == below.y
    assert (above.x, above.width) == (below.x, below.width)
    assert "40" in texts(scene)


def test_a_stack_of_percents_fills_the_plot() -> None:
    scene = drawn(table(["x", "y"], a=[1, 50], b=[3, 50]), stacking="percent", showValue="always")
    assert {"0%", "100%", "25%", "75%"} <= set(texts(scene))
    assert bars(scene, 1)[0].y == bars(scene, 1)[1].y


def test_negative_bars_hang_below_zero() -> None:
    up, down = bars(drawn(table(["x", "y"], a=[5, -5]), custom={"lineWidth": 0}))
    assert down.y == up.y + up.height


def test_a_panel_that_is_higher_than_wide_has_lying_bars_unless_told_otherwise() -> None:
    rows, tall = table(["x", "y"], a=[100, 50]), Box(0, 0, 200, 400)
    first, second = bars(drawn(rows, box=tall, custom={"lineWidth": 0}))
    assert first.x == second.x
    assert first.width == pytest.approx(2 * second.width, abs=1)
    assert first.y < second.y
    upright = bars(drawn(rows, box=tall, orientation="vertical"))
    assert upright[0].x < upright[1].x
    assert len({bar.x for bar in bars(drawn(rows, orientation="horizontal"))}) == 1


def test_lying_bars_have_names_at_the_left_and_say_their_value() -> None:
    scene = drawn(table(["x"], a=[7]), orientation="horizontal", defaults={"unit": "ms"})
    assert label(scene, "x").x < bars(scene)[0].x
    assert "x\na: 7 ms" in [group.label for group in found(scene, Group)]


def test_values_stand_above_bars_in_one_size() -> None:
    scene = drawn(table(FOUR, count=[420, 353, 131, 96]))
    sizes = {label(scene, value).size for value in ("420", "353", "131", "96")}
    assert len(sizes) == 1
    for bar, value in zip(bars(scene), ("420", "353", "131", "96"), strict=True):
        assert label(scene, value).y < bar.y


def test_values_are_left_out_where_they_would_be_too_small_unless_they_are_always_shown() -> None:
    many = table([f"n{number}" for number in range(100)], count=list(range(1000, 1100)))
    assert "1050" not in texts(drawn(many))
    assert "1050" in texts(drawn(many, showValue="always"))
    assert "42" not in texts(drawn(table(["x"], a=[42]), showValue="never"))


def test_values_can_have_a_size() -> None:
    assert label(drawn(table(["x"], a=[42]), text={"valueSize": 21}), "42").size == 21


def test_round_bars_are_paths_with_curves_at_their_ends() -> None:
    scene = drawn(table(["x"], a=[10], b=[5]), barRadius=0.5)
    assert [shape for shape in series(scene, 0) if isinstance(shape, Path)]
    stacked = drawn(table(["x"], a=[10], b=[5]), barRadius=0.5, stacking="normal")
    assert bars(stacked, 0)
    assert not bars(stacked, 1), "only the last bar of a stack is round"


def test_names_can_be_shortened_turned_and_left_out() -> None:
    long = table(["a long name", "another long name"], count=[1, 2])
    assert {"a lo...", "anot..."} <= set(texts(drawn(long, xTickLabelMaxLength=4)))
    scene = drawn(long, xTickLabelRotation=45)
    turned = label(scene, "a long name")
    assert (turned.turn, turned.anchor) == (45, "start")
    assert bars(scene)[0].y + bars(scene)[0].height < bars(drawn(long))[0].y + bars(drawn(long))[0].height
    many = table([f"n{number}" for number in range(40)], count=[1.0] * 40)
    shown = [text for text in texts(drawn(many, xTickLabelSpacing=100)) if text.startswith("n")]
    assert shown[0] == "n0"
    assert 2 <= len(shown) <= 4
    assert "n39" in texts(drawn(many, xTickLabelSpacing=-100))


def test_times_are_written_as_their_distance_needs() -> None:
    def shown(step: int) -> set[str]:
        rows = Frame((Field("Time", "time", [START, START + step]), Field("v", "number", [1, 2])))
        return set(texts(drawn(rows)))

    assert {"22:13", "22:14"} <= shown(60_000)
    assert {"11/14", "11/15"} <= shown(86_400_000)
    assert {"11/14 22:13", "11/14 23:13"} <= shown(3_600_000)


def test_the_options_choose_the_field_of_names() -> None:
    rows = Frame((Field("a", "string", ["x"]), Field("b", "string", ["y"]), Field("v", "number", [1])))
    assert "y" in texts(drawn(rows, xField="b"))
    assert "y" not in texts(drawn(rows))


def test_a_field_can_colour_rows_and_the_legend_explains_it() -> None:
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 100}]
    scene = drawn(
        table(["x", "y"], count=[420, 50]), colorByField="count", legend={"showLegend": True},
        defaults={"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": steps}},
    )  # fmt: skip
    strokes = [rect.stroke for rect in found(scene, Rect) if rect.stroke]
    assert strokes == [named("red"), named("green")]
    assert {"< 100", "100+"} <= set(texts(scene))


def test_mappings_with_colours_colour_single_bars() -> None:
    mappings = [{"type": "value", "options": {"1": {"text": "one", "color": "purple"}}}]
    one, two = bars(drawn(table(["x", "y"], a=[1, 2]), defaults={"mappings": mappings}))
    assert one.stroke == named("purple")
    assert two.stroke == PALETTE[0]


def test_a_gradient_runs_along_the_bars() -> None:
    upright, lying = (
        bars(drawn(table(["x"], a=[1]), custom={"gradientMode": "opacity"}, orientation=direction))[0].fill
        for direction in ("vertical", "horizontal")
    )
    assert isinstance(upright, Gradient)
    assert isinstance(lying, Gradient)
    assert upright.x1 == upright.x2
    assert lying.y1 == lying.y2


def test_a_hidden_axis_and_a_hidden_series_are_not_drawn() -> None:
    assert "50" not in texts(drawn(table(["x"], a=[100]), custom={"axisPlacement": "hidden"}))
    assert "No data" in texts(drawn(table(["x"], a=[1]), custom={"hideFrom": {"viz": True}}))


def test_frames_over_time_are_joined() -> None:
    each = [
        Frame((Field("Time", "time", [START]), Field("Value", "number", [value])), name=name)
        for name, value in (("api", 1), ("web", 2))
    ]
    scene = drawn(*each)
    assert len(bars(scene, 0)) == len(bars(scene, 1)) == 1


def test_it_is_said_that_units_share_an_axis() -> None:
    rows = Frame(
        (Field("x", "string", ["x"]), *(Field(unit, "number", [1], config={"unit": unit}) for unit in ("s", "ms")))
    )
    assert any("different units" in note for note in drawn(rows).notes)
    assert not drawn(table(["x"], a=[1], b=[2])).notes


def test_a_pointer_reads_the_values_of_a_row() -> None:
    readings = drawn(table(["x", "y"], a=[1, 2], b=[3, None]), defaults={"unit": "ms"}).readings
    assert readings is not None
    assert list(readings.titles) == ["x", "y"]
    assert [list(one.texts) for one in readings.series] == [["1 ms", "2 ms"], ["3 ms", ""]]
    assert not readings.time


@pytest.mark.parametrize("names", [["<script>alert(1)</script>"], [None], ["x" * 1000]])
def test_names_are_only_text(names: list[Any]) -> None:
    scene = drawn(table(names, a=[1]))
    assert len(bars(scene)) == 1


@pytest.mark.parametrize("value", [5e-324, -1e299, 1e299, 0])
def test_any_number_has_a_bar(value: float) -> None:
    assert len(bars(drawn(table(["x"], a=[value])))) == 1


def test_without_rows_or_numbers_there_is_no_data() -> None:
    assert texts(drawn()) == ["No data"]
    assert texts(drawn(table(["x"]))) == ["No data"]
    assert texts(drawn(Frame((Field("v", "number", [1]),)))) == ["No data"]
