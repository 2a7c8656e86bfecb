"""dashkit adopt: dashboards made elsewhere become the project's without a change that anybody sees."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dashkit.document.v2.up import up
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment
from tests.support.archived import connection

TAG = "dashkit:test"
SOURCE = {"type": "prometheus", "uid": "prom"}
#: As Grafana's editor saves: with much that says nothing.
SHOP: dict[str, Any] = {
    "uid": "shop", "title": "Shop", "schemaVersion": 42, "tags": ["team"], "graphTooltip": 0, "weekStart": "",
    "panels": [
        {"id": 7, "type": "timeseries", "title": "Orders", "description": "", "gridPos": {"x": 0, "y": 2, "w": 12, "h": 9},
         "targets": [{"refId": "A", "expr": "sum(orders)", "editorMode": "code", "legendFormat": "__auto", "range": True,
                      "datasource": SOURCE}], "datasource": SOURCE, "pluginVersion": "12.3.0",
         "fieldConfig": {"defaults": {"unit": "reqps", "mappings": [], "custom": {"axisLabel": "", "lineWidth": 2}}, "overrides": []},
         "options": {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []}}},
    ],
}  # fmt: skip


class Server:
    """A server where a person works, and the project that is about to take it over."""

    def __init__(self, running: RunningSandbox, project: Project, program: Program) -> None:
        self.connection = connection(running)
        self.env = environment(running)
        self.project, self.program = project, program

    def save(self, spec: dict[str, Any], folder: str = "") -> None:
        body = {"dashboard": spec, "folderUid": folder, "overwrite": True}
        assert self.connection.write("POST", "/api/dashboards/db", body).ok

    def stored(self, uid: str) -> dict[str, Any]:
        value: dict[str, Any] = self.connection.get(f"/api/dashboards/uid/{uid}").object()["dashboard"]
        return {key: entry for key, entry in value.items() if key not in ("version", "id")}

    def run(self, *words: str, code: int = 0, **env: str) -> str:
        result = self.program(*words, cwd=self.project.folder, env=self.env | env)
        assert result.code == code, result.out + result.err
        return result.out + result.err


@pytest.fixture
def server(each_sandbox: RunningSandbox, project: Project, dashkit: Program) -> Server:
    return Server(each_sandbox, project, dashkit)


@pytest.fixture
def modern(sandbox: RunningSandbox, project: Project, dashkit: Program) -> Server:
    return Server(sandbox, project, dashkit)


def test_adopt_adds_a_tag_and_nothing_else_and_the_next_push_has_nothing_to_do(server: Server) -> None:
    server.connection.write("POST", "/api/folders", {"uid": "f", "title": "Team: A"})
    server.save(SHOP, "f")
    before = server.stored("shop")
    said = server.run("adopt", "shop", "--yes")
    assert "wrote team-a/shop.py" in said
    assert "rollback" in said
    assert server.stored("shop") == {**before, "tags": sorted([*before["tags"], TAG])}
    module = (server.project.folder / "dashboards/team-a/shop.py").read_text()
    assert "reqps" in module
    assert TAG not in module
    assert "1 unchanged" in server.run("push")
    assert "1 unchanged" in server.run("adopt", "shop", "--yes")
    (server.project.folder / "dashboards/team-a/shop.py").write_text(module.replace("reqps", "ops"))
    assert "1 updated" in server.run("push")
    assert server.stored("shop")["panels"][0]["fieldConfig"]["defaults"]["unit"] == "ops"


def test_rollback_takes_the_tag_back(server: Server) -> None:
    server.save(SHOP)
    before = server.stored("shop")
    server.run("adopt", "--all", "--yes")
    assert server.stored("shop") != before
    server.run("rollback", "--yes")
    assert server.stored("shop") == before


def test_without_a_yes_nothing_is_saved_and_the_module_is_there_to_look_at(modern: Server) -> None:
    modern.save(SHOP)
    before = modern.stored("shop")
    assert "add --yes" in modern.run("adopt", "shop", code=6)
    assert modern.stored("shop") == before
    assert (modern.project.folder / "dashboards/shop.py").is_file()


def test_a_dashboard_that_the_source_says_differently_is_refused_and_shown(modern: Server) -> None:
    modern.save(SHOP)
    modern.save({**SHOP, "uid": "other", "title": "Other"})
    modern.project.write("dashboards/shop.json", json.dumps({**SHOP, "time": {"from": "now-9h", "to": "now"}}))
    said = modern.run("adopt", "--all", "--yes", code=5)
    assert "the source says something else" in said
    assert "now-9h" in said
    assert TAG not in modern.stored("shop")["tags"]
    assert TAG in modern.stored("other")["tags"]


def test_what_the_source_has_as_json_is_adopted_as_it_is(modern: Server) -> None:
    modern.save(SHOP)
    modern.project.write("dashboards/shop.json", json.dumps(SHOP))
    modern.run("adopt", "shop", "--yes")
    assert sorted(path.name for path in (modern.project.folder / "dashboards").glob("shop*")) == ["shop.json"]
    assert "1 unchanged" in modern.run("push")


def test_what_another_tool_manages_is_refused_with_its_name_and_not_imported(
    sandbox: RunningSandbox, modern: Server
) -> None:
    modern.save(SHOP)
    (stored,) = sandbox.sandbox.store.dashboards()
    managed = replace(stored, manager="terraform", version=2)
    sandbox.sandbox.store.put_dashboard(managed, message="", author="terraform")
    said = modern.run("adopt", "shop", "--yes", code=6)
    assert "it belongs to terraform provider" in said
    assert not (modern.project.folder / "dashboards/shop.py").exists()


def test_a_uid_without_the_prefix_of_the_context_is_refused(modern: Server) -> None:
    modern.save(SHOP)
    modern.save({**SHOP, "uid": "eu-shop"})
    said = modern.run("adopt", "--all", "--yes", code=5, DASHKIT_UID_PREFIX="eu-")
    assert "its uid does not begin with the context's 'eu-'" in said
    assert modern.stored("eu-shop")["tags"] == ["dashkit:test:eu-", "team"]
    assert 'uid="shop"' in (modern.project.folder / "dashboards/shop.py").read_text()
    assert "1 unchanged" in modern.run("push", DASHKIT_UID_PREFIX="eu-")


def test_a_dashboard_outside_of_the_folder_of_the_context_is_refused(modern: Server) -> None:
    modern.save(SHOP)
    said = modern.run("adopt", "shop", "--yes", code=6, DASHKIT_FOLDER_PREFIX="Teams")
    assert "outside of the context's folder 'Teams'" in said
    assert not list((modern.project.folder / "dashboards").rglob("*.py"))


def test_a_dashboard_of_the_v2_schema_stays_one(modern: Server) -> None:
    spec = up({key: value for key, value in SHOP.items() if key != "uid"})
    body = {
        "apiVersion": "dashboard.grafana.app/v2beta1",
        "kind": "Dashboard",
        "spec": spec,
        "metadata": {"name": "shop"},
    }
    path = "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards"
    assert modern.connection.write("POST", path, body).ok
    modern.run("adopt", "shop", "--yes")
    stored = modern.connection.get(f"{path}/shop").object()
    assert stored["spec"] == {**spec, "tags": [TAG, "team"]}
    assert "1 unchanged" in modern.run("push")


def test_a_uid_that_does_not_exist_hides_no_other(modern: Server) -> None:
    modern.save(SHOP)
    said = modern.run("adopt", "shop", "nothing", "--yes", code=5)
    assert "no dashboard with uid 'nothing'" in said
    assert TAG in modern.stored("shop")["tags"]
    assert "name dashboards by their uids" in modern.run("adopt", code=2)


def test_the_result_as_json(modern: Server) -> None:
    modern.save(SHOP)
    result = modern.program("adopt", "shop", "--yes", "--format", "json", cwd=modern.project.folder, env=modern.env)
    said = json.loads(result.out)
    assert said["imported"] == [{"uid": "shop", "file": "shop.py", "equal": True}]
    assert [step["action"] for step in said["actions"]] == ["update"]


def test_a_title_that_the_folder_has_already_leaves_the_project_whole(modern: Server) -> None:
    modern.save(SHOP)
    modern.save({**SHOP, "uid": "other", "title": "Other"})
    modern.run("adopt", "shop", "--yes")
    modern.connection.write("POST", "/api/folders", {"uid": "f", "title": "Team"})
    modern.save({**SHOP, "uid": "twin"}, "f")
    modern.project.write("dashboards/team/mine.json", json.dumps({**SHOP, "uid": "mine"}))
    said = modern.run("adopt", "other", "twin", "--yes", code=5)
    assert "'mine' in this folder has the title 'Shop', too" in said
    assert not (modern.project.folder / "dashboards/team/shop.py").exists()
    assert TAG in modern.stored("other")["tags"]
    modern.run("build")


def test_the_first_edit_after_an_adoption_is_shown_alone(modern: Server) -> None:
    modern.save(SHOP)
    modern.run("adopt", "shop", "--yes")
    modern.save({**modern.stored("shop"), "title": "Shop, edited"})
    said = modern.run("push", code=6)
    lines = [line for line in said.splitlines() if line.strip().startswith(("+ ", "- ", "~ "))]
    assert len(lines) == 2, said
    assert all("Shop, edited" in line for line in lines)


def test_a_folder_is_named_as_it_is_shown(modern: Server) -> None:
    modern.connection.write("POST", "/api/folders", {"uid": "f", "title": "A / B"})
    modern.save(SHOP, "f")
    assert "there is 'A / B'" in modern.run("adopt", "--folder", "A / C", "--yes", code=4)
    modern.run("adopt", "--folder", "A / B", "--yes")
    assert TAG in modern.stored("shop")["tags"]
