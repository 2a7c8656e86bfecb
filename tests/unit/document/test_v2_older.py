"""A classic dashboard for versions of Grafana that know no switches."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.document.v2.down import down
from dashkit.document.v2.older import without_switches
from dashkit.document.variables import offered, offering
from tests.support.dynamic import board, grid, thing


def switch(name: str, on: str, off: str, chosen: Any = None, **more: Any) -> dict[str, Any]:
    options = [{"selected": False, "text": value, "value": value} for value in (on, off)]
    return {"type": "switch", "name": name, "current": {"value": chosen}, "options": options, "query": "", **more}


def spec(*variables: dict[str, Any]) -> dict[str, Any]:
    return {"title": "B", "templating": {"list": list(variables)}}


def test_a_switch_becomes_a_choice_of_its_two_values() -> None:
    found = without_switches(spec(switch("debug", "on", "off", "on", label="Debug", hide=1, skipUrlSync=True)))
    assert (found.names, found.left) == (("debug",), ())
    assert found.spec["templating"]["list"] == [{
        "type": "custom", "name": "debug", "label": "Debug", "hide": 1, "skipUrlSync": True, "query": "on,off",
        "current": {"text": "on", "value": "on"}, "multi": False, "includeAll": False, "allowCustomValue": False,
        "options": [
            {"selected": True, "text": "on", "value": "on"}, {"selected": False, "text": "off", "value": "off"},
        ],
    }]  # fmt: skip


def test_other_variables_and_what_is_passed_stay_as_they_are() -> None:
    given = spec({"type": "textbox", "name": "t", "query": "x"}, switch("s", "1", "0"))
    before = copy.deepcopy(given)
    found = without_switches(given)
    assert given == before
    assert found.spec["templating"]["list"][0] == before["templating"]["list"][0]
    assert without_switches({"title": "B"}).spec == {"title": "B"}


@pytest.mark.parametrize(
    ("chosen", "current"),
    [("1", "1"), ("0", "0"), (["1", "0"], "1"), ([], "0"), (None, "0"), ("other", "0"), ({}, "0")],
)
def test_what_is_chosen_stays_and_else_it_is_off(chosen: Any, current: str) -> None:
    (variable,) = without_switches(spec(switch("s", "1", "0", chosen))).spec["templating"]["list"]
    assert variable["current"] == {"text": current, "value": current}
    assert [option["value"] for option in variable["options"] if option["selected"]] == [current]


def test_a_switch_without_two_options_is_true_or_false() -> None:
    (variable,) = without_switches(spec({"type": "switch", "name": "s"})).spec["templating"]["list"]
    assert (variable["query"], variable["current"]["value"]) == ("true,false", "false")


@pytest.mark.parametrize("off", ["", " ", "a : b", " x"])
def test_a_switch_whose_values_no_choice_can_offer_stays_and_is_named(off: str) -> None:
    given = spec(switch("s", "1", off))
    found = without_switches(given)
    assert (found.spec, found.names, found.left) == (given, (), ("s",))


def test_a_switch_that_came_from_v2_is_replaced() -> None:
    one = thing("SwitchVariable", name="s", current="a,b", enabledValue="a,b", disabledValue="c")
    (variable,) = without_switches(down(board(grid(1), variables=[one])).classic).spec["templating"]["list"]
    assert (variable["type"], variable["query"], variable["current"]["value"]) == ("custom", "a\\,b,c", "a,b")


@given(st.text("ab,: \\", max_size=5), st.text("ab,: \\", max_size=5))
def test_the_replacement_offers_exactly_the_two_values_or_the_switch_stays(on: str, off: str) -> None:
    found = without_switches(spec(switch("s", on, off)))
    (variable,) = found.spec["templating"]["list"]
    if found.names:
        assert offered(variable["query"]) == [(on, on), (off, off)]
    else:
        assert variable["type"] == "switch"
    if all(value.isalnum() for value in (on, off)):
        assert found.names == ("s",)


def test_titles_and_values_are_offered_as_they_are_asked_for() -> None:
    pairs = [("Last day", "1d"), ("a,b", "a,b"), ("x, y", "z")]
    assert offering(pairs) == "Last day : 1d,a\\,b,x\\, y : z"
    assert offered(offering(pairs)) == pairs
