"""Grafana's variables in PromQL, and what an expression reads."""

from __future__ import annotations

import pytest

from dashkit.errors import InputError
from dashkit.promql.tree import parse
from dashkit.promql.variables import MARK, Guess, placeholders, references
from tests.support.reading import read
from tests.support.variables import substitute


@pytest.mark.parametrize("text", ["$x", "${x}", "${x:regex}", "[[x]]", "[[x:regex]]"])
def test_each_way_to_write_a_variable_is_filled_in(text: str) -> None:
    assert substitute(f'up{{job=~"{text}"}}', {"x": "a|b"}) == 'up{job=~"a|b"}'
    assert references(text) == {"x"}


def test_an_unknown_variable_stays() -> None:
    assert substitute("up[$__rate_interval] $other", {}) == "up[2m] $other"


def test_reading_finds_selectors_wherever_they_are() -> None:
    expr = 'sum by (a) (rate(x_total{job="j"}[5m])) / on (a) group_left (b) max_over_time((y{c!~"d"})[1h:5m]) or absent({__name__="z"})'
    reading = read(expr)
    assert {(selector.name, selector.matchers) for selector in reading.selectors} == {
        ("x_total", (("job", "=", "j"),)),
        ("y", (("c", "!~", "d"),)),
        ("z", ()),
    }
    assert reading.labels == {"a", "b"}


def test_what_is_no_promql_is_told_with_the_expression() -> None:
    with pytest.raises(InputError) as error:
        read("rate(x[5m]) by (y) > 1")
    assert error.value.excerpt == "rate(x[5m]) by (y) > 1"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("sum by  (\n$label) (up)", "sum by  (\nvar_label) (up)"),
        ("a * on ($label) group_left ($other) b", "a * on (var_label) group_left (var_other) b"),
        ("rate(up[5m] offset - $shift)", "rate(up[5m] offset - 5m)"),
        ('sum(label_replace(up, "by (", "$1", "x", "(.*)")) + sum(up) without ($label)', ""),
        ('up{a="by (", b=~"$b"}[$window]', 'up{a="by (", b=~"var_b"}[5m]'),
    ],
)
def test_a_variable_is_filled_by_what_it_stands_in(text: str, filled: str) -> None:
    if filled:
        assert placeholders(text, {}, Guess.NAME).text.replace(MARK, "var_") == filled
    assert parse(text).tree is not None


def test_what_the_parser_breaks_on_is_unsure_and_stops_nothing() -> None:
    assert parse("up offset NaN").unsure
