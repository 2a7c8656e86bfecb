"""What is shown for the values of fields: texts, colours, shares."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashkit.preview.display.colour import Colour, same
from dashkit.preview.display.processor import processor, scale, scheme_stops, series_colour, shown, threshold_steps
from dashkit.preview.display.theme import FALLBACK, PALETTE, by_name, named
from tests.conftest import ROOT

FACTS: Any = json.loads((ROOT / "tests/preview/facts/display.json").read_text(encoding="utf-8"))
MODES: Any = json.loads((ROOT / "tests/preview/facts/modes_and_times.json").read_text(encoding="utf-8"))
NAN = math.nan

STEPS = {
    "mode": "absolute",
    "steps": [{"color": "green", "value": None}, {"color": "orange", "value": 10}, {"color": "red", "value": 50}],
}
PERCENTAGES = {**STEPS, "mode": "percentage"}


def texts(config: dict[str, Any], values: list[Any], kind: Any = "number") -> list[str]:
    show = processor(config, kind)
    return [show(value).text.whole for value in values]


def colours(config: dict[str, Any], values: list[float], low: float = 0, high: float = 100) -> list[Colour]:
    of = scale(config, minimum=low, maximum=high)
    return [of(value)[0] for value in values]


def test_each_value_is_shown_as_grafana_shows_it() -> None:
    wrong = []
    for name, value, prefix, text, suffix, colour, percent in FACTS["cases"]:
        found = processor(FACTS["configs"][name])(NAN if value == "NaN" else value)
        wanted = ((prefix, text, suffix), colour.lower(), percent)
        if (found.text, found.colour and found.colour.dark, found.percent) != wanted:
            wrong.append((name, value, wanted, found))
    assert len(FACTS["cases"]) > 100
    assert wrong == []


@pytest.mark.parametrize("mode", list(MODES["schemes"]))
def test_schemes_have_the_colours_of_grafana(mode: str) -> None:
    found = colours({"color": {"mode": mode}}, MODES["shares"], 0, 1)
    wanted = MODES["schemes"][mode]
    assert ([colour.dark for colour in found], [colour.light for colour in found]) == (wanted["dark"], wanted["light"])


@pytest.mark.parametrize("base", list(MODES["shades"]))
def test_shades_are_those_of_grafana(base: str) -> None:
    config = {"color": {"mode": "shades", "fixedColor": base}}
    found = [series_colour(config, index) for index in range(12)]
    wanted = MODES["shades"][base]
    assert ([colour.dark for colour in found], [colour.light for colour in found]) == (wanted["dark"], wanted["light"])


def test_a_value_between_steps_takes_the_colour_of_the_lower_one() -> None:
    found = colours({"thresholds": STEPS}, [-5, 9.9, 10, 49, 50, 1000])
    assert found == [named(name) for name in ("green", "green", "orange", "orange", "red", "red")]


def test_percentages_are_between_the_minimum_and_the_maximum() -> None:
    found = colours({"thresholds": PERCENTAGES}, [209, 210, 249, 250], 200, 300)
    assert found == [named(name) for name in ("green", "orange", "orange", "red")]


def test_the_options_of_a_field_win_over_its_values() -> None:
    show = processor({"min": 0, "max": 10}, minimum=5, maximum=500)
    assert show(5).percent == 0.5
    assert processor({"min": 0}, minimum=5, maximum=20)(5).percent == 0.25
    assert processor({})(5).percent == 0.05


def test_a_range_without_length_has_no_middle() -> None:
    show = processor({}, minimum=5, maximum=5)
    assert [show(value).percent for value in (4, 5, 6)] == [-math.inf, 0, math.inf]


def test_without_thresholds_colours_are_grey() -> None:
    assert colours({}, [1]) == colours({"color": {"mode": "nonsense"}}, [1]) == [FALLBACK]


def test_thresholds_of_percentages_have_values() -> None:
    assert threshold_steps({"thresholds": PERCENTAGES}, 100, 200) == [
        (-math.inf, named("green")),
        (110, named("orange")),
        (150, named("red")),
    ]


def test_a_gradient_by_thresholds_has_hard_edges() -> None:
    green, orange, red = (named(name) for name in ("green", "orange", "red"))
    assert scheme_stops({"thresholds": STEPS}, 0, 40) == ((0, green), (0.25, green), (0.25, orange), (1, orange))
    assert scheme_stops({"thresholds": STEPS}, 50, 60) == ((0, red), (1, red))
    assert scheme_stops({}, 0, 1) == ((0, FALLBACK), (1, FALLBACK))


def test_a_gradient_by_a_scheme_has_its_colours_evenly() -> None:
    found = scheme_stops({"color": {"mode": "continuous-GrYlRd"}}, 0, 40)
    assert found == ((0, named("green")), (0.5, named("yellow")), (1, named("red")))


def test_a_mode_for_series_has_no_gradient() -> None:
    assert scheme_stops({"color": {"mode": "palette-classic"}}, 0, 40) == ()


def test_series_take_the_colours_of_the_palette_in_turn() -> None:
    config = {"color": {"mode": "palette-classic"}}
    assert [series_colour(config, index) for index in (0, 1, 64)] == [PALETTE[0], PALETTE[1], PALETTE[0]]
    assert series_colour({"color": {"mode": "palette-classic-by-name"}}, 7, name="up") == by_name("up")
    assert series_colour({"color": {"mode": "fixed", "fixedColor": "purple"}}, 7) == named("purple")
    assert series_colour({"color": {"mode": "fixed"}}, 7) == FALLBACK


def test_a_series_coloured_by_value_takes_that_of_its_last_value() -> None:
    config = {"color": {"mode": "thresholds"}, "thresholds": STEPS}
    assert series_colour(config, 0, values=[60, 20]) == named("orange")
    by_largest = {**config, "color": {"mode": "thresholds", "seriesBy": "max"}}
    assert series_colour(by_largest, 0, values=[60, 20]) == named("red")
    assert series_colour(config, 0, values=[60, None]) == named("green")
    assert series_colour({**config, "thresholds": PERCENTAGES}, 0, values=[100, 200, 110]) == named("orange")


def test_true_is_green_and_false_is_red() -> None:
    show = processor({"color": {"mode": "fixed", "fixedColor": "blue"}}, "boolean")
    assert [(show(value).text.whole, show(value).colour) for value in (True, False)] == [
        ("true", named("green")),
        ("false", named("red")),
    ]
    assert texts({"unit": "bool_on_off"}, [1, 0], "boolean") == ["On", "Off"]
    assert texts({"unit": "bytes"}, [1, 0], "boolean") == ["True", "False"]


def test_columns_of_texts_are_not_read_as_numbers() -> None:
    assert texts({}, ["12", "007", "", None], "string") == ["12", "007", "", ""]
    assert texts({"unit": "bytes"}, ["2048", "n/a"], "string") == ["2 KiB", "n/a"]


def test_numbers_in_texts_are_numbers_elsewhere() -> None:
    assert texts({"decimals": 1}, ["12", " 5 ", "1e3", "0x10", "abc", "1_000"]) == [
        "12.0", "5.0", "1000.0", "16.0", "abc", "1_000",
    ]  # fmt: skip


def test_lists_and_objects_have_texts() -> None:
    assert texts({}, [[1, "b", None], {"a": 1}], "other") == ["1, b, ", '{"a": 1}']


def test_no_value_has_a_text_of_its_own() -> None:
    assert texts({"noValue": "n/a"}, [None, "", NAN, 0]) == ["n/a", "n/a", "NaN", "0"]


def test_columns_of_times_are_dates_whatever_their_unit() -> None:
    assert texts({"unit": "bytes"}, [0], "time") == ["1970-01-01 00:00:00"]
    assert texts({"unit": "time:YYYY"}, [0, "2024-05-06"], "time") == ["1970", "2024"]
    berlin = processor({}, "time", timezone=ZoneInfo("Europe/Berlin"))
    assert berlin("2024-07-01T00:00:00Z").text.whole == "2024-07-01 02:00:00"
    assert berlin("2024-07-01 02:00:00").number == datetime(2024, 7, 1, tzinfo=UTC).timestamp() * 1000
    assert berlin("soon").text.whole == "soon"


def test_times_close_together_have_milliseconds() -> None:
    assert processor({}, "time", minimum=0, maximum=59_999)(1500).text.whole == "1970-01-01 00:00:01.500"
    assert processor({}, "time", minimum=0, maximum=60_000)(1500).text.whole == "1970-01-01 00:00:01"


def test_decimals_that_are_none_are_ignored() -> None:
    assert [texts({"decimals": decimals}, [1.25])[0] for decimals in (None, "", "1", 2.9, -1, "x")] == [
        "1.25", "1.25", "1.3", "1.25", "1", "1.25",
    ]  # fmt: skip


def mapped(*mappings: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"mappings": [{"type": kind, "options": options} for kind, options in mappings]}


X = {"text": "X", "color": "red"}


def test_the_first_mapping_that_knows_a_value_wins() -> None:
    config = mapped(("range", {"from": 0, "to": 5, "result": {"text": "few"}}), ("value", {"1": X, "9": X}))
    assert texts(config, [1, 9, 10]) == ["few", "X", "10"]


def test_values_are_looked_up_as_javascript_writes_them() -> None:
    config = mapped(("value", {"1": X, "true": {"text": "yes"}, "NaN": {"text": "none"}, "": {"text": "empty"}}))
    assert texts(config, [1, 1.0, "1", "1.0", True, NAN, "", None]) == ["X", "X", "X", "1", "yes", "none", "empty", ""]


def test_a_range_may_be_open() -> None:
    assert texts(mapped(("range", {"from": None, "to": 5, "result": X})), [-9, 5, 6, "4", True, None]) == [
        "X", "X", "6", "X", "true", "",
    ]  # fmt: skip
    assert texts(mapped(("range", {"from": 5, "result": X})), [4, 5, math.inf]) == ["4", "X", "X"]


@pytest.mark.parametrize(
    ("match", "values"),
    [
        ("null", [None]), ("nan", [NAN]), ("null+nan", [None, NAN]), ("true", [True, "true"]),
        ("false", [False, "false"]), ("empty", [""]), ("nonsense", []),
    ],
)  # fmt: skip
def test_special_values(match: str, values: list[Any]) -> None:
    show = processor(mapped(("special", {"match": match, "result": X})), "other")
    candidates = (None, NAN, True, False, "true", "false", "", 0, 1, "a")
    found = [value for value in candidates if show(value).text.whole == "X"]
    assert list(map(repr, found)) == list(map(repr, values))


@pytest.mark.parametrize(
    ("pattern", "replacement", "value", "text"),
    [
        ("/^web-(\\d+)$/", "server $1", "web-12", "server 12"),
        ("/a/", "<$&>", "banana", "b<a>nana"),
        ("/a/g", "<$&>", "banana", "b<a>n<a>n<a>"),
        ("/A/i", "$$", "ba", "b$"),
        ("/(a)|(b)/", "$1-$2-$3", "b", "-b-$3"),
        ("/(?<who>\\w+)!/", "$<who>$<what>", "hi!", "hi$<what>"),
        ("web", "X", "web-1", "web-1"),
        ("/[/", "X", "[", "["),
    ],
)
def test_a_pattern_replaces_what_it_matches(pattern: str, replacement: str, value: str, text: str) -> None:
    assert texts(mapped(("regex", {"pattern": pattern, "result": {"text": replacement}})), [value], "string") == [text]


def test_a_pattern_matches_no_number() -> None:
    assert texts(mapped(("regex", {"pattern": "/.*/", "result": X})), [1, "1"]) == ["1", "X"]


def test_mappings_of_old_dashboards_are_understood() -> None:
    old = [
        {"id": 0, "type": 2, "from": "5", "to": "9", "text": "some", "value": ""},
        {"id": 1, "type": 1, "value": "1", "text": "Up", "op": "="}, {"id": 2, "type": 1, "value": 0, "text": "Down"},
        {"id": 3, "type": 1, "value": "null", "text": "N/A"}, {"id": 4, "type": 1, "text": "nothing"},
    ]  # fmt: skip
    show = processor({"mappings": old})
    assert [show(value).text.whole for value in (1, 0.0, 6, None, 3)] == ["Up", "Down", "some", "N/A", "3"]


def test_a_mapping_may_change_only_the_colour() -> None:
    found = processor({"unit": "bytes", **mapped(("value", {"1": {"color": "red"}}))})(1)
    assert (found.text.whole, found.colour, found.percent) == ("1 B", named("red"), None)


def test_a_mapping_may_leave_the_colour_and_have_an_icon() -> None:
    found = processor({"thresholds": STEPS, **mapped(("value", {"60": {"text": "", "icon": "heart"}}))})(60)
    assert (found.text.whole, found.colour, found.percent, found.icon) == ("", named("red"), 0.6, "heart")


def test_options_of_the_wrong_shape_are_none() -> None:
    config: dict[str, Any] = {
        "unit": 5, "decimals": [], "min": "x", "color": "red", "thresholds": {"steps": ["red", {"color": 5}]},
        "mappings": [None, {"type": "value"}, {"type": "nonsense"}, {"type": "range", "options": 5}], "noValue": 5,
    }  # fmt: skip
    found = processor({**config, "mappings": config["mappings"][:3]})(1.5)
    assert (found.text.whole, found.colour) == ("1.50", same("#808080"))
    assert processor(config)(1.5).text.whole == "1.50"


def test_a_single_value_needs_no_type() -> None:
    assert shown(2048, {"unit": "bytes"}).text.whole == "2 KiB"
    assert shown("2048", {}).number is None
    assert shown(True, {}).colour == named("green")
