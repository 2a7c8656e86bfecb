"""Names of fields: titles, labels, frames, numbers for equal names, variables in titles."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dashkit.preview.fields.names import JOINED, display_name, display_names, frame_name, labels_text
from dashkit.preview.frames import Field, Frame


def series(labels: dict[str, str] | None = None, *, value: str = "Value", name: str = "", **config: Any) -> Frame:
    return Frame((Field("Time", "time", [1, 2]), Field(value, "number", [1, 2], labels or {}, config)), name=name)


def values(*frames: Frame) -> list[str]:
    return [names[1] for names in display_names(frames)]


def test_a_label_that_is_the_only_one_names_the_series() -> None:
    assert values(series({"a": "1"}), series({"a": "2"})) == ["1", "2"]


def test_several_labels_are_written_as_promql_does() -> None:
    assert values(series({"b": "2", "a": "1"}), series({"a": "2", "b": "2"})) == ['{a="1", b="2"}', '{a="2", b="2"}']


def test_an_empty_label_leaves_the_plain_name() -> None:
    assert values(series({"a": ""})) == ["Value"]


def test_a_value_without_labels_is_called_like_its_frame() -> None:
    assert values(series(name="x"), series(name="y")) == ["x", "y"]


def test_other_names_stand_behind_the_frame_only_if_frames_differ() -> None:
    assert values(series(value="rate", name="x"), series(value="rate", name="y")) == ["x rate", "y rate"]
    assert values(series(value="rate", name="x"), series(value="rate", name="x")) == ["rate", "rate"]


def test_a_title_wins_over_the_name_from_the_datasource() -> None:
    both: dict[str, Any] = {"displayName": "title", "displayNameFromDS": "legend"}
    assert values(series(**both), series(displayNameFromDS="legend"), series(displayName="")) == [
        "title",
        "legend",
        "Value",
    ]


def test_equal_names_within_a_frame_get_numbers() -> None:
    frame = Frame((Field("x", "number", []), Field("y", "number", []), Field("x", "string", [])))
    assert display_names([frame]) == [["x 1", "y", "x 2"]]


def test_times_get_numbers_only_where_a_join_brought_them_together() -> None:
    fields = (Field("Time", "time", []), Field("Time", "time", []))
    assert display_names([Frame(fields)]) == [["Time", "Time"]]
    assert display_names([Frame(fields, meta={JOINED: True})]) == [["Time 1", "Time 2"]]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("${__field.labels.pod}", "web-1"),
        ("on ${__field.labels.pod} (${__field.labels.ns})", "on web-1 (shop)"),
        ('${__field.labels["pod"]}', "web-1"),
        ("${__field.labels.unknown}", ""),
        ("${__field.labels}", 'ns="shop", pod="web-1"'),
        ("${__field.labels.__values}", "shop, web-1"),
        ("${__field.name}", "Value"),
        ("${__field.displayName}!", '{ns="shop", pod="web-1"}!'),
        ("$__series_name", "busy"),
        ("${__series.name}: ${__field.name}", "busy: Value"),
        ("${__series_name}", "busy"),
        ("$other ${__data.fields[0]}", "$other ${__data.fields[0]}"),
    ],
)
def test_a_title_may_use_the_labels_and_the_name_of_its_field(title: str, name: str) -> None:
    assert values(series({"pod": "web-1", "ns": "shop"}, name="busy", displayName=title)) == [name]


def test_a_title_that_asks_for_the_name_of_its_frame_is_not_a_part_of_it() -> None:
    assert values(series({"a": "1"}, displayName="${__series.name}")) == ["1"]


def test_one_field_has_the_same_name_as_among_all() -> None:
    frames = [series({"a": "1"}, name="x"), series({"b": "2"}, name="y"), series(displayName="${__field.name}")]
    for frame, names in zip(frames, display_names(frames), strict=True):
        assert [display_name(field, frame, frames) for field in frame.fields] == names


def test_a_frame_is_called_like_its_only_value() -> None:
    two = Frame((*series({"a": "1"}).fields, Field("x", "number", [])), ref_id="B")
    assert frame_name(series(name="given"), 0) == "given"
    assert frame_name(series({"a": "1"}), 0) == "1"
    assert frame_name(two, 3) == "Series (B)"
    assert frame_name(Frame(two.fields), 3) == "Series (3)"
    assert frame_name(two) == "1, x"


def test_no_labels_are_no_text() -> None:
    assert labels_text({}) == ""


def test_the_names_of_a_thousand_series_take_no_time() -> None:
    frames = [series({"pod": f"web-{number}", "ns": "shop"}) for number in range(1000)]
    started = time.perf_counter()
    assert len(display_names(frames)) == 1000
    assert time.perf_counter() - started < 1
