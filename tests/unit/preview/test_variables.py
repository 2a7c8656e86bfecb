"""Variables: what each offers, and what is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.errors import ServerError
from dashkit.preview.data import TimeRange
from dashkit.preview.sources.port import View
from dashkit.preview.variables import ALL, Variable, repeating, resolve
from dashkit.promql.interpolate import Chosen

VIEW = View(TimeRange(0, 3_600_000), 15_000)


class Server:
    """Finds values, and notes what it was asked."""

    title = "a test"

    def __init__(self, **found: list[str]) -> None:
        self.found, self.asked = found, list[str]()

    def values(self, variable: dict[str, Any], query: str, view: View) -> list[str]:
        self.asked.append(query)
        if variable["name"] not in self.found:
            raise ServerError("cannot be asked")
        return self.found[variable["name"]]


def opened(*listed: dict[str, Any], data: Any = None, **wanted: list[str]) -> tuple[list[Variable], dict[str, Chosen]]:
    return resolve({"templating": {"list": list(listed)}}, wanted, data or Server(), VIEW, {})


def query(name: str, text: str = "label_values(up, job)", **more: Any) -> dict[str, Any]:
    return {"type": "query", "name": name, "query": text, **more}


def test_a_custom_variable_offers_its_values_with_their_names() -> None:
    (variable,), values = opened({"type": "custom", "name": "v", "query": "One : 1, 2", "current": {"value": "2"}})
    assert [tuple(option) for option in variable.options] == [("One", "1"), ("2", "2")]
    assert values["v"].values == ("2",)


def test_what_a_person_chose_comes_before_what_was_saved_and_that_before_the_first() -> None:
    entry = {"type": "custom", "name": "v", "query": "a,b,c", "current": {"value": "b"}}
    assert opened(entry, v=["c"])[1]["v"].values == ("c",)
    assert opened(entry)[1]["v"].values == ("b",)
    assert opened(entry, v=["gone"])[1]["v"].values == ("b",)
    assert opened({**entry, "current": {}})[1]["v"].values == ("a",)


def test_all_stands_for_every_value_or_for_the_authors_text() -> None:
    entry = {
        "type": "custom",
        "name": "v",
        "query": "a,b",
        "multi": True,
        "includeAll": True,
        "current": {"value": [ALL]},
    }
    _, values = opened(entry)
    assert (values["v"].values, values["v"].shown) == (("a", "b"), "All")
    assert opened({**entry, "allValue": ".*"})[1]["v"] == Chosen((".*",), raw=True, name="v", label="All")


def test_a_query_sees_the_values_of_the_variables_that_it_uses_whatever_their_order() -> None:
    server = Server(job=["api"], instance=["i-0"])
    opened(query("instance", 'label_values(up{job="$job"}, instance)'), query("job"), data=server)
    assert server.asked == ["label_values(up, job)", 'label_values(up{job="api"}, instance)']


def test_variables_that_use_each_other_are_still_shown() -> None:
    server = Server(a=["1"], b=["2"])
    variables, _ = opened(query("a", "label_values($b, x)"), query("b", "label_values($a, x)"), data=server)
    assert [variable.name for variable in variables] == ["a", "b"]


def test_a_regex_filters_values_and_names_them() -> None:
    server = Server(v=["pod-1-x", "pod-2-x", "other"])
    (variable,), _ = opened(query("v", regex="/pod-(?<value>\\d)-(?<text>.)/"), data=server)
    assert [tuple(option) for option in variable.options] == [("x", "1"), ("x", "2")]
    (first,), _ = opened(query("v", regex="pod-(\\d).*"), data=server)
    assert [option.value for option in first.options] == ["1", "2"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (0, ["b10", "a", "B2"]),
        (1, ["B2", "a", "b10"]),
        (4, ["b10", "B2", "a"]),
        (5, ["a", "b10", "B2"]),
        (7, ["a", "B2", "b10"]),
    ],
)
def test_values_are_sorted_as_the_variable_says(sort: int, order: list[str]) -> None:
    (variable,), _ = opened(query("v", sort=sort), data=Server(v=["b10", "a", "B2"]))
    assert [option.value for option in variable.options] == order


def test_a_query_that_fails_keeps_the_saved_value_and_says_why() -> None:
    (variable,), values = opened(query("v", current={"value": "saved"}))
    assert (variable.error, values["v"].values) == ("cannot be asked", ("saved",))


def test_several_values_can_be_chosen_only_where_the_variable_allows_it() -> None:
    entry = {"type": "custom", "name": "v", "query": "a,b,c"}
    assert opened({**entry, "multi": True}, v=["a", "c"])[1]["v"].values == ("a", "c")
    assert opened(entry, v=["a", "c"])[1]["v"].values == ("a",)


def test_constants_cannot_be_changed_and_texts_can() -> None:
    constant = {"type": "constant", "name": "c", "query": "fixed"}
    box = {"type": "textbox", "name": "t", "query": "typed"}
    variables, values = opened(constant, box, c=["other"], t=["new"])
    assert [variable.hidden for variable in variables] == [True, False]
    assert (values["c"].values, values["t"].values) == (("fixed",), ("new",))


def test_an_interval_can_follow_the_time_range() -> None:
    entry = {"type": "interval", "name": "i", "query": "1m,5m", "auto": True, "current": {"value": "$__auto"}}
    (variable,), values = opened(entry)
    assert [option.value for option in variable.options] == ["$__auto", "1m", "5m"]
    assert values["i"].values == ("2m",)
    counted = {**entry, "auto_count": 10, "auto_min": "1m", "current": {"value": "$__auto_interval_i"}}
    assert opened(counted)[1]["i"].values == ("5m",)
    assert opened({**counted, "auto_min": "10m"})[1]["i"].values == ("10m",)
    assert opened({**counted, "auto_count": 0, "auto_min": "often"})[1]["i"].values == ("2m",)


def test_panels_repeat_for_each_value_also_where_queries_get_the_authors_text_for_all() -> None:
    entry = {"type": "custom", "name": "v", "query": "A : a,b", "multi": True, "includeAll": True, "allValue": ".+"}
    variables, values = opened(entry)
    assert values["v"].values == (".+",)
    assert repeating(variables, values)["v"][:4] == (("a", "b"), True, False, ("A", "b"))
    variables, values = opened({**entry, "query": ""})
    assert repeating(variables, values) == values
