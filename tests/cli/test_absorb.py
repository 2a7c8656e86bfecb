"""dashkit absorb: what people edited in Grafana becomes a change of the source."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashkit.document.v2.up import up
from dashkit.errors import ExitCode
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, Project, environment
from tests.support.archived import connection

SHOP = '''\
"""The shop."""

from dashkit.authoring import datasource_variable, grid, new_dashboard, prometheus, row, stat, timeseries

from ._limits import LIMIT

ROWS = [("Orders", "orders"), ("Payments", "payments")]


def counted(name, metric):
    return stat(name, prometheus(f"sum({metric})"), unit="short", description=f"How many {metric}.")


dashboard = new_dashboard(
    "Shop",
    uid="shop",
    tags=["shop"],
    variables=datasource_variable(),
    panels=[
        row("Now", grid(2, *(counted(name, metric) for name, metric in ROWS))),
        row(
            "Course",
            # What counts most.
            timeseries("Latency", prometheus("latency", "{{pod}}"), unit="s", max=LIMIT),  # in seconds
            timeseries("Errors", prometheus("errors")),
        ),
    ],
)
'''
Edit = Callable[[dict[str, Any], dict[str, dict[str, Any]]], None]


class Server:
    """A server where a person edits what a project pushed."""

    def __init__(self, running: RunningSandbox, project: Project, program: Program) -> None:
        self.connection = connection(running)
        self.env = environment(running)
        self.project, self.program = project, program
        project.write("dashboards/ops/shop.py", SHOP)
        project.write("dashboards/ops/_limits.py", "LIMIT = 5\n")

    def run(self, *words: str, code: int = 0) -> str:
        result = self.program(*words, cwd=self.project.folder, env=self.env)
        assert result.code == code, result.out + result.err
        return result.out + result.err

    def edit(self, edit: Edit, uid: str = "shop") -> None:
        stored = self.connection.get(f"/api/dashboards/uid/{uid}").object()
        dashboard = stored["dashboard"]
        edit(dashboard, {panel["title"]: panel for panel in dashboard["panels"]})
        body = {"dashboard": dashboard, "folderUid": stored["meta"].get("folderUid", ""), "overwrite": False}
        assert self.connection.write("POST", "/api/dashboards/db", body).ok

    @property
    def source(self) -> str:
        return (self.project.folder / "dashboards/ops/shop.py").read_text()


@pytest.fixture
def each_server(each_sandbox: RunningSandbox, project: Project, dashkit: Program) -> Server:
    return Server(each_sandbox, project, dashkit)


@pytest.fixture
def server(sandbox: RunningSandbox, project: Project, dashkit: Program) -> Server:
    return Server(sandbox, project, dashkit)


def slower(dashboard: dict[str, Any], panels: dict[str, dict[str, Any]]) -> None:
    """Edit a unit and the description of the dashboard."""
    panels["Latency"]["fieldConfig"]["defaults"]["unit"] = "ms"
    dashboard["description"] = "Edited."


def test_an_edit_is_taken_and_the_next_push_keeps_it(each_server: Server) -> None:
    each_server.run("push", "-q")
    each_server.edit(slower)
    assert "`dashkit absorb shop` takes it into the source" in each_server.run("push", code=ExitCode.REFUSED)
    said = each_server.run("absorb", "--yes")
    assert (
        '-            timeseries("Latency", prometheus("latency", "{{pod}}"), unit="s", max=LIMIT),  # in seconds'
        in said
    )
    assert (
        '            timeseries("Latency", prometheus("latency", "{{pod}}"), unit="ms", max=LIMIT),  # in seconds'
        in each_server.source
    )
    assert "            # What counts most.\n" in each_server.source
    plan = each_server.run("push")
    assert "the source now matches an edit in the UI" in plan
    assert " ~ panel" not in plan
    assert "Nothing to do" in each_server.run("push")


def test_after_it_a_change_of_the_source_is_pushed_without_a_refusal(server: Server) -> None:
    server.run("push", "-q")
    server.edit(slower)
    server.run("absorb", "--yes")
    server.project.write("dashboards/ops/shop.py", server.source.replace('"Latency"', '"Delay"'))
    assert "the source has what was edited in the UI, and more" in server.run("push")
    assert "Nothing to do" in server.run("push")


def test_a_dry_run_prints_a_patch_that_git_takes(server: Server, tmp_path: Path) -> None:
    server.run("push", "-q")
    server.edit(slower)
    before = server.source
    result = server.program("absorb", "--dry-run", cwd=server.project.folder, env=server.env)
    assert server.source == before
    assert result.out.startswith("--- a/dashboards/ops/shop.py\n")
    subprocess.run(["git", "apply"], input=result.out.encode(), cwd=server.project.folder, check=True)
    assert 'unit="ms"' in server.source
    assert "not edited" in server.run("absorb", "shop")  # as the source has it


def test_nothing_is_written_where_code_makes_several_and_one_was_edited(server: Server) -> None:
    server.run("push", "-q")
    server.edit(lambda dashboard, panels: panels["Orders"]["fieldConfig"]["defaults"].update(unit="ops"))
    before = server.source
    said = server.run("absorb", "--yes", code=ExitCode.REFUSED)
    assert server.source == before
    assert "this code makes 2 panels, and only one was changed" in said
    assert 'dashboards/ops/shop.py:11: "short"' in said
    assert 'wanted: unit="ops"' in said


def test_code_that_makes_several_is_changed_if_all_were_edited_alike(server: Server) -> None:
    def both(dashboard: dict[str, Any], panels: dict[str, dict[str, Any]]) -> None:
        for title in ("Orders", "Payments"):
            panels[title]["fieldConfig"]["defaults"]["unit"] = "ops"

    server.run("push", "-q")
    server.edit(both)
    server.run("absorb", "--yes")
    assert 'prometheus(f"sum({metric})"), unit="ops", description=' in server.source


def test_one_dashboard_that_cannot_be_taken_hides_no_other(server: Server) -> None:
    server.project.dashboard("other")
    server.run("push", "-q")
    server.edit(lambda dashboard, panels: panels["Orders"]["fieldConfig"]["defaults"].update(unit="ops"))
    server.edit(lambda dashboard, panels: panels["Panel"].update(description="Edited."), "other")
    said = server.run("absorb", "--yes", code=ExitCode.PARTIAL)
    assert "! shop  Shop" in said
    assert "description='Edited.'" in (server.project.folder / "dashboards/ops/other.py").read_text().replace('"', "'")


def test_a_constant_of_another_file_stays_what_it_is(server: Server) -> None:
    server.run("push", "-q")
    server.edit(lambda dashboard, panels: panels["Latency"]["fieldConfig"]["defaults"].update(max=9))
    server.run("absorb", "--yes")
    assert 'unit="s", max=9),' in server.source
    assert (server.project.folder / "dashboards/ops/_limits.py").read_text() == "LIMIT = 5\n"


def test_what_changed_on_both_sides_is_brought_together(server: Server) -> None:
    server.run("push", "-q")
    server.edit(slower)
    server.project.write(
        "dashboards/ops/shop.py", server.source.replace('prometheus("errors")', 'prometheus("rate(errors[5m])")')
    )
    server.run("absorb", "--yes")
    assert 'unit="ms"' in server.source
    assert "rate(errors[5m])" in server.source
    said = server.run("push")
    assert "the source has what was edited in the UI, and more" in said
    assert "+ rate(errors[5m])" in said


def test_what_both_sides_changed_in_another_way_is_shown_and_left(server: Server) -> None:
    server.run("push", "-q")
    server.edit(slower)
    server.project.write("dashboards/ops/shop.py", server.source.replace('unit="s"', 'unit="m"'))
    before = server.source
    said = server.run("absorb", "--yes", code=ExitCode.REFUSED)
    assert server.source == before
    assert "panel 'Latency': fieldConfig.defaults.unit: changed in the source and in Grafana" in said
    assert 'source:  "m"' in said
    assert 'Grafana: "ms"' in said
    server.run("push", code=ExitCode.REFUSED)


def test_the_context_is_taken_back_before(server: Server) -> None:
    server.project.write(
        "dashkit.yaml",
        f"project: test\ncontexts:\n  stage:\n    url: {server.env['DASHKIT_URL']}\n    user: admin\n"
        "    password_env: DASHKIT_PASSWORD\n    uid_prefix: st-\n    folder_prefix: Stage\n    tags: [stage]\n"
        "    datasources: {prom: prom-stage}\n",
    )
    server.project.write(
        "dashboards/linked.py",
        "from dashkit.authoring import dashboard_link, new_dashboard, prometheus, stat\n"
        'dashboard = new_dashboard("Linked", uid="linked", links=dashboard_link("Shop", "shop"), panels=[\n'
        '    stat("Up", prometheus("up", datasource={"type": "prometheus", "uid": "prom"})),\n])\n',
    )
    server.run("push", "-q", "-c", "stage")

    def edit(dashboard: dict[str, Any], panels: dict[str, dict[str, Any]]) -> None:
        assert dashboard["links"][0]["url"] == "/d/st-shop"
        panels["Up"]["targets"][0]["expr"] = "up == 1"
        dashboard["tags"].append("new")

    server.edit(edit, "st-linked")
    assert "`dashkit absorb linked -c stage`" in server.run("push", "-c", "stage", code=ExitCode.REFUSED)
    server.run("absorb", "-c", "stage", "--yes")
    text = (server.project.folder / "dashboards/linked.py").read_text()
    assert 'stat("Up", prometheus("up == 1", datasource={"type": "prometheus", "uid": "prom"})),' in text
    assert 'tags=["new"]' in text
    assert "st-" not in text
    assert " ~ panel" not in server.run("push", "-c", "stage")


def test_a_file_of_json_is_written_as_pull_writes_it(server: Server) -> None:
    document = {
        "uid": "plain", "title": "Plain", "schemaVersion": 42,
        "panels": [{"id": 1, "type": "text", "title": "Note", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 3}, "options": {"content": "a", "mode": "markdown"}}],
    }  # fmt: skip
    server.project.write("dashboards/plain.json", json.dumps(document))
    server.run("push", "-q")
    server.edit(lambda dashboard, panels: panels["Note"]["options"].update(content="b"), "plain")
    server.run("absorb", "--yes")
    assert (
        json.loads((server.project.folder / "dashboards/plain.json").read_text())["panels"][0]["options"]["content"]
        == "b"
    )
    assert " ~ panel" not in server.run("push")


def save_as_v2(server: Server, uid: str, edit: Callable[[dict[str, Any]], None]) -> None:
    """Save as the editor of a dynamic dashboard does: the elements by their titles are edited."""
    path = f"/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/{uid}"
    resource = server.connection.get(path).object()
    spec = resource["spec"]
    if "elements" not in spec:
        stored = server.connection.get(f"/api/dashboards/uid/{uid}").object()["dashboard"]
        spec = up({key: value for key, value in stored.items() if key not in ("uid", "id", "version")})
    edit({element["spec"]["title"]: element["spec"] for element in spec["elements"].values()})
    annotations = {key: value for key, value in resource["metadata"]["annotations"].items() if "message" not in key}
    metadata = {**resource["metadata"], "annotations": annotations}
    assert server.connection.write("PUT", path, {**resource, "metadata": metadata, "spec": spec}).ok


@pytest.fixture
def newest(project: Project, dashkit: Program) -> Iterator[Server]:
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.4"])) as running:
        yield Server(running, project, dashkit)


def test_a_classic_source_is_edited_after_the_ui_saved_the_dashboard_in_the_v2_schema(newest: Server) -> None:
    def edit(elements: dict[str, Any]) -> None:
        elements["Latency"]["vizConfig"]["spec"]["fieldConfig"]["defaults"]["unit"] = "ms"

    newest.run("push", "-q")
    save_as_v2(newest, "shop", edit)
    newest.run("absorb", "--yes")
    assert 'unit="ms", max=LIMIT' in newest.source
    assert newest.source.count("\n") == SHOP.count("\n")
    assert " ~ panel" not in newest.run("push")


def test_a_file_of_the_v2_schema_keeps_its_schema(newest: Server) -> None:
    classic = {
        "title": "Two",
        "panels": [{"id": 1, "type": "text", "title": "Note", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 3}}],
    }
    resource = {
        "apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": {"name": "two"}, "spec": up(classic),
    }  # fmt: skip
    path = newest.project.write("dashboards/two.json", json.dumps(resource))
    newest.run("push", "-q")
    save_as_v2(newest, "two", lambda elements: elements["Note"].update(description="Edited."))
    newest.run("absorb", "--yes")
    after = json.loads(path.read_text())
    assert (after["apiVersion"], after["metadata"]["name"]) == (resource["apiVersion"], "two")
    (element,) = after["spec"]["elements"].values()
    assert element["spec"]["description"] == "Edited."
    assert " ~ panel" not in newest.run("push")


def test_a_panel_that_was_added_moves_others_and_keeps_its_id(each_server: Server) -> None:
    def add(dashboard: dict[str, Any], panels: dict[str, dict[str, Any]]) -> None:
        at = panels["Latency"]["gridPos"]
        source = panels["Latency"]["datasource"]
        dashboard["panels"].append(
            {"id": 4, "type": "stat", "title": "New", "gridPos": {"x": 0, "y": at["y"] + at["h"], "w": 6, "h": 4},
             "datasource": source, "targets": [{"refId": "A", "expr": "new", "datasource": source}]}
        )  # fmt: skip

    each_server.run("push", "-q")
    each_server.edit(add)
    each_server.run("absorb", "--yes")
    assert each_server.source.index('"Errors"') < each_server.source.index('"New"')
    assert "key=4" in each_server.source
    assert " + panel" not in each_server.run("push")


def test_files_with_changes_that_are_not_committed_are_for_yes_only(server: Server) -> None:
    from dashkit.app import absorb
    from dashkit.cli.adapters import ports
    from dashkit.config.project import load_project
    from dashkit.errors import RefusedError

    server.run("push", "-q")
    server.edit(slower)
    folder = server.project.folder
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    server.project.write("dashboards/ops/shop.py", server.source + "\n# later\n")
    said = json.loads(server.program("absorb", "--dry-run", "--format", "json", cwd=folder, env=server.env).out)
    assert said["uncommitted"] == ["dashboards/ops/shop.py"]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.env.items():
            patch.setenv(name, value)
        wired = ports(load_project(folder), lambda event: None)
        prepared = absorb.prepare(absorb.Request(), wired)
        with pytest.raises(RefusedError, match="not committed"):
            absorb.carry_out(prepared, True, wired)
    assert 'unit="s"' in server.source
    server.run("absorb", "--yes")
    assert 'unit="ms"' in server.source
    assert "# later" in server.source


def test_a_file_that_changes_meanwhile_is_not_overwritten(server: Server) -> None:
    from dashkit.app import absorb
    from dashkit.cli.adapters import ports
    from dashkit.config.project import load_project
    from dashkit.errors import InputError

    server.run("push", "-q")
    server.edit(slower)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.env.items():
            patch.setenv(name, value)
        wired = ports(load_project(server.project.folder), lambda event: None)
        prepared = absorb.prepare(absorb.Request(), wired)
        server.project.write("dashboards/ops/shop.py", server.source + "\n# later\n")
        with pytest.raises(InputError, match="has changed since"):
            absorb.carry_out(prepared, True, wired, yes=True)
    assert 'unit="s"' in server.source


def test_a_dashboard_that_the_source_does_not_have_is_named(server: Server) -> None:
    said = server.run("absorb", "missing", code=ExitCode.USAGE)
    assert "the source has no dashboard 'missing'" in said
    assert "dashkit import --uid missing" in said


def test_a_dashboard_that_is_not_ours_is_refused_with_its_reason(server: Server) -> None:
    body = {"dashboard": {"uid": "shop", "title": "Shop", "schemaVersion": 42, "panels": []}, "overwrite": True}
    assert server.connection.write("POST", "/api/dashboards/db", body).ok
    said = server.run("absorb", "shop", code=ExitCode.REFUSED)
    assert "not made by dashkit" in said


def test_files_of_the_project_stand_in_for_no_library(server: Server) -> None:
    for name in ("yaml.py", "orjson.py", "dashkit.py"):
        server.project.write(name, "raise RuntimeError('not this one')\n")
    server.run("push", "-q")
    server.edit(slower)
    server.run("absorb", "--yes")
    assert 'unit="ms"' in server.source


def test_the_data_says_what_was_taken_and_what_was_not(server: Server) -> None:
    server.run("push", "-q")
    server.edit(lambda dashboard, panels: panels["Orders"].update(description="Edited."))
    result = server.program("absorb", "--dry-run", "--format", "json", cwd=server.project.folder, env=server.env)
    data = json.loads(result.out)
    (one,) = data["dashboards"]
    assert (one["uid"], one["edited"], one["taken"], data["files"]) == ("shop", True, False, [])
    assert one["by_hand"][0]["wanted"] == 'description="Edited."'
