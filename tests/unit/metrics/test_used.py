"""Which metrics expressions read, and what of a server nothing reads."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dashkit.metrics.used import Unread, Use, drop_rules, unused, uses_of


def names(expr: str, **variables: str) -> list[tuple[str, bool]]:
    found = list(uses_of(expr, "w", "s", variables))
    assert all(isinstance(use, Use) for use in found), found
    return [(use.name, use.pattern) for use in found if isinstance(use, Use)]


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        ("rate(a_total[5m]) / b", [("a_total", False), ("b", False)]),
        ('{__name__="a"}', [("a", False)]),
        ('{__name__=~"a|b_.*"}', [("a|b_.*", True)]),
        ('{__name__=~".+"}', [(".+", True)]),
        ('{__name__!=""}', [(".+", True)]),
        ('{"my.metric", job="x"}', [("my.metric", False)]),
        ('{"__name__"="a"}', [("a", False)]),
        ("{__name__=`a`}", [("a", False)]),
        ('{__name__="a\\u005fb"}', [("a_b", False)]),
        ('{__name__=~"a_\\\\w+"}', [(r"a_\w+", True)]),
        ("sum(${metric}_total{a='b'}) by (x)", [(".*_total", True)]),
        ("sum(shop_$metric)", [("shop_.*", True)]),
        ("rate(a_[[kind]]_b[5m])", [("a_.*_b", True)]),
        ('{__name__=~"${metric}_total"}', [(".*_total", True)]),
        ("a offset 1d > on() b", [("a", False), ("b", False)]),
        ("1 + 2", []),
    ],
)
def test_names_of_an_expression(expr: str, wanted: list[tuple[str, bool]]) -> None:
    assert names(expr) == wanted


def test_a_variable_that_holds_a_number_is_no_metric() -> None:
    assert names("a * $price", price="0.04") == [("a", False)]
    found = list(uses_of("a * $price", "w", "s", {"price": "b"}))
    assert found[1:] == [Unread("w", "s", "the variable price chooses its metric")]


@pytest.mark.parametrize("expr", ["rate($m[5m])", '{__name__="$m"}', "sum by (job) (${m})", "$m"])
def test_a_variable_that_is_a_whole_name_reads_all_of_its_values(expr: str) -> None:
    told = list(uses_of(expr, "w", "s", {"m": "a"}, {"m": ("a", "b_total", "sum(c)")}))
    assert told == [use("a"), use("b_total"), use("c")]
    assert list(uses_of(expr, "w", "s", {"m": "a"})) == [Unread("w", "s", "the variable m chooses its metric")]


def test_a_variable_in_a_pattern_reads_what_its_values_match() -> None:
    told = list(uses_of('{__name__=~"$m"}', "w", "s", {"m": "a"}, {"m": ("a", "b_.*")}))
    assert told == [use("a", pattern=True), use("b_.*", pattern=True)]


@pytest.mark.parametrize("expr", ['{job="x"}', 'sum by (__name__) ({job="x"})', '{__name__!~"go_.*", job="x"}'])
def test_metrics_that_labels_choose_are_not_known(expr: str) -> None:
    (told,) = uses_of(expr, "w", "s")
    assert isinstance(told, Unread)
    assert "labels choose its metrics" in told.why


def test_what_does_not_parse_is_told() -> None:
    (found,) = uses_of("sum(a", "panel x", "project")
    assert isinstance(found, Unread)
    assert (found.where, found.source) == ("panel x", "project")


COUNTS = {
    "a_bucket": 10, "a_sum": 1, "a_count": 1, "b_total": 5, "c": 3, "c_max": 2, "up": 9, "ALERTS": 4, "scrape_samples_scraped": 9,
    "job:x:rate5m": 2, "shop_orders": 6,
}  # fmt: skip


def use(name: str, *, pattern: bool = False) -> Use:
    return Use(name, pattern, "w", "s")


def test_the_series_of_a_histogram_stay_together() -> None:
    found = unused(COUNTS, [use("a_sum"), use("c")])
    assert found.unused == {"b_total": 5, "c_max": 2, "job:x:rate5m": 2, "shop_orders": 6}
    assert (found.unused_series, found.series) == (15, sum(COUNTS.values()))
    assert set(unused(COUNTS, []).unused) == COUNTS.keys() - {"up", "ALERTS", "scrape_samples_scraped"}


def test_what_a_pattern_may_read_is_told_as_such() -> None:
    found = unused(COUNTS, [use("shop_.*", pattern=True), use("b_.*", pattern=True), use("(", pattern=True)])
    assert "shop_orders" in found.maybe
    assert found.unused == {}, "a pattern that Python does not read may match anything"
    found = unused(COUNTS, [use("shop_.*", pattern=True), use(".+", pattern=True)])
    assert found.maybe == {"shop_orders": 6}
    assert [entry.name for entry in found.everything] == [".+"]


def test_drop_rules_are_ones_for_scraped_series() -> None:
    rules = drop_rules(["b_total", "job:x:rate5m", "up", "a_sum"])
    assert rules == [{"source_labels": ["__name__"], "regex": "a_sum|b_total", "action": "drop"}]
    (dotted,) = drop_rules(["node.load"])
    assert not re.fullmatch(str(dotted["regex"]), "node_load")
    many = drop_rules(f"m{number}" for number in range(90))
    assert [len(str(rule["regex"]).split("|")) for rule in many] == [40, 40, 10]
    assert yaml.safe_load(yaml.safe_dump(many)) == many


@given(
    st.dictionaries(st.from_regex(r"[a-c]{1,2}(_bucket|_sum|_count|_total)?", fullmatch=True), st.integers(1, 9)),
    st.data(),
)
def test_nothing_that_is_used_is_ever_dropped(counts: dict[str, int], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(counts) or ["x"]), max_size=4))
    found = unused(counts, [use(name) for name in chosen])
    dropped = [str(rule["regex"]) for rule in drop_rules(found.unused)]
    assert not any(re.fullmatch(pattern, name) for pattern in dropped for name in chosen)
    assert found.unused_series + sum(found.maybe.values()) <= found.series == sum(counts.values())
