"""The pre-commit hooks and the GitHub Action do what the README says of them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, Program, Project

HOOKS: dict[str, Any] = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())


def broken(project: Project) -> None:
    project.dashboard("good", extra="")
    project.dashboard("bad", expr="sum(up", extra="")


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("dashboards/ops/a.py", True),
        ("monitoring/dashboards/x.json", True),
        ("dashkit.yaml", True),
        ("src/app.py", False),
        ("package.json", False),
    ],
)
def test_the_hook_runs_where_the_project_changed(path: str, runs: bool) -> None:
    assert bool(re.search(HOOKS["dashkit-check"]["files"], path)) is runs
    assert HOOKS["dashkit-check"]["pass_filenames"] is False


def test_the_hooks_are_commands_that_exist(project: Project, dashkit: Program) -> None:
    broken(project)
    json_file = project.write("grafana/x.json", '{"uid": "x", "title": "X", "panels": []}')
    for name, files in (("dashkit-check", []), ("dashkit-check-files", [str(json_file)])):
        words = shlex.split(HOOKS[name]["entry"])
        assert words[0] == "dashkit"
        assert dashkit(*words[1:], *files, cwd=project.folder).code == (0 if files else 1)


def step(project: Project, tmp_path: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step `Check` of the action as a runner would, with the defaults of its inputs."""
    (check,) = [entry for entry in ACTION["runs"]["steps"] if entry["name"] == "Check"]
    values = {name: str(entry["default"]) for name, entry in ACTION["inputs"].items()} | inputs
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)
        for name, text in check["env"].items()
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env |= {"PATH": path, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "HOME": str(tmp_path), "CI": "true"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", check["run"]]
    return subprocess.run(command, cwd=project.folder, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_the_action_annotates_and_fails(project: Project, tmp_path: Path) -> None:
    broken(project)
    result = step(project, tmp_path)
    assert result.returncode == 1, result.stderr
    assert result.stdout.startswith("::error file=dashboards/ops/bad.py,line=2,title=DK301::bad, Panel: not PromQL")
    assert "| error | DK301 |" in (tmp_path / "summary.md").read_text()


def test_the_action_takes_its_inputs(project: Project, tmp_path: Path) -> None:
    broken(project)
    assert step(project, tmp_path, **{"fail-on": "never"}).returncode == 0
    result = step(project, tmp_path, paths="dashboards/ops/good.py\n", grafana="11")
    assert (result.returncode, result.stdout) == (0, "")
    below = step(project, tmp_path, config="dashkit.yaml", paths="dashboards/ops/bad.py")
    assert below.stdout.startswith("::error file=dashboards/ops/bad.py,line=2,title=DK301")


def test_every_input_of_the_action_is_used() -> None:
    text = (ROOT / "action.yml").read_text()
    assert [name for name in ACTION["inputs"] if f"inputs.{name} " not in text] == []


def test_nobody_is_told_to_install_a_strangers_package() -> None:
    """On the package index, `dashkit` is somebody else's; ours is `grafana-dashkit`."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    bare = re.compile(
        r"(?:pip|pipx|uv tool) install (?:-\S+ )*['\"]?dashkit(?![\w./-])|(?<![\w/.-])dashkit\[\w+\]['\"@ ]"
    )
    texts = {name: ROOT / name for name in listed.split("\0") if name and (ROOT / name).suffix not in (".png", ".gz")}
    found = [name for name, path in texts.items() if path.is_file() and bare.search(path.read_text(encoding="utf-8"))]
    assert found == []
    assert bare.search("pip install" + " 'dashkit'"), "the pattern finds what it looks for"
