"""A dashboard of the v2 schema that Grafana's Foundation SDK makes."""

from __future__ import annotations

import json

import pytest

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment

MODULE = """
from grafana_foundation_sdk.builders import dashboardv2 as v2, prometheus, resource, timeseries

panel = (
    v2.Panel().id(1).title("Up").description("Good: 1.").visualization(timeseries.VisualizationV2())
    .data(v2.QueryGroup().target(v2.Target().ref_id("A").query(prometheus.QueryV2().expr("up"))))
)
grid = v2.Grid().item(v2.GridItem().name("up").x(0).y(0).width(12).height(8))
made = v2.Dashboard("SDK").element("up", panel).layout(v2.Tabs().tab(v2.Tab().title("First").layout(grid)))
dashboard = (
    resource.Manifest().api_version("dashboard.grafana.app/v2").kind("Dashboard")
    .metadata(resource.Metadata().name("sdk")).spec(made)
)
"""


# The SDK's own modules import the older builders, which warn.
@pytest.mark.filterwarnings("ignore:Prefer using dashboardv2:DeprecationWarning")
def test_it_is_built_and_pushed_as_it_is(project: Project, dashkit: Program, sandbox: RunningSandbox) -> None:
    project.write("dashboards/sdk.py", MODULE)
    built = dashkit("build", cwd=project.folder)
    assert built.code == 0, built.err
    made = json.loads((project.folder / "build/dashboards/sdk.json").read_text())
    assert (made["metadata"]["name"], made["spec"]["layout"]["kind"]) == ("sdk", "TabsLayout")
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == 0
    assert "1 unchanged" in dashkit("push", cwd=project.folder, env=environment(sandbox)).out
