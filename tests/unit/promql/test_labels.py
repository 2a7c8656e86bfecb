"""Which labels a result surely has, and which it can have."""

from __future__ import annotations

import pytest

from dashkit.promql.labels import Labels, labels_of, missing_on_the_other
from dashkit.promql.nodes import Binary, Selector
from dashkit.promql.tree import parse

KNOWN = {
    "requests": Labels(frozenset({"job", "instance", "status"}), frozenset({"job", "instance", "status", "zone"})),
    "limits": Labels(frozenset({"job"}), frozenset({"job", "limit"})),
}


def known(selector: Selector) -> Labels | None:
    return KNOWN.get(selector.name)


def of(expr: str) -> Labels:
    tree = parse(expr).tree
    assert tree is not None
    return labels_of(tree, known)


@pytest.mark.parametrize(
    ("expr", "sure", "possible"),
    [
        ("requests", "job instance status", "job instance status zone"),
        ("sum(requests)", "", ""),
        ("sum by (job, zone, other) (requests)", "job", "job zone"),
        ("sum without (status) (requests)", "job instance", "job instance zone"),
        ('sum by (zone) (requests{zone="a"})', "zone", "zone"),
        ('sum by (zone) (requests{zone=""})', "", ""),
        ("topk(3, sum by (job) (requests))", "job", "job"),
        ('count_values("value", requests)', "", "value"),
        ('label_replace(sum by (job) (requests), "new", "$1", "job", "(.*)")', "job", "job new"),
        ("sum by (job, status) (requests) / on (job) group_left (limit) limits", "job status", "job status limit"),
        ("sum by (job, status) (requests) / on (job) limits", "job", "job"),
        ("sum by (job) (requests) or sum by (status) (requests)", "", "job status"),
        ("requests and on (job) limits", "job instance status", "job instance status zone"),
        ("2 * sum by (job) (requests)", "job", "job"),
        ("histogram_quantile(0.9, sum by (le, job) (requests))", "job", "job"),
        ('absent(requests{job="a"})', "", "job"),
        ("vector(1)", "", ""),
        ("max_over_time(sum by (job) (requests)[1h:5m])", "job", "job"),
        ("-sum by (job) (requests)", "job", "job"),
    ],
)
def test_labels_of_a_result(expr: str, sure: str, possible: str) -> None:
    labels = of(expr)
    assert labels.possible is not None
    assert sorted(labels.sure) == sorted(sure.split())
    assert sorted(labels.possible) == sorted(possible.split())


def test_of_an_unknown_metric_only_what_scraping_adds_is_known() -> None:
    labels = of("unknown_total")
    assert (labels.sure, labels.possible) == (frozenset({"job", "instance"}), None)
    assert of("job:unknown:rate5m") == Labels()
    assert of("sum by ($group) (requests)") == Labels()
    assert not of("sum without (x) (unknown)").may_have("x")


@pytest.mark.parametrize(
    ("expr", "missing"),
    [
        ("sum by (job) (requests) / sum(requests)", ("job", "right")),
        ("sum(requests) / requests", ("instance", "left")),
        ("sum by (job) (requests) / ignoring (job) sum(requests)", None),
        ("requests / on (job) limits", None),
        ("requests / on (status) limits", ("status", "right")),
        ("requests / ignoring (instance, status) limits", None),
        ("unknown / sum by (job) (other)", ("instance", "right")),
        ("sum by (zone) (requests) / sum(requests)", None),
    ],
)
def test_a_label_that_one_side_has_and_the_other_cannot_have(expr: str, missing: tuple[str, str] | None) -> None:
    tree = parse(expr).tree
    assert isinstance(tree, Binary)
    assert missing_on_the_other(tree, known) == missing


def test_each_part_of_a_long_expression_is_looked_at_once() -> None:
    asked: list[str] = []

    def known(selector: Selector) -> None:
        asked.append(selector.name)

    expression = parse(" + ".join(f"metric_{number}" for number in range(300)))
    seen: dict[int, Labels] = {}
    for place in expression.places:
        if isinstance(place.node, Binary):
            missing_on_the_other(place.node, known, seen)
    assert len(asked) == len(set(asked)) == 300
