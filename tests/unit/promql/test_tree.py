"""Where the parts of an expression stand in the author's text, whatever variables are in it."""

from __future__ import annotations

import pytest

from dashkit.promql.nodes import Aggregate, Binary, Call, Node, Selector, Subquery
from dashkit.promql.tree import parse


def parts(text: str, kind: type[Node], **values: str) -> list[str]:
    expression = parse(text, values)
    assert expression.tree is not None, expression.error
    return [text[slice(*place.node.span)] for place in expression.places if isinstance(place.node, kind)]


@pytest.mark.parametrize(
    ("text", "selectors"),
    [
        ("up", ["up"]),
        ("sum by (job) (up) / on (job) foo", ["up", "foo"]),
        ('rate(x{a="$b", c=~"d{2}"}[$__rate_interval] offset 5m)', ['x{a="$b", c=~"d{2}"}[$__rate_interval]']),
        ('{job="a"} or {__name__=~"b.*"}', ['{job="a"}', '{__name__=~"b.*"}']),
        ("sum(rate(a[5m])) by (le, instance) > bool b offset 1h", ["a[5m]", "b"]),
        ("topk($k, ${metric}_total{$filter})", ["${metric}_total{$filter}"]),
        ("max_over_time(rate(a[5m])[1h:1m])", ["a[5m]"]),
        ("SUM BY (job) (Up) AND ON (job) b # a comment with c{", ["Up", "b"]),
        ("label_replace(a, 'x', '$1', 'y', '(b{1})')", ["a"]),
        ("quantile by (x) (0.9, a)", ["a"]),
        ("a[[[range]]]", None),
        ("rate(a[[[range]]])", ["a[[[range]]]"]),
        ("-a ^ 2", ["a"]),
        ("a\n  +\n  b{c='d'}", ["a", "b{c='d'}"]),
    ],
)
def test_selectors_stand_where_they_are_written(text: str, selectors: list[str] | None) -> None:
    if selectors is not None:
        assert parts(text, Selector) == selectors


def test_calls_and_aggregations_end_with_their_parenthesis() -> None:
    text = "sum by (a) (rate(x[5m])) / count without (b) (y)"
    assert parts(text, Aggregate) == ["sum by (a) (rate(x[5m]))", "count without (b) (y)"]
    assert parts(text, Call) == ["rate(x[5m])"]


def test_an_operator_spans_both_sides_with_their_parentheses() -> None:
    text = "1 - ((sum(a) + sum(b)) / (sum(c) > 0))"
    assert parts(text, Binary)[1] == "(sum(a) + sum(b)) / (sum(c) > 0)"


def test_a_range_of_a_variable_keeps_the_authors_text() -> None:
    (selector,) = parse("rate(x[${interval}])", {"interval": "10m"}).selectors()
    assert (selector.range, selector.range_text) == (600, "${interval}")
    (place,) = [
        place for place in parse("avg_over_time(x[1d:5m] offset 1w)").places if isinstance(place.node, Subquery)
    ]
    assert isinstance(place.node, Subquery)
    assert (place.node.range, place.node.step, place.node.offset) == (86_400, 300, 604_800)


@pytest.mark.parametrize(
    "text",
    [
        "topk($k, up)",
        "up > $limit",
        "sum by ($group) (up)",
        "up offset $back",
        "$agg(up)",
        "$aggregation(rate(up[$window])) by ($by)",
        "up{$filters, job='a'}",
        "up{job='a' $more}",
        "${query}",
        "$a $op $b",
        "rate(up[${n}m])",
        "up * ${factor:raw} + $__interval_ms / $__range_s",
        "up @ ${__to:date:seconds}",
        'label_values_are_no_function{x="[[y:regex]]"}',
    ],
)
def test_no_variable_makes_an_expression_wrong(text: str) -> None:
    expression = parse(text, {"k": "5", "factor": "2"})
    assert expression.error == ""


@pytest.mark.parametrize("text", ["sum($x", "rate(up{a='$x'}[5m]) by (a)", "up{a=}", "sum(up) by", "rate(up)", "$x)"])
def test_what_is_wrong_whatever_the_variables_hold_is_wrong(text: str) -> None:
    assert parse(text).error
