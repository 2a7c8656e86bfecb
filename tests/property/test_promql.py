"""Laws of parsed PromQL: each node knows where it stands in the text that the author wrote."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashkit.promql.nodes import Aggregate, Binary, Call, Node, Selector
from dashkit.promql.tree import parse
from dashkit.promql.variables import BUILT_IN, find, placeholders, references

NAMES = st.sampled_from(["up", "http_requests_total", "node:cpu:rate5m", "le", "duration_seconds_bucket"])
LABELS = st.sampled_from(["job", "instance", "le", "by", "sum"])
VALUES = st.sampled_from(["api", "a|b", "${job}", "$job", "[[job]]", 'say \\"by (x)\\"', "# no comment", "{}"])
RANGES = st.sampled_from(["5m", "1h30m", "$__rate_interval", "${__range_s}s", "$interval"])
SPACE = st.sampled_from(["", " ", "\n  ", " # a sum(comment)\n"])
matchers = st.lists(st.builds('{}{}"{}"'.format, LABELS, st.sampled_from(["=", "!=", "=~", "!~"]), VALUES), max_size=2)
selectors = st.builds(lambda name, found: name + ("{" + ", ".join(found) + "}" if found else ""), NAMES, matchers)
ranged = st.builds("{}[{}]".format, selectors, RANGES)


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    labels = st.lists(LABELS, max_size=2).map(", ".join)
    grouping = st.one_of(st.just(""), st.builds(" {} ({})".format, st.sampled_from(["by", "without"]), labels))
    return st.one_of(
        st.builds("{}({}{}{})".format, st.sampled_from(["abs", "sort", "ceil"]), SPACE, inner, SPACE),
        st.builds("{}({})".format, st.sampled_from(["rate", "increase", "avg_over_time"]), ranged),
        st.builds("{}{} ({}{})".format, st.sampled_from(["sum", "max", "count"]), grouping, SPACE, inner),
        st.builds("({}){}{}({})".format, inner, st.sampled_from([" + ", "/", " and ", " * on (job) "]), SPACE, inner),
        st.builds("(({}))".format, inner),
        st.builds("-({})".format, inner),
        st.builds("max_over_time(({})[{}:])".format, inner, st.sampled_from(["5m", "1h"])),
        st.builds("({}) > {}".format, inner, st.sampled_from(["0.5", "1e3", "$limit"])),
    )


EXPRESSIONS = st.recursive(selectors, _deeper, max_leaves=8)


def every(node: Node) -> list[Node]:
    return [node, *(below for part in node.parts for below in every(part))]


def shifted(value: Any, by: int) -> Any:
    """Return a node with all spans moved, its own and those below it."""
    if isinstance(value, tuple):
        return tuple(shifted(entry, by) for entry in value)
    if not isinstance(value, Node):
        return value
    fields = {field.name: shifted(getattr(value, field.name), by) for field in dataclasses.fields(value)}
    return type(value)(**(fields | {"span": (value.span[0] + by, value.span[1] + by)}))


@given(EXPRESSIONS)
def test_every_span_lies_in_the_text_and_in_the_span_around_it(text: str) -> None:
    expression = parse(text)
    assert expression.tree is not None, (text, expression.error)
    for node in every(expression.tree):
        assert 0 <= node.span[0] < node.span[1] <= len(text)
        for part in node.parts:
            assert node.span[0] <= part.span[0] <= part.span[1] <= node.span[1], (text, node)
        if isinstance(node, Selector) and node.named and "$" not in node.name:
            assert text[slice(*node.span)].startswith(node.name)
        if isinstance(node, Call | Aggregate):
            name = node.name if isinstance(node, Call) else node.op
            assert text[slice(*node.span)].startswith(name)


@given(EXPRESSIONS)
def test_what_stands_in_a_span_parses_to_the_node_again(text: str) -> None:
    """Except for a minus and a subquery, whose span is that of their argument."""
    tree = parse(text).tree
    assert tree is not None
    for node in every(tree):
        if isinstance(node, Call | Aggregate | Selector | Binary):
            again = parse(text[slice(*node.span)]).tree
            assert again is not None
            assert shifted(again, node.span[0]) == node, text[slice(*node.span)]


@given(EXPRESSIONS)
def test_parsing_the_same_text_again_gives_the_same_places(text: str) -> None:
    first = parse(text)
    parse.__globals__["_parse"].cache_clear()
    assert parse(text) == first


@given(EXPRESSIONS, st.dictionaries(st.sampled_from(["job", "limit", "interval"]), st.sampled_from(["1", "api", "2m"])))
def test_filling_variables_in_leaves_the_way_back(text: str, values: dict[str, str]) -> None:
    filled = placeholders(text, values)
    assert filled.original(0, len(filled.text)) == (0, len(text))
    rest = [name for name in references(filled.text) if name not in BUILT_IN]
    assert rest == []


@given(st.text("ab$_{}[]():|0 1\"'`", max_size=30))
def test_the_uses_of_variables_in_any_text_lie_in_it_in_order(text: str) -> None:
    ends = 0
    for use in find(text):
        assert ends <= use.start < use.end <= len(text)
        ends = use.end
