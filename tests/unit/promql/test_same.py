"""Expressions that ask the same, and how far back they read."""

from __future__ import annotations

import pytest

from dashkit.promql.reach import longest_reach
from dashkit.promql.same import same_expression
from dashkit.promql.tree import parse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sum(rate(x[90m])) by(job, a)", "sum by (a, job) (rate(x[1h30m]))"),
        ("x{b='2',a=\"1\"}  > 1e3", 'x{a="1",b="2"} > 1000'),
        ("(a + b)", "a + b"),
        ("a - on(x) group_left b", "a - on (x) group_left () b"),
        ("x > NaN", "x > NaN"),
        ("this is (not PromQL", "this is(not  PromQL"),
    ],
)
def test_another_spelling_is_the_same(one: str, other: str) -> None:
    assert same_expression(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a > 1", "a > 2"), ("a > 1", "a >= 1"), ("a - b - c", "a - (b - c)"), ("rate(x[5m])", "rate(x[6m])"),
        ("x", "x offset 5m"), ("sum by (a) (x)", "sum without (a) (x)"), ('x{a="1"}', 'x{a=~"1"}'), ("a > bool 1", "a > 1"),
        ("a + on (x) b", "a + ignoring (x) b"), ("a", "not ( PromQL"), ("-a", "a"), ("x[1h:1m]", "x[1h:2m]"),
    ],
)  # fmt: skip
def test_another_question_is_not_the_same(one: str, other: str) -> None:
    assert not same_expression(one, other)


@pytest.mark.parametrize(
    ("expr", "seconds"),
    [
        ("up", 0),
        ("rate(x[5m])", 300),
        ("x[5m] offset 1h", 3900),
        ("max_over_time(rate(x[5m])[1h:1m])", 3900),
        ("rate(x[$__range])", 0),
    ],
)
def test_an_expression_reads_so_far_back(expr: str, seconds: float) -> None:
    assert longest_reach(parse(expr)) == seconds
