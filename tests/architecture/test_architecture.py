"""docs/architecture.md against the code, and the shape that it promises."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dashkit.cli.main import _COMMANDS
from tests.conftest import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
PACKAGES = {
    path.stem
    for path in (ROOT / "dashkit").iterdir()
    if path.name not in ("__init__.py", "__main__.py", "__pycache__", "py.typed") and not path.name.startswith(".")
}
#: Options of a command that are the front end's own, or that its request has under no name.
FRONT = {"config", "quiet", "verbose", "output_format", "yes", "help"}


def layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (found,) = (entry["layers"] for entry in contracts if entry["type"] == "layers")
    return [re.sub(r"[()]", "", line) for line in found]


def test_the_page_has_the_layers_that_the_contract_keeps() -> None:
    (block,) = re.findall(r"```\n(cli\n.*?)```", PAGE, re.DOTALL)
    assert block.split("\n")[:-1] == layers()


def test_each_package_has_a_layer_and_a_line_on_the_page() -> None:
    placed = {name.strip() for line in layers() for name in line.split("|")}
    assert placed >= PACKAGES
    assert {name for name in PACKAGES if f"`{name}`" not in PAGE} == set()


def test_each_module_that_the_page_names_exists() -> None:
    flow = PAGE[PAGE.index("## How data flows") : PAGE.index("## Words")]
    named = set(re.findall(r"\b(?:" + "|".join(PACKAGES) + r")/[a-z_]+", flow)) - {"build/dashboards"}
    assert len(named) > 30
    missing = [name for name in sorted(named) if not (ROOT / "dashkit" / f"{name}.py").exists()]
    assert [name for name in missing if not (ROOT / "dashkit" / name).is_dir()] == []


@pytest.mark.parametrize("name", ["push", "backup"])
def test_the_way_of_a_command_climbs_back_no_step(name: str) -> None:
    """The modules of a way stand in an order in which none imports one above it, the packages' layers included."""
    flow = PAGE[PAGE.index(f"### {name}\n") :].split("```")[1]
    order = {name.strip(): rank for rank, line in enumerate(layers()) for name in line.split("|")}
    for module in dict.fromkeys(re.findall(r"\b(?:" + "|".join(PACKAGES) + r")/[a-z_]+", flow)):
        path = ROOT / "dashkit" / f"{module}.py"
        own = order[module.partition("/")[0]]
        imported = set(_imports(path)) if path.exists() else set()
        assert [entry for entry in imported if order[entry] < own] == [], module


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dashkit."):
            yield node.module.split(".")[1]


def test_cli_holds_no_module_without_click_but_its_adapters() -> None:
    plain = []
    for path in sorted((ROOT / "dashkit/cli").rglob("*.py")):
        if path.name != "__init__.py" and "import click" not in path.read_text(encoding="utf-8"):
            plain.append(path.name)
    assert plain == ["adapters.py"]


def test_the_body_of_each_command_is_short() -> None:
    long = {}
    for path in sorted((ROOT / "dashkit/cli/commands").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if lines >= 40:
                    long[f"{path.name}:{node.name}"] = lines
    assert long == {}


#: The options for several contexts, which `dashkit.app.fleet` takes.
MANY = {"contexts", "groups", "shard"}
REQUESTS = {
    "build": ("build", {"watch"}),
    "preview": ("preview", {"port", "bind", "open_page"}),
    "diff": ("push", {"exit_code", "full", "html", "png", "prometheus", "against"} | MANY),
    "push": ("push", {"dry_run", "canary", "wait", "rollback_on_failure", "trial", "ttl"} | MANY),
    "watch": ("watch", set()),
    "pull": ("pull", set()),
    "backup": ("backup", set()),
    "restore": ("restore", {"secrets_template"}),
    "rollback": ("rollback", {"listed"}),
    "forget": ("forget", {"trial", "trials"}),
}


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_each_option_of_a_command_fills_a_field_of_its_request(name: str) -> None:
    module, own = REQUESTS[name]
    request = importlib.import_module(f"dashkit.app.{module}").Request
    fields = {field.name for field in dataclasses.fields(request)}
    if "keep" in fields:
        keep = importlib.import_module("dashkit.app.forget").Keep
        fields |= {field.name for field in dataclasses.fields(keep)}
    command: click.Command = importlib.import_module(f"dashkit.cli.commands.{name}").command
    options = {str(option.name) for option in command.params} - FRONT - own
    assert options - fields == set()


def test_each_command_is_a_use_case_or_says_why_not() -> None:
    modules = {path.stem.rstrip("_") for path in (ROOT / "dashkit/app").glob("*.py")}
    # diff is a push that stops, rules are alerts; the others have nothing to decide.
    other = {"diff", "rules", "explain", "init", "sandbox", "completion"}
    assert set(_COMMANDS) - other - modules == set()
