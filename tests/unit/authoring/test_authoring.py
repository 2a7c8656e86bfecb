"""The helpers: each makes a valid panel in the shape that Grafana stores, and mistakes are told at once."""

from __future__ import annotations

import inspect
import os
from typing import Any

import pytest

import dashkit.authoring as authoring
from dashkit import _json
from dashkit._http import Connection, Settings
from dashkit.compiler.plain import plain
from dashkit.model.secret import Secret
from dashkit.spec.normalise import Origin, normalise
from dashkit.spec.validate import validate

UP = authoring.prometheus("up", "{{job}}")
LIMITS = authoring.thresholds("green", (1, "orange"), (2.5, "red"))
STATES = [authoring.mapping(0, "down", "red"), authoring.mapping("null", "unknown")]
REAL = os.environ.get("DASHKIT_TEST_GRAFANA_URL", "")


def everything() -> Any:
    """One dashboard with every helper."""
    panels = [
        authoring.timeseries("Lines", UP, thresholds=LIMITS, legend="table-right", calcs=["max"], stack=True, key="lines"),
        authoring.timeseries("Bars", UP, bars=True, log=True, maximum=5, no_data="none", overrides=[
            authoring.override("a", color="red", unit="s", title="A", width=80, decimals=1, thresholds=LIMITS, mappings=STATES),
            authoring.override(regex="b.*", dashed=True, right_axis=True, hidden=True, cell="color-text", fillOpacity=0),
            authoring.override(query="A", unit="ms"),
        ]),
        authoring.stat("Stat", UP, mappings=STATES, background=True, names=True, sparkline=True),
        authoring.stat("Plain stat", UP),
        authoring.gauge("Gauge", UP, thresholds=LIMITS),
        authoring.bar_gauge("Bars", UP, thresholds=LIMITS, vertical=True),
        authoring.pie_chart("Pie", UP, donut=False),
        authoring.table("Table", authoring.prometheus("up", as_table=True, instant=True), sort_by="Value", rename={"job": "Job"}),
        authoring.heatmap("Heat", authoring.prometheus("x", "{{le}}", as_heatmap=True)),
        authoring.state_timeline("States", UP, mappings=STATES),
        authoring.logs("Logs", authoring.loki('{app="x"} |= "error"')),
        authoring.timeseries(
            "Lines",
            authoring.elasticsearch("level:ERROR", by="logger"),
            datasource={"type": "elasticsearch", "uid": "${elasticsearch}"},
        ),
        authoring.text("Note", "# Note"),
        authoring.alert_list("Alerts", labels='{system="x"}', folder_uid="f"),
    ]  # fmt: skip
    return authoring.dashboard(
        "Everything",
        uid="authoring-everything",
        tags=["a"],
        panels=[
            authoring.row("Open", authoring.grid(3, *panels[:6], height=6), key="open"),
            authoring.row("Closed", *panels[6:], collapsed=True, repeat="env"),
        ],
        variables=[
            authoring.datasource_variable(),
            authoring.datasource_variable("loki", "loki", label="Logs"),
            authoring.query_variable("job", "label_values(up, job)", multi=True, include_all=True, all_value=".+"),
            authoring.custom_variable("env", ["dev", "prod"], default="prod"),
            authoring.interval_variable(),
            authoring.constant_variable("team", "core"),
            authoring.text_variable("price", "0.04"),
        ],
        links=[
            authoring.dashboard_link("B", "b"),
            authoring.tag_links("T", "t"),
            authoring.web_link("W", "https://example.org"),
        ],
        annotations=[
            authoring.event_annotation("Deployments", "changes(x[2m]) > 0", title="{{v}}", text="{{t}}"),
            authoring.deploy_annotation("dashkit"),
        ],
    )


def compiled() -> dict[str, Any]:
    return normalise(plain(everything()), Origin.GRAFANALIB).spec


def test_every_helper_makes_a_valid_dashboard_that_compiles_to_itself() -> None:
    spec = compiled()
    validate(spec)
    text = _json.compact(spec)
    assert _json.compact(normalise(_json.parse(text), Origin.FILE).spec) == text


def test_every_helper_is_tried_here() -> None:
    source = inspect.getsource(everything) + inspect.getsource(inspect.getmodule(everything))  # type: ignore[arg-type]
    functions = [name for name in authoring.__all__ if inspect.isfunction(getattr(authoring, name))]
    assert [name for name in functions if f"authoring.{name}(" not in source] == []


@pytest.mark.skipif(not REAL, reason="DASHKIT_TEST_GRAFANA_URL names no real Grafana")
def test_real_grafana_12_stores_it_unchanged() -> None:
    connection = Connection(Settings(url=REAL, user="admin", password=Secret("admin")))
    if connection.get("/apis/dashboard.grafana.app").status == 404:
        pytest.skip("this server has no v1beta1")
    spec = {key: value for key, value in compiled().items() if key != "uid"}
    base, uid = "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards", "authoring-everything"
    body = {"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": uid}, "spec": spec}
    connection.delete(f"{base}/{uid}")
    try:
        assert connection.write("POST", base, body).status == 201
        assert connection.get(f"{base}/{uid}").json()["spec"] == spec
    finally:
        connection.delete(f"{base}/{uid}")


def test_a_stat_without_limits_is_not_coloured_by_grafanas_own() -> None:
    panel = next(panel for panel in compiled()["panels"] if panel["title"] == "Plain stat")
    assert panel["fieldConfig"]["defaults"]["color"] == {"fixedColor": "blue", "mode": "fixed"}
    assert panel["options"]["colorMode"] == "none"


def test_queries_use_the_variable_of_their_kind() -> None:
    spec = compiled()
    closed = next(panel for panel in spec["panels"] if panel["title"] == "Closed")["panels"]
    logs = next(panel for panel in closed if panel["type"] == "logs")
    assert logs["targets"][0]["datasource"] == {"type": "loki", "uid": "${loki}"}
    assert spec["panels"][1]["targets"][0]["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_long_queries_are_folded_into_one_line() -> None:
    assert authoring.prometheus("sum(\n    up\n)").expr == "sum( up )"


def test_mistakes_are_told_where_they_are_made() -> None:
    with pytest.raises(ValueError, match="must rise"):
        authoring.thresholds("green", (5, "red"), (1, "orange"))
    with pytest.raises(ValueError, match="do not divide"):
        authoring.grid(5, authoring.stat("a"))
    with pytest.raises(TypeError, match="'Speed' has no option 'unitt'; did you mean 'unit'"):
        authoring.stat("Speed", unitt="s")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="one of"):
        authoring.override("a", regex="b")
    with pytest.raises(ValueError, match="one of"):
        authoring.override(color="red")
