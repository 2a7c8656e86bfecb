"""Dashboards with tabs, auto grids and conditions through the program."""

from __future__ import annotations

import json

import pytest
import requests

from dashkit.document.read import as_resource
from dashkit.document.v2.up import up
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment

MODULE = """
from dashkit.authoring import *

dashboard = new_dashboard(
    "Shop",
    uid="shop",
    strict={strict},
    variables=[datasource_variable(), switch_variable("debug")],
    panels=[
        stat("Orders", "sum(orders)", key="orders", description="How many."),
        tabs(
            tab("Latency", timeseries("p95", "p95", key="p95", description="Good: below 1 s.")),
            tab("Errors", auto_grid(timeseries("5xx", "errors", description="Good: none."), max_columns=2)),
        ),
        row("Debug", text("Notes", "Look.", description="What to do."), when=show_when(variable="debug", equals="true")),
    ],
)
"""


def module(*, strict: bool = False) -> str:
    return MODULE.replace("{strict}", str(strict))


def test_a_dashboard_with_tabs_is_built_as_a_resource_and_has_no_findings(project: Project, dashkit: Program) -> None:
    project.write("dashboards/shop.py", module())
    built = dashkit("build", cwd=project.folder)
    assert built.code == 0, built.err
    made = json.loads((project.folder / "build/dashboards/shop.json").read_text())
    assert (made["apiVersion"], made["metadata"]["name"]) == ("dashboard.grafana.app/v2beta1", "shop")
    titles = [row["spec"]["title"] for row in made["spec"]["layout"]["spec"]["rows"]]
    assert titles == ["", "", "Debug"]
    checked = dashkit("check", cwd=project.folder)
    assert "no problems" in checked.out


def test_it_is_pushed_in_the_form_that_the_server_takes(
    project: Project, dashkit: Program, each_sandbox: RunningSandbox
) -> None:
    env = environment(each_sandbox)
    project.write("dashboards/shop.py", module())
    pushed = dashkit("push", cwd=project.folder, env=env)
    assert pushed.code == 0, pushed.err
    old = "10.1" in pushed.err
    assert ("shop, on Grafana 10.1" in pushed.err) is old
    assert ("tab 'Latency', tab 'Errors': a tab becomes a row" in pushed.err) is old
    again = dashkit("push", cwd=project.folder, env=env)
    assert "1 unchanged" in again.out
    assert "becomes a row" not in again.err
    if old:
        stored = requests.get(f"{each_sandbox.url}/api/dashboards/uid/shop", auth=("admin", "admin"), timeout=10).json()
        panels = stored["dashboard"]["panels"]
        assert [panel["title"] for panel in panels] == ["Orders", "Latency", "p95", "Errors", "5xx", "Debug", "Notes"]
        assert [variable["type"] for variable in stored["dashboard"]["templating"]["list"]] == ["datasource", "custom"]


def test_a_strict_one_is_refused_where_something_would_be_lost(
    project: Project, dashkit: Program, each_sandbox: RunningSandbox
) -> None:
    project.write("dashboards/shop.py", module(strict=True))
    pushed = dashkit("push", cwd=project.folder, env=environment(each_sandbox))
    if pushed.code:
        assert pushed.code == 6
        assert "this Grafana cannot take all of it" in pushed.out
        assert "remove strict=True" in pushed.out
        assert requests.get(f"{each_sandbox.url}/api/health", timeout=10).json()["version"].startswith("10")


def test_check_names_what_an_older_grafana_would_lose(project: Project, dashkit: Program) -> None:
    project.write("dashboards/shop.py", module())
    old = dashkit("check", "--grafana", "10.1", cwd=project.folder)
    assert "warning DK124" in old.out
    assert "tab 'Latency': a tab becomes a row" in old.out
    project.write("dashboards/shop.py", module(strict=True))
    assert "error DK124" in dashkit("check", "--grafana", "10.1", cwd=project.folder).out


CLASSIC = """
from dashkit.authoring import *

dashboard = new_dashboard(
    "Shop", uid="shop", panels=stat("Orders", "sum(orders)", key="orders", description="{text}"),
    variables=[datasource_variable()],
)
"""


@pytest.fixture
def saved_as_v2(project: Project, dashkit: Program, sandbox: RunningSandbox) -> dict[str, str]:
    """A classic dashboard that was pushed, and then saved in the v2 schema without a change."""
    env = environment(sandbox)
    project.write("dashboards/shop.py", CLASSIC.replace("{text}", "How many."))
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    stored = requests.get(f"{sandbox.url}/api/dashboards/uid/shop", auth=("admin", "admin"), timeout=10).json()
    url = f"{sandbox.url}/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/shop"
    meta = requests.get(url.replace("v2beta1", "v1beta1"), auth=("admin", "admin"), timeout=10).json()["metadata"]
    body = as_resource("shop", "v2beta1", up(stored["dashboard"]))
    body["metadata"] |= {"resourceVersion": meta["resourceVersion"], "annotations": {}}
    assert requests.put(url, json=body, auth=("admin", "admin"), timeout=10).ok
    return {**env, "url": url}


def test_what_grafana_stores_as_v2_by_now_is_pushed_as_v2(
    project: Project, dashkit: Program, saved_as_v2: dict[str, str]
) -> None:
    env = {key: value for key, value in saved_as_v2.items() if key != "url"}
    assert "1 unchanged" in dashkit("push", cwd=project.folder, env=env).out
    project.write("dashboards/shop.py", CLASSIC.replace("{text}", "How many per minute."))
    shown = dashkit("diff", cwd=project.folder, env=env)
    assert "in the v2beta1 schema, in which Grafana stores it" in shown.out
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    stored = requests.get(saved_as_v2["url"], auth=("admin", "admin"), timeout=10).json()
    assert stored["spec"]["elements"]
    assert "1 unchanged" in dashkit("push", cwd=project.folder, env=env).out


def test_classic_brings_the_classic_form_back(project: Project, dashkit: Program, saved_as_v2: dict[str, str]) -> None:
    env = {key: value for key, value in saved_as_v2.items() if key != "url"}
    pushed = dashkit("push", "--classic", cwd=project.folder, env=env)
    assert pushed.code == 0, pushed.err
    assert "schema v2beta1 -> classic" in pushed.out
    assert "1 unchanged" in dashkit("push", cwd=project.folder, env=env).out
    legacy = saved_as_v2["url"].partition("/apis")[0] + "/api/dashboards/uid/shop"
    assert requests.get(legacy, auth=("admin", "admin"), timeout=10).json()["dashboard"]["panels"]


def test_findings_and_differences_name_the_tab(project: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    project.write("dashboards/shop.py", module())
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == 0
    changed = (
        module()
        .replace(', description="Good: none."', "")
        .replace('stat("Orders", "sum(orders)"', 'stat("Orders", "sum(x)"')
    )
    project.write("dashboards/shop.py", changed)
    found = dashkit("check", "--min-severity", "info", cwd=project.folder)
    assert "in shop, tab 'Errors' / 5xx" in found.out
    said = json.loads(dashkit("check", "--min-severity", "info", "--format", "json", cwd=project.folder).out)
    assert [one["around"] for one in said["problems"] if one["panel"] == "5xx"] == ["tab 'Errors'"]
    project.write(
        "dashboards/shop.py", module().replace('"p95", key', '"p99", key').replace('tab("Latency"', 'tab("Speed"')
    )
    assert "tab 'Speed' added" in dashkit("diff", cwd=project.folder, env=environment(sandbox)).out
