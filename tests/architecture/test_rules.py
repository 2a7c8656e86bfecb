"""Rules about the code and the documents as a whole."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import tomllib

import pytest

import dashkit.authoring
from dashkit.cli.main import _COMMANDS
from dashkit.errors import PRECEDENCE, ExitCode
from tests.conftest import ROOT

MODULES = sorted((ROOT / "dashkit").rglob("*.py"))


def test_each_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_module_is_longer_than_400_lines() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_public_functions_of_authoring_are_documented_and_typed() -> None:
    for name in dashkit.authoring.__all__:
        value = getattr(dashkit.authoring, name)
        assert value.__doc__ or not inspect.isfunction(value), name


def test_authoring_exports_what_it_says() -> None:
    assert len(dashkit.authoring.__all__) == len(set(dashkit.authoring.__all__))
    assert all(hasattr(dashkit.authoring, name) for name in dashkit.authoring.__all__)


def test_each_command_has_its_module_and_each_module_its_command() -> None:
    files = (ROOT / "dashkit/cli/commands").glob("*.py")
    found = {path.stem.rstrip("_") for path in files if path.stem != "__init__"}
    assert found == set(_COMMANDS)


def test_every_code_that_can_apply_with_others_has_its_rank() -> None:
    alone = {ExitCode.INTERRUPTED, ExitCode.CLOSED_PIPE}
    assert set(PRECEDENCE) == set(ExitCode) - alone


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_a_page_has_the_table_of_exit_codes(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8").partition("| code | meaning |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| (\d+) \| (.+) \|$", text, re.MULTILINE) == [
        (str(code.value), code.meaning) for code in ExitCode
    ]


def test_the_readme_names_each_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in _COMMANDS if f"dashkit {name}" not in readme] == []


def test_pictures_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paths = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert paths
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_secret_is_in_the_recordings() -> None:
    for path in (ROOT / "tests/recordings").iterdir():
        assert re.findall(r"glsa_(?!REDACTED)\w+", path.read_text(encoding="utf-8")) == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_nothing_that_a_build_makes_is_tracked() -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in listed if name.startswith(("build/", ".venv/", ".dashkit/"))] == []
