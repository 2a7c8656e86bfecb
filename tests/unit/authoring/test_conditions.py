"""Conditions, judged by a small model of how Grafana decides: at most one group, which shows or hides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.authoring import Condition, show_when

DAYS = {"1d": 1, "7d": 7}


def shown(condition: Condition, env: str, days: float, *, data: bool) -> bool:
    """Whether Grafana shows it. A condition on the time range holds for ranges up to its value."""
    group = condition.to_json_data()["spec"]

    def holds(item: dict[str, Any]) -> bool:
        spec = item["spec"]
        if item["kind"] == "ConditionalRenderingData":
            return data is spec["value"]
        if item["kind"] == "ConditionalRenderingTimeRangeSize":
            return days <= DAYS[spec["value"]]
        return {"equals": env == spec["value"], "notEquals": env != spec["value"]}[spec["operator"]]

    found = [holds(item) for item in group["items"]]
    result = all(found) if group["condition"] == "and" else any(found)
    return result if group["visibility"] == "show" else not result


@given(
    equals=st.sampled_from([None, "prod", "dev"]),
    has_data=st.sampled_from([None, True, False]),
    span=st.sampled_from([{}, {"range_longer_than": "7d"}, {"range_up_to": "1d"}]),
    match=st.sampled_from(["all", "any"]),
    env=st.sampled_from(["prod", "dev"]),
    days=st.sampled_from([0.5, 1, 3, 7, 8]),
    data=st.booleans(),
)
def test_it_is_shown_when_the_words_say_so(
    equals: str | None, has_data: bool | None, span: dict[str, str], match: Any, env: str, days: float, data: bool
) -> None:
    tests = []
    named: dict[str, Any] = dict(span)
    if equals is not None:
        named |= {"variable": "env", "equals": equals}
        tests.append(env == equals)
    if has_data is not None:
        named["has_data"] = has_data
        tests.append(data is has_data)
    if "range_longer_than" in span:
        tests.append(days > 7)
    if "range_up_to" in span:
        tests.append(days <= 1)
    if not tests:
        return
    wanted = all(tests) if match == "all" else any(tests)
    assert shown(show_when(**named, match=match), env, days, data=data) is wanted


def test_conditions_combine() -> None:
    either = show_when(show_when(variable="$env", equals="prod"), show_when(range_longer_than="7d"), match="any")
    assert shown(either, "prod", 1, data=True)
    assert shown(either, "dev", 8, data=True)
    assert not shown(either, "dev", 1, data=True)


def test_a_group_within_a_group_is_refused() -> None:
    both = show_when(variable="env", equals="prod", has_data=True)
    with pytest.raises(ValueError, match="no groups of conditions within others"):
        show_when(both, show_when(range_up_to="1d"), match="any")
