"""What stands in Grafana is text from anybody: in the source it is a text and nothing else."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.absorb.copy import copied
from dashkit.absorb.edits import Drop, edited
from dashkit.absorb.source import Source
from dashkit.absorb.texts import within
from dashkit.absorb.values import code
from dashkit.authoring.call import Call
from dashkit.compiler.compile import Sources
from dashkit.report.patch import patch

PIECES = st.sampled_from(
    [*"ab{}%\\'\"\n\r\t\0\x0c\x1c\x85\u2028🎉#()=!:,fbr", '"""', "'''", "\ud800", "{x}", "{x!r}", "\\N{DASH}", "%s",
     "\") + evil() + (\"", "') or evil() or ('", "\"#", "import os\n"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join)


def names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


@given(TEXTS)
def test_any_text_is_written_as_a_literal_that_says_it(text: str) -> None:
    for value in (text, [text, text], {text: {text: [text]}}):
        assert ast.literal_eval(code(value)) == value
    call: Any = Call("link", (text, [text]), {"url": {text: text}})
    assert names(code(call)) == {"link"}


LITERALS = st.sampled_from(
    [
        '"a b"',
        "'a b'",
        "r'a b'",
        'r"""a b"""',
        '"""a b"""',
        "'a' ' b'",
        'f"a b"',
        "rf'a b'",
        "u'a b'",
        "'a'  # one\n' b'",
    ]
)


@given(LITERALS, st.sampled_from(["", "%", "{"]), TEXTS)
def test_no_text_in_a_literal_becomes_code_or_hides_what_follows(literal: str, form: str, text: str) -> None:
    for written in within(literal, "a b", f"a{text}b", form):
        call = ast.parse(f"_({written}, 1)", mode="eval").body
        assert isinstance(call, ast.Call)
        assert [node.value for node in call.args[1:] if isinstance(node, ast.Constant)] == [1]
        assert names(f"_({written}, 1)") == {"_"}


def test_a_raw_template_is_not_cut_off_by_a_quote_with_a_hash() -> None:
    assert not list(within('r"%s up"', "one up", 'one"#up', "%"))


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0c", "\x1c", "\r"])
def test_a_patch_with_odd_ends_of_lines_makes_what_is_meant(tmp_path: Path, odd: str) -> None:
    before, after = f'A = "x{odd}y"\nB = 1\n', f'A = "z{odd}y{odd}"\nB = 1\n'
    file = tmp_path / "a folder" / "ä.py"
    file.parent.mkdir()
    file.write_bytes(before.encode())
    text = "".join(f"{line}\n" for line in patch("a folder/ä.py", before, after))
    subprocess.run(["git", "apply"], input=text.encode(), cwd=tmp_path, check=True)
    assert file.read_bytes().decode() == after


def test_a_text_that_looks_like_a_comment_stays_where_the_next_statement_goes() -> None:
    text = 'A = "one\u2028# two"\nB = 1\nC = 2\n'
    source = Source("one.py", text)
    assert edited(source, [Drop(source, source.tree.body[1])]) == 'A = "one\u2028# two"\nC = 2\n'


@pytest.mark.parametrize(
    ("index", "wanted"), [(0, "pass; B = 2; C = 3\n"), (1, "A = 1; pass; C = 3\n"), (2, "A = 1; B = 2; pass\n")]
)
def test_a_statement_that_goes_leaves_those_of_its_line(index: int, wanted: str) -> None:
    source = Source("one.py", "A = 1; B = 2; C = 3\n")
    assert edited(source, [Drop(source, source.tree.body[index])]) == wanted


def test_a_number_without_an_end_is_no_name() -> None:
    assert names(code([float("inf"), float("-inf"), float("nan")])) == {"float"}


def test_folders_of_modules_may_be_nested_and_what_stands_beside_is_linked(tmp_path: Path) -> None:
    for name in ("a/b/dashboards/inner/x.py", "a/data/big.bin", "other/y.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    paths = tuple(tmp_path / name for name in ("a/b/dashboards", "a/b/dashboards/inner", "a/data/../../other"))
    with copied(Sources(tmp_path, paths)) as copy:
        root = copy.sources.project
        assert all(path.is_dir() and not path.is_symlink() for path in copy.sources.paths)
        assert (root / "a/data").is_symlink()
        with copy.with_files({"a/b/dashboards/inner/x.py": "X = 1", "other/y.py": "Y = 1"}):
            assert not (tmp_path / "a/b/dashboards/inner/x.py").read_text()
            assert not (tmp_path / "other/y.py").read_text()
