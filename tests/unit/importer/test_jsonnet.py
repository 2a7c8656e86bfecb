"""Jsonnet of others: evaluated within limits, and nothing is read that does not belong to it."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashkit.errors import ExitCode, InputError
from dashkit.importer import jsonnet
from dashkit.importer.jsonnet import Limits, evaluate, project_of

SECRET = "do not read this"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with a library, and a secret outside of it, which links lead to."""
    return write_tree(tmp_path)


def write_tree(folder: Path) -> Path:
    project = folder / "project"
    (project / "sub").mkdir(parents=True)
    (project / "vendor" / "lib").mkdir(parents=True)
    (project / "vendor" / "lib" / "main.libsonnet").write_text(
        "{ word: 'vendored', beside: import 'beside.libsonnet' }"
    )
    (project / "vendor" / "lib" / "beside.libsonnet").write_text("'beside'")
    (project / "inside.txt").write_text("inside")
    (project / ".env").write_text(SECRET)
    (folder / "outside").mkdir()
    (folder / "outside" / "secret.txt").write_text(SECRET)
    (project / "sub" / "link.txt").symlink_to(folder / "outside" / "secret.txt")
    (project / "sub" / "link").symlink_to(folder / "outside")
    (project / "sub" / "inner.txt").symlink_to(project / "inside.txt")
    return project


def made(folder: Path, text: str, **more: Any) -> Any:
    path = folder / "source.jsonnet"
    path.write_text(text)
    return evaluate(path, **more)


