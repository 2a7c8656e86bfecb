"""The README does not lie: its commands exist, its configuration is valid."""

from __future__ import annotations

import importlib.util
import re
import shlex
from typing import Any

import click
import pytest

import dashkit.authoring
from dashkit.cli.main import cli
from dashkit.config.context import named
from dashkit.config.project import load_project
from tests.conftest import ROOT, Project

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [part.strip() for block in blocks("sh") for line in block.splitlines() for part in line.split("&&")]
    fenced = [line.partition(" #")[0].rstrip("& ") for line in lines if line.startswith("dashkit ")]
    inline = [text for text in re.findall(r"`(dashkit [^`]+)`", README) if "<" not in text]
    return sorted(set(fenced + inline))


def _generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts/generate_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page",
    ["docs/authoring.md", "docs/alerting.md", "docs/configuration.md", "docs/rules.md", "dashboards/README.md"],
)
def test_a_reference_page_is_what_the_code_says(page: str) -> None:
    written = (ROOT / page).read_text(encoding="utf-8")
    assert written == _generator().PAGES[page](), "run: .venv/bin/python scripts/generate_docs.py"


def test_the_reference_lists_the_whole_vocabulary() -> None:
    pages = [(ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in ("authoring", "alerting")]
    listed = [name for page in pages for name in re.findall(r"^### (\w+)$", page, re.MULTILINE)]
    public = {name for name in dashkit.authoring.__all__ if callable(getattr(dashkit.authoring, name))}
    # Types that authors do not make themselves, a type, and a name of before 0.2.
    public -= {"Dashboard", "FieldOverride", "Mapping", "Panel", "Query", "Row", "Selector", "Thresholds", "Variable"}
    public -= {"AlertGroup", "AlertRule", "AlertTest", "PlainAlert", "Sample", "Severity", "dashboard"}
    public -= {"AutoGrid", "Condition", "Tab", "Tabs"}
    assert {name for name in listed if name in dashkit.authoring.__all__} == public
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_exists_with_its_options(command: str) -> None:
    words = shlex.split(command)[1:]
    found: click.Command = cli
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        following = found.get_command(click.Context(found), name)
        assert following is not None, name
        found = following
    known = {option for parameter in found.params for option in parameter.opts}
    assert [word for word in words if word.startswith("-") and word not in known] == []


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(README.splitlines()) < 250


def test_the_configuration_of_the_readme_is_valid(project: Project) -> None:
    (text,) = (block for block in blocks("yaml") if block.startswith("project:"))
    project.write("dashkit.yaml", text)
    found = load_project(project.folder)
    assert named(found, "staging", {}).uid_prefix == "stg-"
    assert named(found, "prod", {}).protected


def test_the_scripts_of_the_readme_exist() -> None:
    for name in set(re.findall(r"scripts/\w+", README)):
        assert (ROOT / name).is_file(), name
