"""Dashboards of the v2 schema: edited in Grafana's UI, and in the source."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit import _json, authoring
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.document.diff import changes
from dashkit.document.read import as_resource
from dashkit.document.v2.down import down
from dashkit.document.v2.hoist import hoist
from dashkit.document.v2.up import up
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.item import CLASSIC, Limits
from tests.conftest import SHARED
from tests.contract.conftest import Rig
from tests.support.project import classic_dashboards, compiled

V2 = "v2beta1"


@pytest.fixture(autouse=True)
def _serves_v2(rig: Rig) -> None:
    if not rig.grafana.server.api:
        pytest.skip("this server has no v2 schema")


def path(rig: Rig, name: str) -> str:
    return f"/apis/dashboard.grafana.app/{V2}/namespaces/{rig.grafana.server.namespace}/dashboards/{rig.uid(name)}"


def save(rig: Rig, name: str, spec: dict[str, Any]) -> None:
    """Save as Grafana's UI does: without a message, in the folder where it is."""
    stored = rig.api("GET", path(rig, name))["metadata"]
    folder = {key: value for key, value in stored["annotations"].items() if key == "grafana.app/folder"}
    metadata = {"name": rig.uid(name), "resourceVersion": stored["resourceVersion"], "annotations": folder}
    body = {"apiVersion": f"dashboard.grafana.app/{V2}", "kind": "Dashboard", "metadata": metadata, "spec": spec}
    rig.api("PUT", path(rig, name), body)


def as_v2(rig: Rig, dashboard: CompiledDashboard) -> dict[str, Any]:
    spec = up({key: value for key, value in dashboard.spec.items() if key != "uid"})
    return {**spec, "tags": sorted({*spec["tags"], rig.adjustments.tag})}


def in_tab(spec: dict[str, Any], title: str) -> dict[str, Any]:
    tab = {"kind": "TabsLayoutTab", "spec": {"title": title, "layout": spec["layout"]}}
    return {**spec, "layout": {"kind": "TabsLayout", "spec": {"tabs": [tab]}}}


def only_step(rig: Rig, *dashboards: CompiledDashboard, policy: Policy | None = None) -> DashboardStep:
    (step,) = rig.plan(*dashboards, policy=policy).steps
    return step