def refused(folder: Path, text: str, **more: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        made(folder, text, **more)
    assert caught.value.code is ExitCode.INPUT
    assert SECRET not in f"{caught.value} {caught.value.hint}"
    return caught.value


def test_a_file_makes_a_value_with_the_libraries_of_its_project(tree: Path) -> None:
    text = (
        "local lib = import 'lib/main.libsonnet'; { word: lib.word, beside: lib.beside, up: importstr '../inside.txt' }"
    )
    assert made(tree / "sub", text) == {"word": "vendored", "beside": "beside", "up": "inside"}


def test_the_hidden_fields_of_a_mixin_are_taken_and_nothing_else_of_it(tree: Path) -> None:
    text = """
    {
      _config+:: { cluster: 'prod' },
      helper(x):: x,
      forAll: function(x) x,
      grafanaDashboards+:: { 'a.json': { title: $._config.cluster } },
      prometheusAlerts+:: { groups+: [{ name: 'g', rules: [] }] },
    } + { _config+:: { cluster: 'test' } }
    """
    dashboards = {"a.json": {"title": "test"}}
    assert made(tree, text) == {
        "grafanaDashboards": dashboards,
        "prometheusAlerts": {"groups": [{"name": "g", "rules": []}]},
    }


def test_a_function_is_called_without_arguments(tree: Path) -> None:
    assert made(tree, "function(title='T') { title: title }") == {"title": "T"}
    error = refused(tree, "function(title) { title: title }")
    assert ("Missing argument: title" in error.message, "give title a default" in error.hint) == (True, True)


def test_external_variables_are_given_or_named(tree: Path) -> None:
    text = "{ e: std.extVar('env') }"
    assert made(tree, text, variables={"env": "prod"}) == {"e": "prod"}
    error = refused(tree, text)
    assert (error.message, error.hint) == ("Undefined external variable: env", "--ext-str env=VALUE sets it")
    assert error.where.endswith("source.jsonnet:1")


def test_a_library_path_that_is_given_goes_before_vendor_and_the_last_one_first(tree: Path) -> None:
    for name in ("one", "two"):
        (tree.parent / name / "lib").mkdir(parents=True)
        (tree.parent / name / "lib" / "main.libsonnet").write_text(f"{{ word: {name!r} }}")
    paths = [tree.parent / "one", tree.parent / "two"]
    assert made(tree, "(import 'lib/main.libsonnet').word", library_paths=paths) == "two"
    assert made(tree, "(import 'lib/main.libsonnet').word", library_paths=paths[:1]) == "one"


def test_bytes_of_a_file_are_numbers(tree: Path) -> None:
    (tree / "bytes").write_bytes(b"\xff\x00")
    assert made(tree, "importbin 'bytes'") == [255, 0]


@pytest.mark.parametrize("how", ["import", "importstr", "importbin"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/etc/passwd", "has an absolute path"),
        ("../../outside/secret.txt", "is outside of"),
        ("link.txt", "is outside of"),
        ("link/secret.txt", "is outside of"),
        ("../.env", "or hidden"),
        ("nowhere.libsonnet", "is in no directory that imports come from"),
        ("../sub", "is not a regular file"),
    ],
)
def test_an_import_reads_nothing_outside_of_the_project(tree: Path, how: str, name: str, message: str) -> None:
    error = refused(tree / "sub", f"{{\n  a: {how} '{name}',\n}}")
    assert error.message.startswith(f"the import {name!r} ")
    assert message in error.message
    assert error.where.endswith("sub/source.jsonnet:2")


def test_a_vendor_that_is_a_link_to_another_place_widens_nothing(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(SECRET)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "vendor").symlink_to(tmp_path / "outside")
    assert "is outside of" in refused(tmp_path / "project", "importstr 'secret.txt'").message
    assert made(tmp_path / "project", "importstr 'secret.txt'", library_paths=[tmp_path / "outside"]) == SECRET


def test_a_source_that_is_a_link_to_another_place_is_not_read(tree: Path) -> None:
    (tree.parent / "outside" / "other.jsonnet").write_text("{}")
    (tree / "link.jsonnet").symlink_to(tree.parent / "outside" / "other.jsonnet")
    with pytest.raises(InputError, match="is a link to a file in another directory"):
        evaluate(tree / "link.jsonnet")


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["..", ".", "sub", "link", "link.txt", "secret.txt", "outside", "project", ".env", "inside.txt"]
        )
    )
)
def test_no_name_of_an_import_reads_the_secret(parts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = write_tree(Path(folder))
        try:
            assert made(project / "sub", f"importstr '{'/'.join(parts)}'") == "inside"
        except InputError as error:
            assert "the import" in error.message  # noqa: PT017


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ a: 1,\n  b: }", "Unexpected"),
        ("hello { world", "Expected token OPERATOR"),
        ("", "Unexpected end of file"),
        ("\0\1", "Could not lex"),
        ("{ a: error 'of mine' }", "of mine"),
        ("error 'a\\n\\u001b[31mb'", "a \ufffd[31mb"),
        ("error std.repeat('x', 10000)", "x..."),
        ("local f(x) = f(x) + 1; f(0)", "max stack frames exceeded"),
        ("local a = { b: a }; a", "max stack frames exceeded"),
        ("import 'source.jsonnet'", "max stack frames exceeded"),
        ("{ a: { b: [1, function(x) x] } }", "couldn't manifest function as JSON (in a.b[1])"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_on_one_line_with_its_place(tree: Path, text: str, message: str) -> None:
    error = refused(tree, text)
    assert message in error.message
    assert error.message.isprintable()
    assert "source.jsonnet" in error.where
    assert len(error.message) < 400


def test_the_place_is_that_in_the_library(tree: Path) -> None:
    (tree / "vendor" / "broken.libsonnet").write_text("{\n  a: 1,\n  b: [1 2],\n}")
    error = refused(tree, "import 'broken.libsonnet'")
    assert error.where.endswith("vendor/broken.libsonnet:3")


@pytest.mark.skipif(sys.platform != "linux", reason="the system limits no memory")
@pytest.mark.parametrize(
    "text",
    [
        "std.foldl(function(s, i) s + s, std.range(0, 60), 'xxxxxxxx')",
        "std.foldl(function(s, i) s + s, std.range(0, 60), [1])",
        "local f(x) = f(x + 1) tailstrict; f(0)",
        "[" * 200_000,
    ],
    ids=["texts", "arrays", "endless", "nested"],
)
def test_a_file_that_wants_all_memory_gets_a_little(tree: Path, text: str) -> None:
    assert "too much memory" in refused(tree, text, limits=Limits(memory=100 << 20)).message


SLOW = "local f(n) = if n == 0 then 0 else f(n - 1) + f(n - 1); f(60)"


def test_a_file_that_takes_too_long_is_given_up_with_all_its_processes(tree: Path) -> None:
    error = refused(tree, SLOW, limits=Limits(seconds=0.5))
    assert "given up after 0.5 s" in error.message
    assert [child for child in children() if "jsonnet_process" in child] == []


def children() -> Iterator[str]:
    """Yield the command lines of the processes that this one started and that still run."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if parent == str(os.getpid()):
                yield (folder / "cmdline").read_text()
        except OSError:  # it is gone
            continue


def test_a_result_and_an_import_have_a_largest_size(tree: Path) -> None:
    limits = Limits(output=1000)
    assert "result is too large" in refused(tree, "std.repeat('x', 2000)", limits=limits).message
    (tree / "large.txt").write_text("x" * 2000)
    assert "the import 'large.txt' is too large" in refused(tree, "importstr 'large.txt'", limits=limits).message


def test_what_a_file_traces_is_read_and_dropped(tree: Path) -> None:
    text = "std.foldl(function(a, b) std.trace(std.repeat('x', 1000), a + 1), std.range(1, 200), 0)"
    assert made(tree, text) == 200


def test_a_text_of_any_script_comes_back_as_it_is(tree: Path) -> None:
    assert made(tree, "{ a: 'äé€😀' }") == {"a": "äé€😀"}


def test_a_project_ends_at_the_checkout_and_below_the_home_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    below = home / "work" / "repo" / "mixins" / "shop"
    below.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (home / "vendor").mkdir()
    assert project_of(below / "mixin.libsonnet") == below
    (home / "work" / "jsonnetfile.json").write_text("{}")
    assert project_of(below / "mixin.libsonnet") == home / "work"
    (home / "work" / "repo" / ".git").mkdir()
    assert project_of(below / "mixin.libsonnet") == below
    (below.parent / "vendor").mkdir()
    assert project_of(below / "mixin.libsonnet") == below.parent


def test_modules_beside_the_reader_are_not_imported(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_gojsonnet", "json", "resource"):
        (tree / f"{name}.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tree)
    assert made(tree, "1 + 1") == 2


def test_an_evaluator_that_breaks_down_says_its_last_words(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "broken.py").write_text("raise SystemExit('it is Monday')")
    monkeypatch.setattr(jsonnet.jsonnet_process, "__file__", str(tree / "broken.py"))
    assert refused(tree, "1").message == "the evaluator broke down: it is Monday"


def test_without_the_extra_the_error_says_how_to_install_it(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(jsonnet, "find_spec", lambda name: None if name == "_gojsonnet" else find(name))
    error = refused(tree, "{}")
    assert error.hint == "pip install 'grafana-dashkit[jsonnet]'"


@pytest.mark.parametrize("library", ["nowhere", "project/inside.txt"])
def test_a_library_path_must_be_a_directory(tree: Path, library: str) -> None:
    error = refused(tree, "{}", library_paths=[tree.parent / library])
    assert "is not a directory" in error.message
