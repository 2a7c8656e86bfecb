"""What unified storage makes of saves: seen on 12.3.3, and skipped on a real server that does not have it."""

from __future__ import annotations

import os
from typing import Any

import pytest
import requests

from tests.contract.conftest import TARGETS, Rig

pytestmark = pytest.mark.parametrize("rig", [one for one in TARGETS if one in ("sandbox-12.4", "real")], indirect=True)

_AUTH = (os.environ.get("DASHKIT_TEST_GRAFANA_USER", "admin"), os.environ.get("DASHKIT_TEST_GRAFANA_PASSWORD", "admin"))
_MERGE = {"Content-Type": "application/merge-patch+json"}
V2: dict[str, Any] = {
    "title": "V2", "elements": {}, "layout": {"kind": "GridLayout", "spec": {"items": []}}, "annotations": [], "tags": [],
    "cursorSync": "Off", "links": [], "preload": False, "variables": [],
    "timeSettings": {"from": "now-6h", "to": "now", "autoRefresh": "", "autoRefreshIntervals": [],
                     "fiscalYearStartMonth": 0, "hideTimepicker": False},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _unified(rig: Rig) -> None:
    if not rig.grafana.server.api:
        pytest.skip("this server has no such API")
    save(rig, "probe")
    metadata = read(rig, "probe")["metadata"]
    if metadata["resourceVersion"] == str(metadata["generation"]):
        pytest.skip("this server has no unified storage")


def send(rig: Rig, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
    return requests.request(method, rig.url + path, json=body, headers=headers, auth=_AUTH, timeout=20)


def spec(title: str) -> dict[str, Any]:
    return {"title": title, "schemaVersion": 42, "panels": [], "tags": [], "templating": {"list": []}}


def save(rig: Rig, name: str, title: str = "One", **more: Any) -> Any:
    """Save by the legacy API, whatever is there."""
    document = {**spec(title), "uid": rig.uid(name), **more.pop("dashboard", {})}
    body = {"overwrite": True, **more, "dashboard": document}
    return rig.api("POST", "/api/dashboards/db", body)


def path(rig: Rig, name: str = "", version: str = "v0alpha1") -> str:
    base = f"/apis/dashboard.grafana.app/{version}/namespaces/default/dashboards"
    return f"{base}/{rig.uid(name)}" if name else base


def read(rig: Rig, name: str, version: str = "v0alpha1") -> Any:
    return rig.api("GET", path(rig, name, version))


def put(rig: Rig, name: str, document: Any, version: str = "v0alpha1", **metadata: Any) -> requests.Response:
    head = {"apiVersion": f"dashboard.grafana.app/{version}", "kind": "Dashboard"}
    body = {**head, "metadata": {"name": rig.uid(name), **metadata}, "spec": document}
    return send(rig, "PUT", path(rig, name, version), body)


def patch(rig: Rig, name: str, change: Any) -> requests.Response:
    return send(rig, "PATCH", path(rig, name), change, **_MERGE)


def message(resource: Any) -> str:
    return str(resource["metadata"]["annotations"].get("grafana.app/message", ""))


def state(resource: Any) -> tuple[int, str]:
    return resource["metadata"]["generation"], message(resource)


def history(rig: Rig, name: str) -> list[tuple[int, str]]:
    value = rig.api("GET", f"/api/dashboards/uid/{rig.uid(name)}/versions")
    return [(entry["version"], entry["message"]) for entry in value["versions"]]


def test_the_same_content_again_is_no_new_version_and_loses_the_message(rig: Rig) -> None:
    assert save(rig, "a", message="first")["version"] == 1
    before = read(rig, "a")
    assert save(rig, "a")["version"] == 1
    after = read(rig, "a")
    assert (state(before), state(after)) == ((1, "first"), (1, ""))
    assert int(before["metadata"]["resourceVersion"]) < int(after["metadata"]["resourceVersion"])
    assert history(rig, "a") == [(1, "Initial save"), (1, "Initial save")]
    assert save(rig, "a", "Two", message="second")["version"] == 2
    save(rig, "a", "Two", message="again")
    assert history(rig, "a")[:2] == [(2, "again"), (2, "second")]
    assert rig.api("GET", f"/api/dashboards/uid/{rig.uid('a')}/versions/2")["message"] == "again"
    assert rig.api("GET", f"/api/dashboards/uid/{rig.uid('a')}/versions/1")["message"] == ""


def test_a_put_replaces_the_message_and_a_patch_keeps_it(rig: Rig) -> None:
    save(rig, "a", message="first")
    assert state(patch(rig, "a", {"spec": {"title": "Two"}}).json()) == (2, "first")
    assert state(patch(rig, "a", {"metadata": {"annotations": {"grafana.app/message": "new"}}}).json()) == (2, "new")
    assert state(put(rig, "a", spec("Three")).json()) == (3, "")
    named = put(rig, "a", spec("Three"), annotations={"grafana.app/message": "named"})
    assert state(named.json()) == (3, "named")
    assert send(rig, "PATCH", path(rig, "a"), {}).status_code == 415


def test_nothing_is_written_for_what_is_there_already_except_by_v1beta1(rig: Rig) -> None:
    save(rig, "a", message="first")
    live = read(rig, "a")
    for same in (patch(rig, "a", {}), send(rig, "PUT", path(rig, "a"), live)):
        assert (same.status_code, state(same.json())) == (200, (1, "first"))
        assert "resourceVersion" not in same.json()["metadata"]
    assert read(rig, "a")["metadata"]["resourceVersion"] == live["metadata"]["resourceVersion"]
    document = read(rig, "a", "v1beta1")["spec"]
    generations = [put(rig, "a", document, "v1beta1").json()["metadata"]["generation"] for _ in range(3)]
    assert generations == [1, 2, 3]


def test_a_write_names_the_state_that_it_replaces(rig: Rig) -> None:
    save(rig, "a")
    stale = read(rig, "a")["metadata"]["resourceVersion"]
    save(rig, "a", "Two")
    assert put(rig, "a", spec("Mine"), resourceVersion=stale).status_code == 409
    assert patch(rig, "a", {"metadata": {"resourceVersion": stale}, "spec": {"title": "Mine"}}).status_code == 409
    body = {"preconditions": {"resourceVersion": stale}}
    assert send(rig, "DELETE", path(rig, "a"), body).status_code == 409
    legacy = {"dashboard": {**spec("Mine"), "uid": rig.uid("a"), "version": 1}}
    assert send(rig, "POST", "/api/dashboards/db", legacy).status_code == 412
    assert put(rig, "none", spec("Mine"), resourceVersion=stale).status_code == 500
    assert put(rig, "none", spec("Mine")).status_code == 201
    assert read(rig, "a")["spec"]["title"] == "Two"


def test_lists_are_in_the_order_of_names_and_show_messages(rig: Rig) -> None:
    for name in ("c", "B", "a"):
        save(rig, name, message=f"of {name}")
    metadata_only = {"Accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}
    found: list[Any] = []
    more = ""
    while True:
        page = send(rig, "GET", f"{path(rig)}?limit=2&continue={more}", **metadata_only).json()
        found += page["items"]
        more = page["metadata"].get("continue", "")
        if not more:
            break
    mine = [one for one in found if one["metadata"]["name"].startswith(rig.uid(""))]
    assert [(one["metadata"]["name"], message(one)) for one in mine] == [
        (rig.uid("B"), "of B"), (rig.uid("a"), "of a"), (rig.uid("c"), "of c"), (rig.uid("probe"), ""),
    ]  # fmt: skip


def test_who_made_a_dashboard_shows_after_its_first_change(rig: Rig) -> None:
    save(rig, "a")
    first = rig.stored("a")["meta"]
    assert (first["createdBy"], first["updatedBy"]) == ("Anonymous", "Anonymous")
    assert "grafana.app/updatedBy" not in read(rig, "a")["metadata"]["annotations"]
    save(rig, "a", "Two")
    second = rig.stored("a")["meta"]
    assert (second["createdBy"], second["updatedBy"]) == (_AUTH[0], _AUTH[0])
    assert "grafana.app/updatedBy" in read(rig, "a")["metadata"]["annotations"]


def test_a_legacy_save_over_v2_leaves_the_conversion_of_before_behind(rig: Rig) -> None:
    assert put(rig, "a", V2, "v2beta1").status_code == 201
    assert "managedFields" not in read(rig, "a", "v2beta1")["metadata"]
    assert read(rig, "a")["status"]["conversion"]["storedVersion"] == "v2beta1"
    save(rig, "a", "Classic")
    stale, clean = read(rig, "a"), read(rig, "a", "v1beta1")
    assert (stale["spec"]["title"], clean["spec"]["title"]) == ("Classic", "Classic")
    assert stale["status"]["conversion"]["storedVersion"] == "v2beta1"
    assert clean["status"]["conversion"] == {"failed": False, "storedVersion": "v0alpha1"}


def test_where_v2_is_not_converted_the_legacy_api_never_shows_the_dashboard_again(rig: Rig) -> None:
    if rig.grafana.server.number >= (12, 4):
        pytest.skip("this server converts v2")
    put(rig, "a", V2, "v2beta1")
    save(rig, "a", "Classic")
    assert read(rig, "a")["status"]["conversion"]["failed"] is True
    assert send(rig, "GET", f"/api/dashboards/uid/{rig.uid('a')}").status_code == 406


def test_a_plain_panel_in_a_grid_converts_to_v2_and_back(rig: Rig) -> None:
    if rig.grafana.server.number < (12, 4):
        pytest.skip("this server does not convert v2")
    panel = {
        "id": 3, "type": "stat", "title": "Up", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4},
        "targets": [{"refId": "A", "expr": "up", "datasource": {"type": "prometheus", "uid": "prom"}}],
        "options": {"colorMode": "value"}, "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []},
    }  # fmt: skip
    save(rig, "a", dashboard={"panels": [panel]})
    converted = read(rig, "a", "v2beta1")
    assert converted["status"]["conversion"] == {"failed": False, "storedVersion": "v0alpha1"}
    assert list(converted["spec"]["elements"]) == ["panel-3"]
    put(rig, "a", {**converted["spec"], "title": "By v2"}, "v2beta1")
    legacy = rig.stored("a")["dashboard"]
    back = {
        **panel, "datasource": {"type": "prometheus", "uid": "prom"}, "fieldConfig": {"defaults": {"unit": "s"}}, "pluginVersion": "",
    }  # fmt: skip
    assert (legacy["title"], legacy["panels"]) == ("By v2", [back])


def test_a_folder_goes_with_its_content_unless_that_is_rules(rig: Rig) -> None:
    top, below = rig.uid("top"), rig.uid("below")
    for uid, parent in ((top, {}), (below, {"parentUid": top})):
        made = rig.api("POST", "/api/folders", {"uid": uid, "title": f"Contract {rig.run} {uid}", **parent})
        assert (made["version"], made["createdBy"], made["updatedBy"]) == (1, _AUTH[0], "Anonymous")
    save(rig, "a", folderUid=below)
    rule = {
        "uid": rig.uid("rule"), "title": rig.uid("rule"), "condition": "A", "folderUID": below, "ruleGroup": "g", "orgID": 1,
        "noDataState": "OK", "execErrState": "Error", "for": "0s",
        "data": [{"refId": "A", "datasourceUid": "__expr__", "relativeTimeRange": {"from": 0, "to": 0},
                  "model": {"refId": "A", "type": "math", "expression": "1"}}],
    }  # fmt: skip
    rig.api("POST", "/api/v1/provisioning/alert-rules", rule)
    refused = send(rig, "DELETE", f"/api/folders/{top}")
    assert (refused.status_code, refused.json()["messageId"]) == (400, "folder.not-empty")
    assert rig.api("DELETE", f"/api/folders/{top}?forceDeleteRules=true") == {"message": "Folder deleted"}
    assert send(rig, "GET", f"/api/dashboards/uid/{rig.uid('a')}").status_code == 404
    assert send(rig, "GET", f"/api/folders/{below}").status_code == 404


def test_a_put_into_a_folder_that_does_not_exist_is_refused(rig: Rig) -> None:
    save(rig, "a")
    nowhere = {"grafana.app/folder": rig.uid("nowhere")}
    assert put(rig, "a", spec("Two"), annotations=nowhere).status_code == 500
    assert put(rig, "b", spec("Two"), annotations=nowhere).status_code == 404
