"""Dashboards of the v2 schema through the program: convert, build, push, pull, diff."""

from __future__ import annotations

import json
from typing import Any

import requests

from dashkit.document.read import as_resource
from dashkit.document.v2.up import up
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment

CLASSIC: dict[str, Any] = {
    "uid": "shop", "title": "Shop", "schemaVersion": 42,
    "panels": [
        {
            "id": 1, "type": "stat", "title": "Orders", "description": "How many.", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8},
            "targets": [{"refId": "A", "expr": "up"}], "datasource": {"type": "prometheus", "uid": "prom"},
        }
    ],
}  # fmt: skip


def in_tab(title: str) -> dict[str, Any]:
    spec = up(CLASSIC)
    tab = {"kind": "TabsLayoutTab", "spec": {"title": title, "layout": spec["layout"]}}
    return as_resource("shop", "v2beta1", {**spec, "layout": {"kind": "TabsLayout", "spec": {"tabs": [tab]}}})


def test_convert_writes_the_other_schema_to_standard_output(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps(CLASSIC))
    result = dashkit("convert", "shop.json", "--to", "v2beta1", cwd=project.folder)
    made = json.loads(result.out)
    assert (result.code, made["apiVersion"], made["metadata"]["name"]) == (0, "dashboard.grafana.app/v2beta1", "shop")
    assert made["spec"] == up(CLASSIC)
    project.write("v2.json", result.out)
    back = dashkit("convert", "v2.json", "--to", "classic", cwd=project.folder)
    assert json.loads(back.out)["panels"][0]["targets"][0]["expr"] == "up"
    assert back.err == ""


def test_convert_names_what_is_lost_and_check_exits_with_one(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps(in_tab("Sales")))
    result = dashkit("convert", "shop.json", "--to", "classic", "-o", "classic.json", cwd=project.folder)
    assert result.code == 0
    assert "tab 'Sales'" in result.err
    written = json.loads((project.folder / "classic.json").read_text())
    assert [panel["title"] for panel in written["panels"]] == ["Sales", "Orders"]
    checked = dashkit("convert", "shop.json", "--to", "classic", "--check", "--format", "json", cwd=project.folder)
    assert checked.code == 1
    assert [loss["what"] for loss in json.loads(checked.out)["losses"]] == ["tab 'Sales'"]
    assert "dashboard" not in json.loads(checked.out)


def test_convert_of_what_is_no_dashboard_says_where(project: Project, dashkit: Program) -> None:
    project.write("x.json", '{"a": 1}')
    result = dashkit("convert", "x.json", "--to", "v2", cwd=project.folder)
    assert (result.code, result.out) == (3, "")
    assert "x.json" in result.err
    assert dashkit("convert", "module.py", "--to", "v2", cwd=project.folder).code == 2


def test_a_v2_file_is_built_pushed_and_pulled_as_it_is(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    env = environment(sandbox)
    project.write("dashboards/ops/shop.json", json.dumps(in_tab("Sales")))
    built = dashkit("build", cwd=project.folder)
    assert built.code == 0, built.err
    assert json.loads((project.folder / "build/dashboards/ops/shop.json").read_text()) == in_tab("Sales")
    pushed = dashkit("push", cwd=project.folder, env=env)
    assert pushed.code == 0, pushed.err
    assert "1 unchanged" in dashkit("diff", cwd=project.folder, env=env).out
    pulled = dashkit("pull", "--uid", "shop", "--to", "pulled", cwd=project.folder, env=env)
    assert pulled.code == 0, pulled.err
    assert json.loads((project.folder / "pulled/ops/shop.json").read_text()) == in_tab("Sales")
    live = dashkit("convert", "shop", "--to", "v2beta1", cwd=project.folder, env=env)
    assert json.loads(live.out)["spec"]["layout"]["kind"] == "TabsLayout"


def test_an_edit_of_v2_in_the_ui_is_refused_pulled_and_then_ours(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    env = environment(sandbox)
    path = project.write("dashboards/ops/shop.json", json.dumps(in_tab("Sales")))
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    url = f"{sandbox.url}/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/shop"
    stored = requests.get(url, auth=("admin", "admin"), timeout=10).json()
    stored["spec"]["layout"]["spec"]["tabs"][0]["spec"]["title"] = "Revenue"
    stored["metadata"]["annotations"].pop("grafana.app/message", None)
    assert requests.put(url, json=stored, auth=("admin", "admin"), timeout=10).ok
    refused = dashkit("push", cwd=project.folder, env=env)
    assert refused.code == 6
    assert "tab 'Revenue' added" in refused.out
    assert dashkit("pull", "--uid", "shop", "--to", "dashboards", "--force", cwd=project.folder, env=env).code == 0
    assert "Revenue" in path.read_text()
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert "1 unchanged" in dashkit("diff", cwd=project.folder, env=env).out


def test_a_v2_file_without_its_resource_says_what_is_missing(project: Project, dashkit: Program) -> None:
    project.write("dashboards/shop.json", json.dumps(up(CLASSIC)))
    result = dashkit("build", cwd=project.folder)
    assert result.code == 3
    assert "in the resource around it" in result.err


def test_the_preview_has_the_tabs_of_a_v2_file(project: Project, dashkit: Program) -> None:
    project.write("shop.json", json.dumps(in_tab("Sales")))
    result = dashkit("preview", "shop.json", "--output", "site", "--svg", "svg", cwd=project.folder)
    assert result.code == 0, result.err
    assert 'data-slug="sales"' in (project.folder / "site/shop.html").read_text()
    assert ">Sales<" in (project.folder / "svg/shop.svg").read_text()


def test_changes_of_a_panel_in_a_tab_are_drawn(project: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    env = environment(sandbox)
    project.write("dashboards/ops/shop.json", json.dumps(in_tab("Sales")))
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    project.write("dashboards/ops/shop.json", json.dumps(in_tab("Sold")).replace('"title": "Orders"', '"title": "New"'))
    result = dashkit("diff", "--html", "changes.html", "--png", "pictures", cwd=project.folder, env=env)
    assert result.code == 0, result.err
    page = (project.folder / "changes.html").read_text()
    assert page.count("<figure>") == 2
    assert [path.name for path in (project.folder / "pictures").glob("*.png")] == ["shop-p1-changed.png"]
