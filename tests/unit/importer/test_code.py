"""Calls as Python: what is written evaluates to what was given, and nothing in a document is ever code."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashkit.authoring as helpers
from dashkit.authoring.call import Call
from dashkit.importer.code import expression
from dashkit.importer.module import module_text
from dashkit.importer.proof import made, written
from dashkit.quiet.canonical import canonical
from tests.support.project import compiled

HOSTILE = [
    '"""', "'''", "\\", '\\"""', '"""\n__import__("os").abort()\n"""', "{x}", "${x}", "\n", " a\n b ", 'a"', "\x00", "\u2028",
    "\ud7ff", "é\n'", "# type: ignore", "-->", "a\\\nb", '"""+1+"""',
]  # fmt: skip
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_is_read_as_it_was(value: Any) -> None:
    assert ast.literal_eval(expression(value)) == value


def test_a_text_of_several_lines_is_written_on_several() -> None:
    assert expression('sum(\n  up{job="a"}\n)') == '"""sum(\n  up{job="a"}\n)"""'


@pytest.mark.parametrize("name", ["a b", "class", "x)(y", "", "a.b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="is not a name"):
        expression(Call("stat", ("a",), {name: 1}))
    with pytest.raises(TypeError, match="is not a name"):
        expression(Call(name))


def dashboard(text: str) -> Any:
    """A dashboard that has a text wherever one can stand."""
    return helpers.new_dashboard(
        f"T{text}",
        uid="t",
        description=text,
        tags=[f"t{text}"],
        variables=[
            helpers.datasource_variable(),
            helpers.query_variable("job", f"label_values({text})", label=text, description=text),
            helpers.text_variable("price", text),
        ],
        links=[helpers.web_link(text, text)],
        annotations=[helpers.event_annotation(text, f"up {text}", text=text)],
        panels=[
            helpers.stat(f"a{text}", f"up {text}", description=text, no_value=text, links=helpers.link(text, text)),
            helpers.row(
                f"r{text}", helpers.text(f"b{text}", text), helpers.panel("canvas", f"c{text}", options={text: text})
            ),
            helpers.timeseries(
                f"d{text}", helpers.prometheus("up", text), overrides=helpers.override(text or "x", unit="s")
            ),
        ],
    )


@given(TEXTS.filter(bool))
def test_a_module_only_calls_helpers_whatever_a_dashboard_says(text: str) -> None:
    wanted = canonical(compiled(dashboard(text)).spec)
    result = written("t", wanted)
    assert result.equal
    source = module_text(result.call) if text in HOSTILE else f"dashboard = {expression(result.call)}"
    tree = ast.parse(source)
    allowed = (ast.Module, ast.Expr, ast.Assign, ast.ImportFrom, ast.alias, ast.Name, ast.Load, ast.Store, ast.Call, ast.keyword,
               ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub)  # fmt: skip
    for node in ast.walk(tree):
        assert isinstance(node, allowed), ast.dump(node)
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            assert node.func.id in helpers.__all__


def test_what_no_helper_makes_is_said_raw() -> None:
    spec = canonical(compiled(dashboard("x")).spec)
    spec["panels"][0]["options"] = {"graphMode": ["odd"]}
    spec["weekStart"] = "monday"
    spec = canonical(spec)
    result = written("t", spec)
    assert result.equal
    assert made(result.call) == spec
    assert result.call.keywords["raw"] == {"weekStart": "monday"}


def test_a_query_of_several_lines_stays_on_several() -> None:
    several = helpers.prometheus('sum(\n  up{job="a"}\n)\n', "{{job}}", as_written=True)
    source = helpers.datasource_variable()
    board = helpers.new_dashboard("T", uid="t", variables=source, panels=helpers.stat("S", several))
    result = written("t", canonical(compiled(board).spec))
    assert result.equal
    assert '"""sum(\n  up{job="a"}\n)""", \'{{job}}\', as_written=True' in module_text(result.call)