def test_an_edit_made_as_v2_is_said_in_the_words_of_panels(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    spec = as_v2(rig, dashboard)
    panel = next(entry["spec"] for entry in spec["elements"].values() if entry["spec"]["title"] == "One")
    panel["data"]["spec"]["queries"][0]["spec"]["query"]["spec"]["expr"] = "up * 2"
    panel["vizConfig"]["spec"]["fieldConfig"]["defaults"]["unit"] = "ms"
    save(rig, "a", in_tab(spec, "Latency"))
    step = only_step(rig, dashboard)
    assert step.action is Action.REFUSE
    said = [str(change) for change in step.edits]
    assert "tab 'Latency' added" in said
    assert "panel 'One' query A changed" in said
    assert "panel 'One' moved to tab 'Latency'" in said
    assert any(text.startswith("panel 'One' fieldConfig") and "ms" in text for text in said)
    assert not any("'Two'" in text and "moved" not in text for text in said)


def test_saved_as_v2_without_a_change_is_no_drift(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    save(rig, "a", as_v2(rig, dashboard))
    step = only_step(rig, dashboard)
    assert step.action is Action.KEEP
    assert V2 in step.reason
    changed = rig.compiled("a", title="Another title")
    step = only_step(rig, changed)
    assert (step.action, [str(change) for change in step.changes]) == (
        Action.UPDATE, ["setting title 'Contract a' -> 'Another title'"],
    )  # fmt: skip
    rig.push(changed)
    assert only_step(rig, changed).action is Action.KEEP
    (live,) = rig.grafana.read(frozenset({rig.uid("a")}))
    assert (live.schema, live.title) == (V2, "Another title")
    again = rig.compiled("a", title="A third one")
    rig.push(again)
    assert rig.plan(again).empty


def v2_dashboard(rig: Rig, *, title: str = "Tabs", description: str = "") -> CompiledDashboard:
    spec = {**in_tab(up(dict(rig.compiled("a").spec)), "First"), "title": title, "description": description}
    return CompiledDashboard(rig.uid("a"), title, (), spec, Location("a.json"), schema=V2)


def test_a_v2_dashboard_of_the_source_is_pushed_as_it_is(rig: Rig) -> None:
    dashboard = v2_dashboard(rig)
    rig.push(dashboard)
    assert rig.plan(dashboard).empty
    stored = rig.api("GET", path(rig, "a"))["spec"]
    assert stored["layout"]["spec"]["tabs"][0]["spec"]["title"] == "First"
    changed = v2_dashboard(rig, description="Says what it shows")
    step = only_step(rig, changed)
    assert (step.action, [str(change).partition(" null")[0] for change in step.changes]) == (
        Action.UPDATE, ["setting description"],
    )  # fmt: skip
    rig.push(changed)
    assert rig.plan(changed).empty


def test_an_edit_of_a_v2_dashboard_is_drift_and_not_overwritten(rig: Rig) -> None:
    dashboard = v2_dashboard(rig)
    rig.push(dashboard)
    spec = rig.api("GET", path(rig, "a"))["spec"]
    empty = {"kind": "GridLayout", "spec": {"items": []}}
    spec["layout"]["spec"]["tabs"].append({"kind": "TabsLayoutTab", "spec": {"title": "Second", "layout": empty}})
    save(rig, "a", spec)
    step = only_step(rig, dashboard)
    assert step.action is Action.REFUSE
    assert [str(change) for change in step.edits] == ["tab 'Second' added"]
    assert only_step(rig, policy=Policy(prune=True)).action is Action.REFUSE
    rig.push(dashboard, policy=Policy("overwrite"))
    assert rig.plan(dashboard).empty


def test_a_classic_dashboard_of_ours_may_become_one_of_v2(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    dashboard = v2_dashboard(rig)
    rig.push(dashboard)
    assert rig.plan(dashboard).empty
    assert only_step(rig, policy=Policy(prune=True)).action is Action.DELETE


def test_a_v2_dashboard_is_read_with_its_document(rig: Rig) -> None:
    dashboard = v2_dashboard(rig)
    rig.push(dashboard)
    (live,) = rig.grafana.read(frozenset({rig.uid("a")}))
    assert (live.schema, live.title) == (V2, "Tabs")
    assert live.spec["layout"]["kind"] == "TabsLayout"
    newest = rig.grafana.versions(rig.uid("a"))[0]  # type: ignore[index]
    assert newest.spec["layout"]["kind"] == "TabsLayout"


def test_our_dashboards_convert_as_a_server_converts_them(rig: Rig, request: pytest.FixtureRequest) -> None:
    if "real" not in request.node.name or rig.grafana.server.number < (12, 4):
        pytest.skip("the judge is a real server that converts: 12.4 and later")
    differing = []
    for number, dashboard in enumerate(classic_dashboards()):
        name = f"own{number}"
        spec = {key: value for key, value in dashboard.spec.items() if key != "uid"}
        rig.api("POST", "/api/dashboards/db", {"dashboard": {**spec, "uid": rig.uid(name)}, "overwrite": True})
        there = rig.api("GET", path(rig, name))["spec"]
        body = as_resource(rig.uid(f"v2{number}"), V2, there)
        rig.api("POST", path(rig, name).rpartition("/")[0], body)
        back = rig.api("GET", path(rig, f"v2{number}").replace(V2, "v1beta1"))["spec"]
        if (up(spec), down(there, as_grafana=True).classic) != (there, back):
            differing.append(dashboard.uid)
    assert differing == []


def layouts(rig: Rig) -> list[CompiledDashboard]:
    """A dashboard of each layout whose conversion is on record: tabs, rows, auto grids, conditions, repeats, a switch."""
    found = []
    for number, file in enumerate(sorted((SHARED / "conversions" / "v2beta1-to-classic").glob("made-*.json"))):
        spec = {**_json.parse(file.read_bytes())["v2beta1"], "title": f"Layout {number}"}
        found.append(CompiledDashboard(rig.uid(f"l{number}"), spec["title"], (), spec, Location(file.name), schema=V2))
    return found


def test_every_layout_is_pushed_pruned_and_put_back_as_it_was(rig: Rig) -> None:
    dashboards = layouts(rig)
    if not dashboards:
        pytest.skip("the recorded conversions are not beside the project")
    rig.push(*dashboards)
    assert rig.plan(*dashboards).empty
    uids = frozenset(dashboard.uid for dashboard in dashboards)
    backup = list(rig.grafana.items("dashboards", Limits(keys=uids)))
    assert {item.content["schema"] for item in backup} == {V2}
    rig.apply(rig.plan(policy=Policy(prune=True)))
    assert list(rig.grafana.read(uids)) == []
    for item in backup:
        rig.grafana.put(item, None)
    again = rig.grafana.items("dashboards", Limits(keys=uids))
    assert {item.key: item.digest for item in again} == {item.key: item.digest for item in backup}
    assert len(backup) == 13


def authored(rig: Rig) -> CompiledDashboard:
    """A dashboard that uses everything that only the v2 schema can say."""

    def line(title: str, **more: Any) -> Any:
        return authoring.timeseries(title, "up", key=title.lower(), **more)

    show = authoring.show_when
    return compiled(
        authoring.new_dashboard(
            "Dynamic",
            uid=rig.uid("a"),
            variables=[authoring.datasource_variable(), authoring.switch_variable("debug")],
            panels=[
                authoring.auto_grid(line("A"), line("B", when=show(has_data=True)), min_width=300, fill_screen=True),
                authoring.tabs(
                    authoring.tab("First", authoring.grid(2, line("C"), line("D")), authoring.row("R", line("E"))),
                    authoring.tab("Second", line("F"), variables=authoring.custom_variable("size", ["s", "m"])),
                ),
                authoring.row("", line("G"), header=False),
                authoring.row("Debug", line("H"), when=show(variable="debug", equals="true", range_longer_than="7d")),
            ],
        )
    )


def test_an_authored_dashboard_is_stored_with_all_that_it_says(rig: Rig) -> None:
    dashboard = authored(rig)
    rig.push(dashboard)
    assert rig.plan(dashboard).empty
    stored = rig.api("GET", path(rig, "a"))["spec"]
    wanted, losses = (dashboard.spec, ()) if rig.grafana.scoped_variables else hoist(dashboard.spec)
    assert changes(stored, {**wanted, "tags": [rig.adjustments.tag]}) == []
    assert len(losses) == (0 if rig.grafana.scoped_variables else 1)


def test_a_classic_version_comes_back_in_the_form_in_which_it_was_stored(rig: Rig) -> None:
    classic = rig.compiled("a")
    rig.push(classic)
    (before,) = rig.grafana.items("dashboards", Limits(keys=frozenset({rig.uid("a")})))
    rig.push(authored(rig))
    (now,) = rig.grafana.items("dashboards", Limits(keys=frozenset({rig.uid("a")})))
    assert (before.content["schema"], now.content["schema"]) == (CLASSIC, V2)
    rig.grafana.put(before, now)
    (after,) = rig.grafana.items("dashboards", Limits(keys=frozenset({rig.uid("a")})))
    assert after.digest == before.digest
