"""``dashkit init`` and ``dashkit new``: what they write can be used at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from dashkit.errors import ExitCode
from tests.conftest import ROOT, Program


@pytest.fixture
def begun(tmp_path: Path, dashkit: Program) -> Path:
    """A new project."""
    assert dashkit("init", "shop", cwd=tmp_path).code == 0
    return tmp_path / "shop"


def test_modules_to_begin_with_build_and_pass_the_check(begun: Path, dashkit: Program) -> None:
    for arguments, path in (
        (("dashboard", "checkout"), "operations/checkout.py"),
        (("dashboard", "Sales page", "--family", "business", "--service", "shop-api"), "business/sales_page.py"),
        (("factory", "services", "--service", "checkout"), "operations/services.py"),
        (("alerts", "checkout"), "alerts/checkout.py"),
    ):
        result = dashkit("new", *arguments, cwd=begun)
        assert (result.code, f"wrote dashboards/{path}" in result.err) == (0, True)
    assert dashkit("build", cwd=begun).code == 0
    assert sorted(path.name for path in (begun / "build/dashboards").rglob("[a-z]*-*.json")) == [
        "prometheus-overview.json", "sales-page.json", "services-checkout.json",
    ]  # fmt: skip
    text = (begun / "build/dashboards/business/sales-page.json").read_text()
    assert 'job=\\"shop-api\\"' in text
    (begun / "dashkit.yaml").write_text((begun / "dashkit.yaml").read_text().replace("# alerts:\n#  ", "alerts:\n  "))
    checked = dashkit("check", "--fail-on", "warning", cwd=begun)
    assert (checked.code, checked.err) == (0, ""), checked.out
    assert dashkit("rules", "build", cwd=begun).code == 0
    tests = [str(path) for path in (begun / "build/rules/tests").glob("*.yml")]
    assert subprocess.run(["promtool", "test", "rules", *tests], check=False).returncode == 0


@pytest.mark.tools
def test_what_is_written_is_typed_and_formatted(begun: Path, dashkit: Program) -> None:
    for kind in ("dashboard", "factory", "alerts"):
        assert dashkit("new", kind, f"the {kind}", cwd=begun).code == 0
    modules = [str(path) for path in (begun / "dashboards").rglob("*.py")]
    ruff = Path(sys.executable).with_name("ruff")
    for arguments in (("check", "--isolated"), ("format", "--check", "--isolated", "--line-length", "120")):
        done = subprocess.run([ruff, *arguments, *modules], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    typed = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={begun}/cache", *modules],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert typed.returncode == 0, typed.stdout


def test_nothing_is_replaced(begun: Path, dashkit: Program) -> None:
    assert dashkit("new", "dashboard", "prometheus", cwd=begun).code == ExitCode.INPUT
    link = begun / "dashboards/operations/link.py"
    link.symlink_to("not there yet")
    assert dashkit("new", "dashboard", "link", cwd=begun).code == ExitCode.INPUT
    assert link.is_symlink()
    before = (begun / "dashkit.yaml").read_text()
    assert dashkit("init", ".", cwd=begun).code == ExitCode.INPUT
    assert (begun / "dashkit.yaml").read_text() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("dashboard",), ("dashboard", "9lives"), ("dashboard", "x" * 40), ("dashboard", "a", "--family", "../up"),
        ("dashboard", "a", "--service", 'x"}'), ("panel", "a"), ("dashboard", "a", "--family", "alerts"),
        ("dashboard", "a", "--family", "_own"), ("dashboard", "a", "--family", "a.b"), ("dashboard", "../x"), ("dashboard", "été"),
        ("factory", "all", "--service", "a/b:c"), ("factory", "all", "--service", "x" * 37),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_used_is_refused(arguments: tuple[str, ...], begun: Path, dashkit: Program) -> None:
    assert dashkit("new", *arguments, cwd=begun).code == ExitCode.USAGE
    assert [path.name for path in (begun / "dashboards").rglob("*.py")] == ["prometheus.py"]


def test_editors_can_check_the_configuration_by_the_schema(begun: Path, dashkit: Program) -> None:
    text = (begun / "dashkit.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=dashkit.schema.json\n")
    schema = json.loads((begun / "dashkit.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(text), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"contexts": {"a": {"ulr": "x"}}}, schema)
    assert "description" in schema["properties"]["project"]
    (begun / "dashkit.schema.json").write_text("{}")
    assert dashkit("new", "schema", cwd=begun).code == 0
    assert json.loads((begun / "dashkit.schema.json").read_text()) == schema


def test_agents_are_told_what_each_exit_code_asks_for(begun: Path) -> None:
    text = (begun / "AGENTS.md").read_text()
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    # Those above 6 ask for nothing: a bug, an interrupt, a closed pipe.
    assert told == {code.value for code in ExitCode if code.value <= 6}
    assert len(text.splitlines()) < 50
