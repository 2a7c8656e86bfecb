"""Logs: which fields they are read from, their order, levels, labels and wrapping."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Html, Rect, Scene, Text
from tests.support.scenes import found, texts

BOX = Box(0, 0, 500, 300)
FIRST = "2023-11-14 22:13:20.000"
START = 1_700_000_000_000
GREEN, RED, ORANGE, BLUE, PURPLE, GREY = "#7eb26d", "#e24d42", "#ff9900", "#1f78c1", "#705da0", "#8e8e8e"


def loki(*lines: str, labels: list[Any] | None = None) -> Frame:
    """Return lines, each a second after the one before it, as Loki answers them."""
    return Frame(
        (
            Field("labels", "other", labels or [{}] * len(lines)),
            Field("Time", "time", [START + number * 1000 for number in range(len(lines))]),
            Field("Line", "string", list(lines)),
            Field("id", "string", [str(number) for number in range(len(lines))]),
        )
    )


def drawn(*frames: Frame, box: Box = BOX, **options: Any) -> Scene:
    panel = {"type": "logs", "options": options}
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(START, START + 3_600_000)), box)


def bars(scene: Scene) -> list[str]:
    """Return the colours of the levels, from above."""
    return [rect.fill.dark for rect in found(scene, Rect)]  # type: ignore[union-attr]


def html(scene: Scene) -> str:
    return next(shape.html for shape in scene.shapes if isinstance(shape, Html))


def test_each_line_has_its_time_and_the_newest_comes_first() -> None:
    assert texts(drawn(loki("old", "new"))) == ["2023-11-14 22:13:21.000", "new", FIRST, "old"]


def test_lines_can_begin_with_the_oldest() -> None:
    assert texts(drawn(loki("old", "new"), sortOrder="Ascending"))[1::2] == ["old", "new"]


def test_lines_of_several_frames_are_sorted_together() -> None:
    other = Frame((Field("Time", "time", [START + 500]), Field("Line", "string", ["between"])))
    assert texts(drawn(loki("old", "new"), other, showTime=False)) == ["new", "between", "old"]


def test_times_can_be_left_out() -> None:
    assert texts(drawn(loki("a"), showTime=False)) == ["a"]


@pytest.mark.parametrize("names", [("timestamp", "body"), ("Time", "Line"), ("time", "message"), ("at", "words")])
def test_time_and_text_are_found_by_name_or_type(names: tuple[str, str]) -> None:
    time, line = names
    source = Frame((Field("id", "string", ["7"]), Field(time, "time", [START]), Field(line, "string", ["hello"])))
    assert texts(drawn(source)) == [FIRST, "hello"]


@pytest.mark.parametrize(
    ("level", "colour"),
    [("info", GREEN), ("ERROR", RED), ("warning", ORANGE), ("dbug", BLUE), ("fatal", PURPLE), ("odd", GREY)],
)
def test_a_level_gives_a_line_its_colour(level: str, colour: str) -> None:
    field = Frame(
        (Field("time", "time", [START]), Field("message", "string", ["error"]), Field("level", "string", [level]))
    )
    assert bars(drawn(field)) == [colour]
    assert bars(drawn(loki("error", labels=[{"detected_level": level}]))) == [colour]


def test_without_a_level_the_first_word_that_is_one_counts() -> None:
    assert bars(drawn(loki("GET / 200", "an Error after a warning", "terror"))) == [GREY, RED, GREY]


def test_labels_that_differ_stand_before_the_line() -> None:
    source = loki("a", "b", labels=[{"app": "x", "pod": "1"}, {"app": "x", "pod": "2"}])
    scene = drawn(source, showLabels=True, showTime=False, sortOrder="Ascending")
    assert texts(scene) == ["pod=1", "a", "pod=2", "b"]


def test_labels_of_all_lines_stand_above() -> None:
    source = loki("a", "b", labels=[{"app": "x", "pod": "1"}, {"app": "x", "pod": "2"}])
    assert texts(drawn(source, showCommonLabels=True))[0] == "Common labels: app=x"


def test_lines_wrap_only_if_they_should() -> None:
    words = "word " * 60
    whole, wrapped = drawn(loki(words)), drawn(loki(words), wrapLogMessage=True)
    assert len(texts(whole)) == 2
    assert len(texts(wrapped)) > 6
    assert max(rect.height for rect in found(wrapped, Rect)) > 80


def test_json_is_indented_if_it_should_be() -> None:
    assert texts(drawn(loki('{"a": [1]}'), prettifyLogMessage=True, showTime=False))[:3] == ["{", '  "a": [', "    1"]
    assert "{broken" in texts(drawn(loki("{broken"), prettifyLogMessage=True))


@pytest.mark.parametrize(("strategy", "count"), [("none", 3), ("exact", 2), ("numbers", 1), ("odd", 3)])
def test_lines_that_repeat_are_counted(strategy: str, count: int) -> None:
    scene = drawn(loki("took 1 ms", "took 1 ms", "took 2 ms"), dedupStrategy=strategy, showTime=False)
    assert len(bars(scene)) == count
    assert ("3x" in texts(scene)) == (strategy == "numbers")


def test_colours_of_terminals_are_left_out() -> None:
    assert "red text" in texts(drawn(loki("\x1b[31mred\x1b[0m text")))


def test_a_picture_has_no_more_lines_than_there_is_room_for() -> None:
    assert len(bars(drawn(loki(*["x"] * 2000)))) < 20


def test_a_page_has_some_hundred_lines_and_says_how_many_more_there_are() -> None:
    page = html(drawn(loki(*["x"] * 2000)))
    assert 100 <= page.count("<li") <= 500
    assert f"and {2000 - page.count('<li')} more lines" in page


def test_pages_show_labels_of_a_line_that_is_unfolded() -> None:
    source = loki("x", labels=[{"app": "<b>"}])
    assert "<th>app</th><td>&lt;b&gt;</td>" in html(drawn(source))
    assert "<details>" not in html(drawn(source, enableLogDetails=False))


def test_lines_are_escaped() -> None:
    page = html(drawn(loki("<script>alert(1)</script>", labels=[{"<i>": "x"}]), showLabels=True))
    assert not [tag for tag in ("<script>", "<i>") if tag in page]


@pytest.mark.parametrize("source", [[], [Frame((Field("a", "number", [1]),))], [Frame((Field("Line", "string", []),))]])
def test_without_lines_there_is_no_data(source: list[Frame]) -> None:
    assert texts(drawn(*source)) == ["No data"]


anything: some.SearchStrategy[Any] = (
    some.none()
    | some.booleans()
    | some.integers(-9, 9)
    | some.floats()
    | some.text(max_size=5)
    | some.just([])
    | some.just({})
)
names = some.sampled_from(["Time", "Line", "body", "level", "labels", "detected_level", "x"])
fields = some.lists(
    some.tuples(
        names,
        some.sampled_from(["time", "string", "other", "number"]),
        some.lists(anything | some.floats(), min_size=2, max_size=2),
    ),
    max_size=5,
)
options = some.dictionaries(
    some.sampled_from(
        [
            "showTime",
            "sortOrder",
            "dedupStrategy",
            "wrapLogMessage",
            "prettifyLogMessage",
            "showLabels",
            "showCommonLabels",
        ]
    ),
    anything | some.sampled_from(["exact", "signature"]),
)


@given(fields, options, some.floats(0, 300))
def test_odd_options_and_data_do_not_raise(columns: Any, chosen: Any, width: float) -> None:
    source = Frame(tuple(Field(name, kind, values) for name, kind, values in columns))
    scene = drawn(source, box=Box(0, 0, width, 60), **chosen)
    assert all(math.isfinite(text.x + text.y) for text in found(scene, Text))
