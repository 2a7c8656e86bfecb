"""Constants for selectors, functions for what queries share, loops over panels: shorter modules that make the same."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashkit.authoring as helpers
from dashkit import _json
from dashkit.authoring.call import Call
from dashkit.compiler.plain import plain
from dashkit.importer.code import Name, Template, expression
from dashkit.importer.module import module_text
from tests.unit.importer.test_code import TEXTS

BLOCK = '{job=~"$job", instance=~"$instance"}'


def stat(title: str, expr: str, key: int, **more: Any) -> Call:
    said = {"key": key + 1, "unit": "s", "description": "Good: a few milliseconds.", "sparkline": True}
    return Call("stat", (title, Call("prometheus", (expr,), more.pop("query", {}))), said | more)


def board(*panels: Any, **more: Any) -> Call:
    return Call("new_dashboard", ("T",), {"uid": "t", "panels": list(panels), **more})


def run(text: str) -> Any:
    """What a module makes, as JSON. Only what the importer writes is run."""
    space: dict[str, Any] = {}
    exec(compile(text, "module", "exec"), space)
    return plain(space["dashboard"])


def same(call: Call) -> str:
    """Return the text of the module, which has to make what the calls make."""
    text = module_text(call)
    assert _json.compact(run(text)) == _json.compact(plain(call.make()))
    return text


# Selectors.


def test_a_selector_that_many_queries_share_is_a_constant() -> None:
    options: list[dict[str, Any]] = [{"decimals": 1}, {"min": 0}, {"max": 9}, {"no_value": "none"}]
    text = same(board(*(stat(f"S{n}", f"rate(m{n}{BLOCK}[5m])", n, **more) for n, more in enumerate(options))))
    assert f"SELECTOR = '{BLOCK}'" in text
    assert "f'rate(m1{SELECTOR}[5m])'" in text


def test_a_constant_has_the_name_of_what_it_selects() -> None:
    blocks = ['{job="node-exporter", instance="$instance"}', '{job!="kubelet", instance="$instance"}']
    panels = [stat(f"S{n}", f"m{n}{blocks[n % 2]}", n) for n in range(10)]
    text = same(board(*panels))
    assert "NODE_EXPORTER = " in text
    assert "SELECTOR = " in text
    assert "KUBELET" not in text


def test_a_query_with_other_braces_stays_as_it_is_written() -> None:
    others = [stat(f"S{n}", f'm{n}{BLOCK} / on() x{{a="{n}"}}', n) for n in range(1, 6)]
    text = same(board(*others))
    assert "SELECTOR" not in text
    few = same(board(*(stat(f"S{n}", f"m{n}{BLOCK}", n) for n in range(1, 4))))
    assert "SELECTOR" not in few


def test_a_text_with_a_constant_in_it_is_an_f_string_and_all_else_of_it_stays_text() -> None:
    assert expression(Template(("a{", Name("B"), '}\n"'))) == "f'a{{{B}}}\\n\"'"
    with pytest.raises((TypeError, SyntaxError, AssertionError)):
        expression(Template(("a", Name("B + 1"))))


# Functions for queries.


def test_what_most_queries_share_is_said_once() -> None:
    query = {"interval": "2m", "datasource": "${logs}"}
    text = same(board(*(stat(f"S{n}", f"m{n}", n, query=query, decimals=n) for n in range(1, 9))))
    assert "def promql(expr: str, *legend: str, **options: Any) -> Query:" in text
    assert text.count("interval=") == 1


def test_what_most_variables_share_is_said_once() -> None:
    ones = [Call("query_variable", (f"v{n}", f"label_values(m{n}, v{n})"), {"label": None, "sort": "none", "multi": True})
            for n in range(1, 6)]  # fmt: skip
    text = same(board(variables=ones))
    assert "def variable(name: str, query: Any, **options: Any) -> Variable:" in text
    assert "variable('v1', 'label_values(m1, v1)')" in text


# Loops.


def test_panels_that_are_equal_but_for_a_few_values_are_a_loop() -> None:
    text = same(board(*(stat(f"S{n}", f"a_long_name_of_a_metric_{n}", n) for n in range(1, 5))))
    assert "*(stat(title, prometheus(expr), key=key, unit='s', " in text
    assert " for title, expr, key in [('S1', 'a_long_name_of_a_metric_1', 2), ('S2', " in text


def test_queries_that_are_equal_but_for_a_few_words_are_a_loop() -> None:
    block = '{job="api", instance=~"$instance"}'
    queries = [Call("prometheus", (f"histogram_quantile({q}, sum(rate(latency_bucket{block}[5m])) by (le))", f"p{q[2:]}"))
               for q in ("0.5", "0.95", "0.99", "0.999")]  # fmt: skip
    text = same(board(Call("timeseries", ("Latency", *queries), {"key": 1, "unit": "s"})))
    assert "API = " in text
    assert (
        "f'histogram_quantile({q}, sum(rate(latency_bucket{API}[5m])) by (le))', legend) for q, legend in [('0.5', 'p5')"
        in text
    )


def test_words_that_differ_alike_have_one_name() -> None:
    said = [("orders", "Orders per second"), ("refunds", "Refunds per second"), ("returns", "Returns per second")]
    panels = [stat(title, f"sum(rate({name}_total[5m]))", n, links=[{"title": name, "url": f"/d/{name}"}])
              for n, (name, title) in enumerate(said)]  # fmt: skip
    text = same(board(*panels))
    assert "f'sum(rate({metric}[5m]))'" in text
    assert "f'{title} per second'" in text


def test_a_text_with_braces_is_a_value_of_the_loop() -> None:
    panels = [stat(f"S{n}", f'rate(metric_{n}{{job="a{n}"}}[5m])', n) for n in range(4)]
    text = same(board(*panels))
    assert " for title, expr, key in " in text
    assert "{{" not in text


def test_loops_stand_in_rows_and_grids_and_keep_the_order() -> None:
    alike = [stat(f"S{n}", f"a_long_name_of_a_metric_{n}", n) for n in range(1, 5)]
    other = Call("timeseries", ("T", "up"), {"key": 9})
    text = same(board(Call("row", ("R", other, Call("grid", (4, *alike), {"height": 3}), other))))
    assert text.count(" for title, expr, key in ") == 1


def test_a_value_never_hides_a_helper() -> None:
    limits = [Call("thresholds", ("green", (n, "red"))) for n in range(1, 5)]
    panels = [
        stat(f"S{n}", "up", n, thresholds=one, links=[{"title": f"L{n}", "url": "u"}]) for n, one in enumerate(limits)
    ]
    text = same(board(*panels))
    names = {
        node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert not (names - {"dashboard"}) & set(helpers.__all__)


@pytest.mark.parametrize("panels", [
    [stat("A", "a_long_name_of_a_metric_1", 1), stat("B", "a_long_name_of_a_metric_2", 2)],
    [stat(f"S{n}", f"a_long_name_of_a_metric_{n}", n, unit="s", description=f"d{n}", decimals=n, min=n, max=n + 1)
     for n in range(1, 4)],
    [stat(f"S{n}", "up", n, **({"decimals": 1} if n == 2 else {})) for n in range(1, 4)],
], ids=["two", "many values", "another shape"])  # fmt: skip
def test_what_a_loop_would_only_hide_is_written_out(panels: list[Call]) -> None:
    assert " for " not in same(board(*panels))


VALUES = TEXTS.filter(str.strip)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=3, max_size=6), VALUES)
def test_a_shorter_module_makes_the_same_whatever_texts_say(rows: list[tuple[str, str]], label: str) -> None:
    block = f'{{job="{label}", instance=~"$instance"}}'
    panels = [
        stat(title, f"rate({expr}{block}[5m])", n, query={"as_written": True}) for n, (title, expr) in enumerate(rows)
    ]
    same(board(*panels, *(stat("x", f"m{n}{BLOCK}", n + 50) for n in range(4))))
