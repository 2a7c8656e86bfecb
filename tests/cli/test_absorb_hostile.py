"""dashkit absorb writes nothing but what was meant, whatever the project and the dashboards in Grafana look like."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dashkit.errors import ExitCode
from dashkit.sandbox.app import RunningSandbox
from tests.cli.test_absorb import SHOP, Server, slower
from tests.conftest import Program, Project

MODULE = "dashboards/ops/shop.py"


@pytest.fixture
def server(sandbox: RunningSandbox, project: Project, dashkit: Program) -> Server:
    return Server(sandbox, project, dashkit)


def edited(server: Server) -> Path:
    """Push the project and edit the dashboard; return the path of its module."""
    server.run("push", "-q")
    server.edit(slower)
    return server.project.folder / MODULE


def test_a_module_that_is_a_link_is_not_replaced_by_a_file(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = edited(server)
    target = tmp_path_factory.mktemp("elsewhere") / "shop.py"
    path.rename(target)
    path.symlink_to(target)
    for words in (["--dry-run"], ["--yes"]):
        assert f"is a link to {target}" in server.run("absorb", *words, code=ExitCode.INPUT)
    assert path.is_symlink()
    assert target.read_text() == SHOP


def test_no_folder_outside_of_the_project_is_written_to(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = edited(server)
    target = tmp_path_factory.mktemp("elsewhere") / "modules"
    (server.project.folder / "dashboards").rename(target)
    (server.project.folder / "dashboards").symlink_to(target)
    server.run("absorb", "--yes", code=ExitCode.INPUT)
    assert path.read_text() == SHOP


def test_a_file_keeps_its_permissions_and_a_read_only_one_its_text(server: Server) -> None:
    path = edited(server)
    path.chmod(0o440)
    assert "is read-only" in server.run("absorb", "--yes", code=ExitCode.INPUT)
    assert path.read_text() == SHOP
    path.chmod(0o750)
    server.run("absorb", "--yes")
    assert 'unit="ms"' in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o750


def test_links_that_point_nowhere_or_back_and_pipes_are_in_nobodys_way(server: Server) -> None:
    path = edited(server)
    (path.parent / ".#shop.py").symlink_to("somebody@their-machine:1")
    (path.parent / "_self").symlink_to(".")
    os.mkfifo(path.parent / "_pipe")
    (path.parent / "_up").symlink_to("../..")
    server.run("absorb", "--yes")
    assert 'unit="ms"' in path.read_text()


def test_a_patch_applies_in_a_folder_of_a_repository_and_without_one(server: Server) -> None:
    path = edited(server)
    folder = server.project.folder
    for repository in (None, folder.parent):
        path.write_text(SHOP)
        if repository:
            subprocess.run(["git", "init", "-q"], cwd=repository, check=True)
        result = server.program("absorb", "--dry-run", cwd=folder, env=server.env)
        subprocess.run(["git", "apply"], input=result.out.encode(), cwd=folder, check=True)
        assert 'unit="ms"' in path.read_text()


def test_before_the_first_commit_files_that_git_knows_are_not_committed(server: Server) -> None:
    from dashkit.app.git import uncommitted

    folder = server.project.folder
    server.project.write("dashboards/*ü.py", "")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    assert uncommitted(folder, [MODULE]) == [MODULE]
    assert uncommitted(folder, ["dashboards/*ü.py"]) == ["dashboards/*ü.py"]


def rows_in_rows(dashboard: dict[str, Any]) -> None:
    inner = {"id": 91, "type": "row", "title": "Inner", "collapsed": True, "panels": []}
    at = {"x": 0, "y": 90, "w": 24, "h": 1}
    row = {"id": 90, "type": "row", "title": "Outer", "collapsed": True, "gridPos": at, "panels": [inner]}
    dashboard["panels"].append(row)


def odd_lists(dashboard: dict[str, Any]) -> None:
    dashboard["links"] = [None, 5, {}]
    dashboard["tags"] = [*dashboard["tags"], None, 5]
    dashboard["templating"]["list"].append(None)


def odd_places(dashboard: dict[str, Any]) -> None:
    dashboard["panels"][0]["gridPos"] = [1, 2]


@pytest.mark.parametrize("oddity", [rows_in_rows, odd_lists, odd_places])
def test_a_dashboard_of_an_odd_shape_is_told_of_and_hides_no_other(server: Server, oddity: Any) -> None:
    server.project.dashboard("other", title="Other")
    server.run("push", "-q")
    server.edit(lambda dashboard, panels: dashboard.update(description="Edited."), "other")
    server.edit(lambda dashboard, panels: oddity(dashboard))
    said = server.run("absorb", "--yes", code=ExitCode.PARTIAL)
    assert "~ other" in said
    assert server.source == SHOP
    assert "description='Edited.'" in (server.project.folder / "dashboards/ops/other.py").read_text()
    assert "'Shop'" in server.run("push", code=ExitCode.PARTIAL)


def test_hostile_texts_come_as_texts_and_run_nothing(server: Server) -> None:
    text = 'a"""\'\'\'\\"); open("evil", "w"); f("{__import__(\'os\')}\u2028\x85\x1c\r\n#{{%s}}'

    def edit(dashboard: dict[str, Any], panels: dict[str, dict[str, Any]]) -> None:
        dashboard["description"] = text
        dashboard["tags"] = [*dashboard["tags"], text]
        panels["Latency"]["description"] = text
        panels["Errors"]["title"] = text
        panels["Errors"]["targets"][0]["legendFormat"] = text
        panels["Errors"]["links"] = [{"title": text, "url": text}]

    server.run("push", "-q")
    server.edit(edit)
    server.run("absorb", "--yes")
    tree = ast.parse(server.source)
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert said.count(text) == 7
    assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} <= {
        "LIMIT", "ROWS", "counted", "name", "metric", "stat", "prometheus", "new_dashboard", "datasource_variable",
        "row", "grid", "timeseries", "link", "dashboard",
    }  # fmt: skip
    assert not list(server.project.folder.rglob("evil"))
    assert " ~ panel" not in server.run("push")
