"""Conditions that show and hide parts of a dashboard, as Grafana 12.4 evaluates them."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.data import TimeRange
from dashkit.preview.dynamic.conditions import Seen, why_hidden
from dashkit.promql.interpolate import Chosen
from tests.support.dynamic import thing

HOUR = 3_600_000
VALUES = {
    "env": Chosen(("dev",)),
    "job": Chosen(("api", "db"), several=True),
    "all": Chosen(("a", "b"), several=True, label="All"),
    "raw": Chosen((".*",), raw=True, label="All"),
    "none": Chosen(()),
}


def group(*items: dict[str, Any], visibility: str = "show", condition: str = "and") -> dict[str, Any]:
    return thing("ConditionalRenderingGroup", visibility=visibility, condition=condition, items=list(items))


def variable(name: str, operator: str, value: str) -> dict[str, Any]:
    return thing("ConditionalRenderingVariable", variable=name, operator=operator, value=value)


def has_data(value: bool) -> dict[str, Any]:
    return thing("ConditionalRenderingData", value=value)


def at_most(value: str) -> dict[str, Any]:
    return thing("ConditionalRenderingTimeRangeSize", value=value)


def seen(hours: float = 6, data: bool | None = True) -> Seen:
    return Seen(VALUES, TimeRange(0, hours * HOUR), lambda: data)


DEV, PROD = variable("env", "equals", "dev"), variable("env", "equals", "prod")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (variable("env", "equals", "dev"), ""),
        (variable("env", "equals", "prod"), "env is not prod"),
        (variable("env", "equals", "de"), "env is not de"),
        (variable("env", "notEquals", "dev"), "env is dev"),
        (variable("env", "notEquals", "prod"), ""),
        (variable("env", "matches", "^d"), ""),
        (variable("env", "matches", "prod|stage"), "env does not match prod|stage"),
        (variable("env", "notMatches", "e"), "env matches e"),
        (variable("env", "notMatches", "x"), ""),
        (variable("job", "equals", "db"), ""),
        (variable("job", "matches", "^a"), ""),
        (variable("job", "notMatches", "^a"), "job matches ^a"),
        (variable("all", "equals", "ALL"), ""),
        (variable("all", "equals", "b"), ""),
        (variable("raw", "equals", "all"), ""),
        (variable("raw", "equals", ".*"), "raw is not .*"),
        (variable("job", "equals", "All"), "job is not All"),
        (variable("none", "equals", ""), ""),
        (variable("none", "notEquals", ""), "none is empty"),
    ],
)
def test_a_condition_on_a_variable_looks_at_each_of_its_values(condition: dict[str, Any], why: str) -> None:
    assert why_hidden(group(condition), seen()) == why


@pytest.mark.parametrize(
    "condition",
    [
        variable("gone", "equals", "x"),
        variable("env", "resembles", "x"),
        at_most("a week"),
        at_most("1h30m"),
        thing("ConditionalRenderingMoon", value=True),
        {"kind": []},
        {},
    ],
)
def test_a_condition_that_cannot_be_evaluated_hides_nothing_and_leaves_the_others(condition: dict[str, Any]) -> None:
    for visibility in ("show", "hide"):
        assert why_hidden(group(condition, visibility=visibility), seen()) == ""
    assert why_hidden(group(condition, PROD), seen()) == "env is not prod"


def test_a_regular_expression_that_is_none_holds_whatever_the_operator() -> None:
    for operator in ("matches", "notMatches"):
        assert why_hidden(group(variable("env", operator, "(")), seen()) == ""


@pytest.mark.parametrize(
    ("value", "hours", "why"),
    [
        ("7d", 168, ""),
        ("7d", 168.1, "the time range is longer than 7d"),
        ("1.5h", 1.5, ""),
        ("1M", 721, "the time range is longer than 1M"),
    ],
)
def test_a_condition_on_the_time_range_holds_up_to_its_length(value: str, hours: float, why: str) -> None:
    assert why_hidden(group(at_most(value)), seen(hours)) == why


def test_a_condition_on_data_says_what_there_is() -> None:
    assert why_hidden(group(has_data(True)), seen(data=False)) == "it has no data"
    assert why_hidden(group(has_data(False)), seen(data=True)) == "it has data"
    assert why_hidden(group(has_data(False)), seen(data=False)) == ""


def test_what_has_no_data_of_its_own_is_not_hidden_for_it() -> None:
    assert why_hidden(group(has_data(True)), seen(data=None)) == ""


@pytest.mark.parametrize(
    ("visibility", "condition", "items", "why"),
    [
        ("show", "and", (DEV, PROD), "env is not prod"),
        ("show", "or", (DEV, PROD), ""),
        ("show", "or", (PROD, has_data(False)), "env is not prod and it has data"),
        ("hide", "and", (DEV, PROD), ""),
        ("hide", "or", (DEV, PROD), "env is dev"),
        ("hide", "and", (DEV, has_data(True)), "env is dev and it has data"),
    ],
)
def test_a_group_combines_its_conditions_and_says_which_of_them_hide(
    visibility: str, condition: str, items: tuple[dict[str, Any], ...], why: str
) -> None:
    assert why_hidden(group(*items, visibility=visibility, condition=condition), seen()) == why


@pytest.mark.parametrize("given", [None, {}, [], "x", {"spec": []}, group()])
def test_without_conditions_everything_is_shown(given: Any) -> None:
    assert why_hidden(given, seen()) == ""
