"""Which values a panel of single values shows, and what they are called."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import PALETTE
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.fields.single_values import Single, longest, share_of, single_values
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import field_config
from dashkit.preview.units import Text
from tests.support.value_panels import courses, rows


def values(
    frames: Frame | list[Frame], reduce: dict[str, Any] | None = None, defaults: dict[str, Any] | None = None
) -> list[Single]:
    panel = {
        "type": "stat", "options": {"reduceOptions": reduce or {}}, "fieldConfig": {"defaults": defaults or {}},
    }  # fmt: skip
    given = [frames] if isinstance(frames, Frame) else frames
    return single_values(panel, Data(resolved(given, field_config(panel)), TimeRange(0, 1)))


def said(found: list[Single]) -> list[tuple[str, str]]:
    return [(one.name, one.text.whole) for one in found]


def test_each_number_field_has_its_last_value() -> None:
    assert said(values(courses(a=[1, 2], b=[3, None]))) == [("a", "2"), ("b", "3")]


def test_a_calculation_that_the_options_name_is_used() -> None:
    assert said(values(courses(a=[1, 5, 3]), {"calcs": ["max"]})) == [("a", "5")]


def test_a_title_can_say_which_calculation_it_is() -> None:
    found = values(courses(a=[1, 5]), {"calcs": ["min", "max"]}, {"displayName": "${__field.name} ${__calc}"})
    assert said(found) == [("a min", "1"), ("a max", "5")]


@pytest.mark.parametrize("fields", ["b", "/^b$/"])
def test_fields_are_chosen_by_their_name_or_a_regex(fields: str) -> None:
    assert said(values(courses(a=[1], b=[2], bb=[3]), {"fields": fields})) == [("b", "2")]


def test_texts_are_shown_if_all_fields_are_chosen() -> None:
    frame = Frame((Field("version", "string", ["1.2", "1.3"]),))
    assert said(values(frame)) == []
    assert said(values(frame, {"fields": "/.*/"})) == [("version", "1.3")]


def test_a_field_that_an_override_hides_is_left_out() -> None:
    frame = courses(a=[1], b=[2])
    hidden = replace(frame.fields[1], config={"custom": {"hideFrom": {"viz": True}}})
    assert said(values(frame.with_fields([frame.fields[0], hidden, frame.fields[2]]))) == [("b", "2")]


def test_all_values_are_named_by_the_texts_beside_them() -> None:
    assert said(values(rows(Berlin=1, Rome=2), {"values": True})) == [("Berlin", "1"), ("Rome", "2")]


def test_with_several_numbers_a_row_adds_the_name_of_the_field() -> None:
    frame = Frame((*rows(Berlin=1).fields, Field("height", "number", [34])))
    assert said(values(frame, {"values": True})) == [("Berlin count", "1"), ("Berlin height", "34")]


@pytest.mark.parametrize(
    "title", ["in ${__data.fields.name}", 'in ${__data.fields["name"]}', "in ${__data.fields[0]}", "in $__cell_0"]
)
def test_a_title_can_name_each_row_by_one_of_its_cells(title: str) -> None:
    found = values(rows(Berlin=1, Rome=2), {"values": True}, {"displayName": title})
    assert [one.name for one in found] == ["in Berlin", "in Rome"]


def test_rows_have_a_limit() -> None:
    many = rows(**{f"r{number}": number for number in range(40)})
    assert len(values(many, {"values": True})) == 25
    assert len(values(many, {"values": True, "limit": 3})) == 3


def test_each_row_has_the_next_colour_of_the_palette() -> None:
    found = values(rows(a=1, b=2), {"values": True}, {"color": {"mode": "palette-classic"}})
    assert [one.colour for one in found] == [PALETTE[0], PALETTE[1]]


def test_limits_that_are_not_set_come_from_all_numbers() -> None:
    assert [one.range for one in values(courses(a=[1, 5], b=[-2, 3]))] == [(-2, 5), (-2, 5)]
    assert [one.range for one in values(courses(a=[1, 5]), defaults={"min": 0, "max": 100})] == [(0, 100)]


def test_a_link_has_the_value_in_its_address() -> None:
    link = {"title": "Open", "url": "https://example.com/?v=${__value.raw}"}
    assert values(courses(a=[1, 5]), defaults={"links": [link]})[0].link == "https://example.com/?v=5"


def test_a_link_that_would_run_a_script_is_none() -> None:
    assert values(courses(a=[1]), defaults={"links": [{"url": "javascript:alert(1)"}]})[0].link == ""


def test_the_longest_parts_need_not_belong_to_the_same_value() -> None:
    found = values(courses(long_name=[1], b=[12345]), defaults={"unit": "reqps", "decimals": 1})
    assert longest(found) == ("long_name", Text("", "12.3", "K req/s"))


@pytest.mark.parametrize(
    ("value", "share"),
    [(5, 0.5), (-1, 0), (99, 1), (None, 0), (float("inf"), 1), (float("-inf"), 0), (float("nan"), 0)],
)
def test_a_share_is_between_nothing_and_all(value: float | None, share: float) -> None:
    assert share_of(value, (0, 10)) == share


def test_without_a_range_there_is_no_share() -> None:
    assert share_of(5, (5, 5)) == 0
