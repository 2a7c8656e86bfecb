"""State timelines: merged states, gaps, thresholds in the place of numbers, texts, names, the legend."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.states import text_on
from dashkit.preview.display.theme import named
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Path, Scene, Text
from tests.support.scenes import found, series, texts

BOX = Box(0, 0, 640, 200)
START = 1_700_000_000_000
MINUTE = 60_000
MAPPINGS = [
    {"type": "value", "options": {"0": {"text": "down", "color": "red"}, "1": {"text": "up", "color": "green"}}}
]
STEPS = [{"color": "red", "value": None}, {"color": "green", "value": 1}, {"color": "orange", "value": 2}]
THRESHOLDS = {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": STEPS}}
MAPPED = {"color": {"mode": "palette-classic"}, "mappings": MAPPINGS}


def lanes(interval: int = 0, /, **columns: list[Any]) -> Frame:
    """Return fields over the hour that is shown."""
    length = len(next(iter(columns.values())))
    times = [START + number * 60 * MINUTE / length for number in range(length)]
    kinds: dict[type, Any] = {str: "string", bool: "boolean"}
    fields = [
        Field(name, kinds.get(type(next((one for one in column if one is not None), 0)), "number"), column)
        for name, column in columns.items()
    ]
    return Frame((Field("Time", "time", times, config={"interval": interval} if interval else {}), *fields))


def drawn(
    *frames: Frame, defaults: dict[str, Any] | None = None, custom: dict[str, Any] | None = None, **options: Any
) -> Scene:
    panel = {
        "type": "state-timeline",
        "options": {"legend": {"showLegend": True}, **options},
        "fieldConfig": {"defaults": {**MAPPED, **(defaults or {}), "custom": custom or {}}, "overrides": []},
    }
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(START, START + 60 * MINUTE)), BOX)


def boxes(scene: Scene) -> list[tuple[Box, str]]:
    """Return the states from left to right, lane by lane: the place, and the dark colour without its opacity."""
    states = []
    for path in found(scene, Path):
        for at in range(0, len(path.segments), 5):
            (_, left, top), _, (_, right, bottom) = path.segments[at : at + 3]
            states.append((Box(left, top, right - left, bottom - top), path.fill.dark[:7]))  # type: ignore[union-attr]
    return sorted(states, key=lambda state: (state[0].y, state[0].x))


def colours(scene: Scene) -> list[str]:
    return [colour for _, colour in boxes(scene)]


GREEN, RED, ORANGE = (named(name).dark for name in ("green", "red", "orange"))


def test_a_state_lasts_until_the_next_one() -> None:
    (up, _), (down, _) = boxes(drawn(lanes(api=[1, 1, 1, 0])))
    assert up.width == pytest.approx(3 * down.width, abs=2)
    assert up.right == down.x


def test_equal_states_that_follow_each_other_are_one() -> None:
    assert colours(drawn(lanes(api=[1, 1, 0, 0, 1]))) == [GREEN, RED, GREEN]
    assert texts(drawn(lanes(api=[1, 1, 1]))).count("up") == 2, "one in the lane, one in the legend"
    assert texts(drawn(lanes(api=[1, 1, 1]), mergeValues=False)).count("up") == 4


def test_thresholds_stand_for_numbers_where_they_give_the_colours_and_values_are_merged() -> None:
    frame = lanes(api=[0, 1, 1.5, 5])
    scene = drawn(frame, defaults={**THRESHOLDS, "mappings": MAPPINGS})
    assert colours(scene) == [RED, GREEN, ORANGE]
    assert [text.text for text in found(scene, Text) if text.weight == 500] == ["< 1", "1+", "2+"]
    unmerged = drawn(frame, defaults={**THRESHOLDS, "mappings": MAPPINGS}, mergeValues=False)
    assert {"down", "up"} <= set(texts(unmerged))


def test_a_threshold_without_a_start_is_infinite() -> None:
    single = {"color": {"mode": "thresholds"}, "thresholds": {"steps": [{"color": "green", "value": None}]}}
    scene = drawn(lanes(api=[1, 0]), defaults=single)
    assert colours(scene) == [GREEN]
    assert texts(scene).count("-∞+") == 2


def test_a_missing_value_is_a_gap_that_can_be_bridged() -> None:
    frame = lanes(api=[1, None, None, 1])
    first, second = (place for place, _ in boxes(drawn(frame)))
    assert second.x - first.right == pytest.approx(2 * first.width, abs=2)
    assert len(boxes(drawn(frame, custom={"spanNulls": True}))) == 1
    assert len(boxes(drawn(frame, custom={"spanNulls": 46 * MINUTE}))) == 1
    assert len(boxes(drawn(frame, custom={"spanNulls": 10 * MINUTE}))) == 2


def test_where_the_datasource_skips_a_step_the_state_is_not_known() -> None:
    times = [START, START + MINUTE, START + 30 * MINUTE]
    frame = Frame((Field("Time", "time", times, config={"interval": MINUTE}), Field("api", "number", [1, 1, 1])))
    (first, _), (second, _) = boxes(drawn(frame))
    assert first.width == pytest.approx(2 * second.width, abs=2)


def test_texts_and_truths_are_states_too() -> None:
    scene = drawn(lanes(service=["ok", "ok", "bad"], flag=[True, False, False]))
    assert {"ok", "bad", "true", "false", "service", "flag"} <= set(texts(scene))
    assert colours(scene)[2:] == [GREEN, RED]


def test_colours_can_change_continuously_and_then_have_no_legend() -> None:
    scene = drawn(lanes(api=[0, 50, 100]), defaults={"color": {"mode": "continuous-GrYlRd"}, "mappings": []})
    low, middle, high = colours(scene)
    assert (low, high) == (GREEN, RED)
    assert middle not in (low, high)
    assert texts(scene).count("50") == 1


def test_texts_are_left_out_where_there_is_no_room_unless_they_are_always_shown() -> None:
    frame = lanes(api=[1] + [0] * 99)
    assert texts(drawn(frame)).count("up") == 1, "in the legend only"
    assert texts(drawn(frame, showValue="always")).count("up") == 2
    assert texts(drawn(frame, showValue="never")).count("down") == 1


@pytest.mark.parametrize(("align", "anchor"), [("left", "start"), ("center", "middle"), ("right", "end")])
def test_texts_stand_at_a_side_or_in_the_middle(align: str, anchor: str) -> None:
    scene = drawn(lanes(api=[1]), alignValue=align)
    text = next(text for text in found(scene, Text) if text.weight == 500)
    ((place, _),) = boxes(scene)
    assert text.anchor == anchor
    assert place.x <= text.x <= place.right


def test_texts_are_white_unless_that_is_hard_to_read() -> None:
    assert text_on(Colour("#ff0000", "#ffff00")) == Colour("#ffffff", "#000000")
    assert text_on(Colour("#ffffff11", "#00000022")) == Colour("#ffffff", "#000000")


def test_lanes_take_a_part_of_the_height_and_have_their_names_beside_them() -> None:
    scene = drawn(lanes(api=[1], web=[0]), rowHeight=0.5)
    (first, _), (second, _) = boxes(scene)
    assert second.y - (first.y + first.height) == pytest.approx(2 * first.height, abs=2)
    for name, place in (("api", first), ("web", second)):
        text = next(text for text in found(scene, Text) if text.text == name)
        assert text.x < place.x
        assert place.y < text.y < place.y + place.height


def test_lines_and_opacity_come_from_the_options() -> None:
    plain = found(drawn(lanes(api=[1])), Path)[0]
    assert plain.stroke is None
    assert plain.fill is not None
    assert str(plain.fill[0]).endswith("b3"), "70%"
    lined = found(drawn(lanes(api=[1]), custom={"lineWidth": 2, "fillOpacity": 100}), Path)[0]
    assert lined.stroke == named("green")
    assert lined.width == 2
    assert lined.fill == named("green")


def test_the_legend_explains_states_and_an_entry_shows_its_own() -> None:
    scene = drawn(lanes(api=[1, 0], web=[0, 1]))
    assert texts(scene).count("up") == texts(scene).count("down") == 3, "two in the lanes, one in the legend"
    ups = [shape for shape in series(scene, 0) if isinstance(shape, Path)]
    assert {path.fill.dark[:7] for path in ups} == {GREEN}  # type: ignore[union-attr]
    thresholds = drawn(lanes(api=[1, 0]), defaults={**THRESHOLDS, "mappings": []})
    assert {"< 1", "1+", "2+"} <= set(texts(thresholds))
    assert "up" not in texts(drawn(lanes(api=[1]), legend={"showLegend": False}, showValue="never"))


def test_many_lanes_show_some_names_only() -> None:
    scene = drawn(lanes(**{f"host-{number}": [1] for number in range(100)}))
    names = [text for text in texts(scene) if text.startswith("host-")]
    assert 3 < len(names) < 30


def test_a_pointer_reads_the_state_of_each_lane() -> None:
    scene = drawn(lanes(api=[1, 0], web=[None, 1]))
    assert scene.readings is not None
    assert [(one.name, list(one.texts)) for one in scene.readings.series] == [
        ("api", ["up", "down"]),
        ("web", ["", "up"]),
    ]
    legend = {0, 1}
    assert not legend & {one.number for one in scene.readings.series}


def test_without_values_over_time_there_is_no_data() -> None:
    assert texts(drawn()) == ["No data"]
    assert texts(drawn(Frame((Field("v", "number", [1]),)))) == ["No data"]
