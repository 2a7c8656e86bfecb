"""What dashkit relies on, on each server that it knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashkit._http import Connection
from dashkit.deploy.apply import apply
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.steps import Action
from dashkit.document.compare import same
from dashkit.errors import ServerError
from dashkit.grafana.reading import is_unified
from dashkit.grafana.resource import api_path
from dashkit.grafana.save import ConflictError
from dashkit.model.item import CLASSIC, Item, Limits
from dashkit.model.marker import parse_marker
from tests.contract.conftest import Rig

V2_SPEC = {
    "title": "Now v2", "elements": {}, "layout": {"kind": "GridLayout", "spec": {"items": []}}, "annotations": [],
    "cursorSync": "Off", "links": [], "preload": False, "variables": [],
    "timeSettings": {"from": "now-6h", "to": "now", "autoRefresh": "", "autoRefreshIntervals": [],
                     "fiscalYearStartMonth": 0, "hideTimepicker": False, "timezone": ""},
}  # fmt: skip


def kinds(rig: Rig, *dashboards: Any, **options: Any) -> dict[str, Action]:
    return {step.ref.key: step.action for step in rig.plan(*dashboards, **options).steps}


def test_the_plan_after_a_push_is_empty(rig: Rig) -> None:
    dashboards = [rig.compiled("a", folder=("Team",)), rig.compiled("b", folder=("Team", "Service")), rig.compiled("c")]
    rig.push(*dashboards)
    plan = rig.plan(*dashboards)
    assert plan.empty
    assert plan.folders == ()
    assert {step.action for step in plan.steps} == {Action.KEEP}


def test_an_unchanged_dashboard_gets_no_new_version(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    rig.push(dashboard)
    assert len(rig.grafana.versions(rig.uid("a")) or []) == 1


def test_what_is_read_back_has_the_content_that_was_sent(rig: Rig) -> None:
    dashboard = rig.compiled("a", folder=("Team",))
    rig.push(dashboard)
    live = next(rig.grafana.read(frozenset([rig.uid("a")])))
    sent = {**dashboard.spec, "tags": sorted([*dashboard.spec["tags"], rig.adjustments.tag])}
    assert same(live.spec, sent)
    assert live.version == 1
    assert rig.adjustments.tag in live.tags


def test_each_version_carries_the_message_even_the_first(rig: Rig) -> None:
    rig.push(rig.compiled("a"), message="one")
    rig.push(rig.compiled("a", expr="up == 0"), message="two")
    versions = rig.grafana.versions(rig.uid("a"))
    assert versions is not None
    assert [version.message.partition(" | ")[0] for version in versions] == ["two", "one"]
    markers = [parse_marker(version.message) for version in versions]
    assert all(marker and marker.uid == rig.uid("a") and marker.commit == "abc1234" for marker in markers)


def test_a_changed_source_updates_and_says_what_changed(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    plan = rig.plan(rig.compiled("a", expr="up == 0"))
    assert [step.action for step in plan.steps] == [Action.UPDATE]
    assert [str(change) for change in plan.steps[0].changes] == ["panel 'One' query A changed"]


def test_a_dashboard_edited_in_the_ui_is_refused_with_the_edits(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    rig.edit("a", title="Edited by hand")
    (step,) = rig.plan(dashboard).steps
    assert step.action is Action.REFUSE
    assert "admin" in step.reason
    assert [change.what for change in step.edits] == ["setting title"]
    assert rig.stored("a")["dashboard"]["title"] == "Edited by hand"


def test_an_edit_is_kept_by_skip_and_undone_by_overwrite(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    rig.edit("a", title="Edited by hand")
    assert kinds(rig, dashboard, policy=Policy("skip")) == {rig.uid("a"): Action.SKIP}
    plan = rig.plan(dashboard, policy=Policy("overwrite"))
    (step,) = plan.steps
    spec = {key: value for key, value in dashboard.spec.items() if key != "uid"} | {"tags": [rig.adjustments.tag]}
    classic = replace(step.item, content={**step.item.content, "schema": CLASSIC, "spec": spec})  # type: ignore[union-attr]
    rig.apply(replace(plan, steps=(replace(step, item=classic),)))
    assert rig.stored("a")["dashboard"]["title"] == dashboard.title
    assert rig.plan(dashboard).empty


def test_a_save_without_a_change_in_the_ui_is_no_drift(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    rig.edit("a")
    assert kinds(rig, rig.compiled("a")) == {rig.uid("a"): Action.KEEP}
    assert kinds(rig, rig.compiled("a", expr="up == 0")) == {rig.uid("a"): Action.UPDATE}


def test_a_dashboard_moved_in_the_ui_is_drift(rig: Rig) -> None:
    dashboard = rig.compiled("a", folder=("Team",))
    rig.push(dashboard)
    rig.edit("a", folder_uid="")
    (step,) = rig.plan(dashboard).steps
    assert step.action is Action.REFUSE
    rig.push(dashboard, policy=Policy("overwrite"))
    assert rig.plan(dashboard).empty


def test_a_dashboard_moved_in_the_source_moves(rig: Rig) -> None:
    rig.push(rig.compiled("a", folder=("Team",)))
    moved = rig.compiled("a", folder=("Other",))
    assert kinds(rig, moved) == {rig.uid("a"): Action.UPDATE}
    rig.push(moved)
    assert rig.plan(moved).empty


def test_a_dashboard_of_someone_else_is_refused_until_adopted(rig: Rig) -> None:
    body = {"dashboard": {"uid": rig.uid("a"), "title": "Theirs", "panels": []}, "folderUid": "", "message": "mine"}
    rig.api("POST", "/api/dashboards/db", body)
    dashboard = rig.compiled("a")
    (step,) = rig.plan(dashboard).steps
    assert step.action is Action.REFUSE
    assert "admin" in step.reason
    rig.push(dashboard, policy=Policy(adopt=True))
    assert rig.plan(dashboard).empty


def test_an_edit_between_plan_and_push_is_never_overwritten(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    plan = rig.plan(rig.compiled("a", expr="up == 0"))
    rig.edit("a", title="In between")
    (outcome,) = rig.apply(plan)
    assert isinstance(outcome.error, ConflictError)
    assert rig.stored("a")["dashboard"]["title"] == "In between"


def test_a_dashboard_created_between_plan_and_push_is_never_overwritten(rig: Rig) -> None:
    plan = rig.plan(rig.compiled("a"))
    body = {"dashboard": {"uid": rig.uid("a"), "title": "First come"}, "folderUid": ""}
    rig.api("POST", "/api/dashboards/db", body)
    (outcome,) = rig.apply(plan)
    assert isinstance(outcome.error, ConflictError)
    assert rig.stored("a")["dashboard"]["title"] == "First come"


def test_prune_deletes_only_what_dashkit_made_and_nobody_edited(rig: Rig) -> None:
    rig.push(rig.compiled("stays"), rig.compiled("gone"), rig.compiled("edited"))
    rig.edit("edited", title="Edited by hand")
    copy = rig.stored("stays")["dashboard"]
    copy = {key: value for key, value in copy.items() if key not in ("id", "version")}
    body = {"dashboard": {**copy, "uid": rig.uid("copy"), "title": "A copy"}, "folderUid": "", "message": "copied"}
    rig.api("POST", "/api/dashboards/db", body)
    stays = rig.compiled("stays")
    assert kinds(rig, stays)[rig.uid("gone")] is Action.ORPHAN
    found = kinds(rig, stays, policy=Policy(prune=True))
    assert found == {
        rig.uid("stays"): Action.KEEP,
        rig.uid("gone"): Action.DELETE,
        rig.uid("edited"): Action.REFUSE,
        rig.uid("copy"): Action.ORPHAN,
    }
    rig.push(stays, policy=Policy(prune=True))
    left = {live.uid for live in rig.grafana.read_everything() if live.uid.startswith(f"ct{rig.run}")}
    assert left == {rig.uid("stays"), rig.uid("edited"), rig.uid("copy")}


def test_a_push_of_a_part_looks_for_no_orphans(rig: Rig) -> None:
    rig.push(rig.compiled("a"), rig.compiled("b"))
    assert kinds(rig, rig.compiled("a"), orphans=False) == {rig.uid("a"): Action.KEEP}


def test_a_title_taken_in_the_folder_hits_no_other_dashboard(rig: Rig) -> None:
    rig.push(rig.compiled("first", title="Same title"))
    both = [rig.compiled("first", title="Same title"), rig.compiled("second", title="Same title")]
    (outcome,) = rig.apply(rig.plan(*both))
    if rig.grafana.server.unique_titles:
        assert isinstance(outcome.error, ConflictError)
    else:
        assert outcome.error is None
    assert rig.plan(both[0], orphans=False).empty


def test_folders_nest_where_the_server_can_and_are_made_once(rig: Rig) -> None:
    rig.push(rig.compiled("a", folder=("Team", "Service")))
    folders = {folder.title: folder for folder in rig.grafana.folders() if rig.run in folder.title or folder.parent_uid}
    if rig.grafana.nested_folders:
        assert folders["Service"].parent_uid == folders["Team"].uid
    else:
        assert f"Contract {rig.run} / Team / Service" in folders
    first = next(iter(rig.grafana.folders()))
    before = rig.grafana.folders()
    # A second time changes nothing.
    rig.grafana.put(Item("folders", first.uid, first.title, {"title": first.title, "folder": first.parent_uid}), None)
    assert rig.grafana.folders() == before


def test_an_existing_folder_of_the_same_title_is_used(rig: Rig) -> None:
    made = rig.api("POST", "/api/folders", {"title": rig.adjustments.folder_prefix[0]})
    rig.push(rig.compiled("a"))
    assert rig.stored("a")["meta"]["folderUid"] == made["uid"]


def test_deleting_twice_is_done_twice(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    (item,) = rig.grafana.items("dashboards", Limits(keys=frozenset({rig.uid("a")})))
    rig.grafana.remove(item)
    rig.grafana.remove(item)
    assert list(rig.grafana.read(frozenset([rig.uid("a")]))) == []


def test_reading_one_by_one_and_reading_all_agree(rig: Rig) -> None:
    rig.push(*[rig.compiled(f"d{number}", folder=("Team",)) for number in range(5)])
    uids = frozenset(rig.uid(f"d{number}") for number in range(5))
    some = {live.uid: live for live in rig.grafana.read(uids)}
    everything = {live.uid: live for live in rig.grafana.read_everything() if live.uid in uids}
    assert some.keys() == everything.keys() == uids
    for uid in uids:
        assert (some[uid].version, some[uid].folder_uid, some[uid].spec) == (
            everything[uid].version,
            everything[uid].folder_uid,
            everything[uid].spec,
        )


def test_an_editor_token_may_push_and_a_viewer_token_may_not(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    editor, viewer = rig.as_token(rig.token("Editor")), rig.as_token(rig.token("Viewer"))
    rig.push(dashboard)
    assert "dashboards:create" in editor.access().actions
    assert "dashboards:create" not in viewer.access().actions
    with pytest.raises(ServerError) as refused:
        viewer.put(
            Item("dashboards", rig.uid("b"), "No", {"folder": "", "schema": CLASSIC, "spec": {"title": "No"}}), None
        )
    assert refused.value.status == 403


def test_a_token_that_may_not_read_versions_gets_none_rather_than_an_empty_list(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    found = rig.as_token(rig.token("Viewer")).versions(rig.uid("a"))
    if rig.grafana.server.api:
        # Who may read a dashboard may read its versions there.
        assert found is not None
        assert [version.number for version in found] == [1]
    else:
        assert found is None


def test_a_wrong_token_is_said_to_be_wrong(rig: Rig) -> None:
    with pytest.raises(ServerError) as refused:
        rig.as_token("glsa_wrong").access()
    assert refused.value.status == 401
    assert "token" in refused.value.hint


def test_a_dashboard_saved_as_v2_is_drift_and_overwrite_brings_its_content_back(rig: Rig) -> None:
    if not rig.grafana.server.api:
        pytest.skip("this server has no v2 schema")
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    base = f"/apis/dashboard.grafana.app/v2beta1/namespaces/{rig.grafana.server.namespace}/dashboards"
    stored = rig.api("GET", f"{base}/{rig.uid('a')}")
    spec = {**V2_SPEC, "tags": [rig.adjustments.tag]}
    metadata = {"name": rig.uid("a"), "resourceVersion": stored["metadata"]["resourceVersion"]}
    body = {"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": metadata, "spec": spec}
    rig.api("PUT", f"{base}/{rig.uid('a')}", body)
    (step,) = rig.plan(dashboard).steps
    assert step.action is Action.REFUSE
    assert "v2beta1" in step.reason
    rig.push(dashboard, policy=Policy("overwrite"))
    assert rig.plan(dashboard).empty
    (live,) = rig.grafana.read(frozenset({rig.uid("a")}))
    assert (live.schema, live.title) == ("v2beta1", dashboard.title)


def test_an_edit_between_plan_and_prune_is_not_deleted(rig: Rig) -> None:
    rig.push(rig.compiled("stays"), rig.compiled("gone"))
    plan = rig.plan(rig.compiled("stays"), policy=Policy(prune=True))
    rig.edit("gone", title="Saved while the question stood there")
    (outcome,) = rig.apply(plan)
    assert isinstance(outcome.error, ConflictError)
    assert rig.stored("gone")["dashboard"]["title"] == "Saved while the question stood there"


def test_more_edits_than_versions_are_kept_are_drift_and_no_strangers(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    for number in range(21):
        rig.edit("a", title=f"Edit {number}")
    (step,) = rig.plan(dashboard).steps
    assert step.action is Action.REFUSE
    assert "so often" in step.reason
    rig.push(dashboard, policy=Policy("overwrite"))
    assert rig.plan(dashboard).empty


def test_an_edit_that_the_source_takes_over_is_ours_again(rig: Rig) -> None:
    rig.push(rig.compiled("a", folder=("Team",)))
    rig.edit("a", title="By hand")
    taken = rig.compiled("a", title="By hand", folder=("Team",))
    (step,) = rig.plan(taken).steps
    assert (step.action, step.changes) == (Action.UPDATE, ())
    assert "marks it as pushed" in step.reason
    rig.push(taken)
    assert rig.plan(taken).empty
    later = rig.compiled("a", title="By hand", expr="up == 0", folder=("Team",))
    assert kinds(rig, later) == {rig.uid("a"): Action.UPDATE}
    rig.push(later)
    assert rig.plan(later).empty


def test_what_a_service_account_pushed_is_not_looked_into(rig: Rig) -> None:
    rig.push(rig.compiled("warm-up", folder=("Team",)))
    account = rig.as_token(rig.token("Admin"))
    dashboard = rig.compiled("a", folder=("Team",))
    plan = rig.plan(dashboard, orphans=False)
    assert [outcome.error for outcome in apply(plan.folders, plan.steps, account).outcomes] == [None]
    (live,) = (one for one in account.read(frozenset([rig.uid("a")])) if one.uid == rig.uid("a"))
    if live.message is None:
        assert account.people(frozenset([live.updated_by])) == frozenset()
    else:
        assert parse_marker(live.message)
    rig.edit("a", title="By hand")
    (live,) = (one for one in account.read(frozenset([rig.uid("a")])) if one.uid == rig.uid("a"))
    if live.message is None:
        assert account.people(frozenset([live.updated_by])) == {live.updated_by}
    else:
        assert live.message == "by hand"


def test_a_dashboard_moved_in_the_ui_is_not_pruned(rig: Rig) -> None:
    rig.push(rig.compiled("a", folder=("Team",)), rig.compiled("b", folder=("Other",)))
    theirs = next(live.folder_uid for live in rig.grafana.read(frozenset([rig.uid("b")])) if live.uid == rig.uid("b"))
    rig.edit("a", folder_uid=theirs)
    kept = rig.compiled("b", folder=("Other",))
    steps = {step.ref.key: step for step in rig.plan(kept, policy=Policy(prune=True)).steps}
    assert steps[rig.uid("a")].action is Action.REFUSE
    assert "moved to another folder" in steps[rig.uid("a")].reason
    rig.push(kept, policy=Policy("overwrite", prune=True))
    assert not list(rig.grafana.items("dashboards", Limits(keys=frozenset({rig.uid("a")}))))


def test_a_delete_of_a_dashboard_saved_since_is_a_conflict(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    (seen,) = rig.grafana.items("dashboards", Limits(keys=frozenset({rig.uid("a")})))
    rig.edit("a", title="By hand")
    with pytest.raises(ConflictError, match="saved by someone"):
        rig.grafana.remove(seen)
    assert rig.stored("a")["dashboard"]["title"] == "By hand"


def test_what_was_done_in_the_ui_is_told_apart(rig: Rig) -> None:
    names = ("edited", "renamed", "moved", "saved", "restored")
    rig.push(*map(rig.compiled, names))
    wanted = [rig.compiled(name, expr="up == 0") if name == "restored" else rig.compiled(name) for name in names]
    rig.push(*wanted)
    rig.edit("edited", timezone="utc")
    rig.edit("renamed", title="Another name")
    rig.edit("moved", folder_uid="")
    rig.edit("saved")
    rig.api("POST", f"/api/dashboards/uid/{rig.uid('restored')}/restore", {"version": 1})
    steps = {step.ref.key: step for step in rig.plan(*wanted).steps}
    assert steps[rig.uid("saved")].action is Action.KEEP
    refused = {name: steps[rig.uid(name)] for name in names if name != "saved"}
    assert {step.action for step in refused.values()} == {Action.REFUSE}
    assert "brought back to version 1" in refused["restored"].reason
    edits = {name: [change.what for change in step.edits] for name, step in refused.items()}
    assert edits["edited"] == ["setting timezone"]
    assert edits["renamed"] == ["setting title"]
    assert edits["moved"] == ["folder"]
    assert edits["restored"] == ["panel 'One'"]


def travelling(rig: Rig, name: str) -> tuple[str, dict[str, Any]]:
    """The path of a dashboard below /apis, and the resource as other programs read, change and send it back."""
    if not rig.grafana.server.api:
        pytest.skip("this server has no such API")
    path = api_path(rig.grafana.server, rig.uid(name))
    resource = rig.api("GET", path)
    resource["spec"]["title"] = "Changed by a program"
    return path, resource


def test_a_message_that_travels_on_with_other_content_is_no_push(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    path, resource = travelling(rig, "a")
    rig.api("PUT", path, resource)
    for change in ({"spec": {"description": "patched"}}, {"spec": {"title": "Patched"}}):
        (step,) = rig.plan(dashboard).steps
        assert step.action is Action.REFUSE
        assert "setting title" in [edit.what for edit in step.edits]
        (step,) = rig.plan(policy=Policy(prune=True)).steps
        assert step.action is Action.REFUSE
        rig.patch(path, change)
    rig.push(dashboard, policy=Policy("overwrite"))
    assert rig.plan(dashboard).empty


def test_a_dashboard_that_a_program_made_anew_with_our_message_is_no_push(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    path, resource = travelling(rig, "a")
    rig.delete(rig.uid("a"))
    for name in ("resourceVersion", "uid", "generation"):
        resource["metadata"].pop(name, None)
    rig.api("POST", path.rpartition("/")[0], resource)
    (step,) = rig.plan(dashboard).steps
    assert step.action is Action.REFUSE
    (step,) = rig.plan(policy=Policy(prune=True)).steps
    assert step.action is not Action.DELETE


def test_a_dashboard_saved_as_v2_with_our_message_is_drift_of_that_kind(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    path, resource = travelling(rig, "a")
    spec = {**V2_SPEC, "tags": [rig.adjustments.tag]}
    annotations = resource["metadata"]["annotations"]
    metadata = {
        "name": rig.uid("a"), "resourceVersion": resource["metadata"]["resourceVersion"], "annotations": annotations,
    }  # fmt: skip
    body = {"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": metadata, "spec": spec}
    rig.api("PUT", path.replace(rig.grafana.server.api, "v2beta1"), body)
    (step,) = rig.plan(dashboard).steps
    assert step.action is Action.REFUSE
    assert "v2beta1" in step.reason


def test_after_a_classic_save_over_v2_no_api_takes_it_for_v2_any_more(rig: Rig) -> None:
    dashboard = rig.compiled("a")
    rig.push(dashboard)
    path, resource = travelling(rig, "a")
    metadata = {"name": rig.uid("a"), "resourceVersion": resource["metadata"]["resourceVersion"]}
    spec = {**V2_SPEC, "tags": [rig.adjustments.tag]}
    body = {"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": metadata, "spec": spec}
    rig.api("PUT", path.replace(rig.grafana.server.api, "v2beta1"), body)
    plan = rig.plan(dashboard, policy=Policy("overwrite"))
    (step,) = plan.steps
    spec = {key: value for key, value in dashboard.spec.items() if key != "uid"} | {"tags": [rig.adjustments.tag]}
    classic = replace(step.item, content={**step.item.content, "schema": CLASSIC, "spec": spec})  # type: ignore[union-attr]
    rig.apply(replace(plan, steps=(replace(step, item=classic),)))
    assert rig.stored("a")["dashboard"]["title"] == dashboard.title
    for version in rig.grafana.server.apis:
        status = rig.api("GET", path.replace(rig.grafana.server.api, version)).get("status") or {}
        assert not (status.get("conversion") or {}).get("failed")
    newest = rig.grafana.versions(rig.uid("a"))[0]  # type: ignore[index]
    assert parse_marker(newest.message).gen == newest.number  # type: ignore[union-attr]


def test_what_the_head_of_a_dashboard_proves_is_not_read(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    dashboards = [rig.compiled("a"), rig.compiled("b", folder=("Team",)), rig.compiled("c")]
    rig.push(*dashboards[:1])
    rig.push(*dashboards)
    if not (rig.grafana.server.api and is_unified(rig.connection, rig.grafana.server)):
        pytest.skip("this server's lists have no messages")
    rig.edit("c", title="By hand")
    monkeypatch.setattr("dashkit.grafana.reading._FEW", 0)
    monkeypatch.setattr("dashkit.grafana.reading._ONE", 1.0)
    monkeypatch.setattr("dashkit.grafana.reading._HEAD", 0.001)
    asked: list[str] = []
    send = Connection.send

    def recorded(connection: Connection, method: str, path: str, *more: Any, **options: Any) -> Any:
        asked.append(path)
        return send(connection, method, path, *more, **options)

    monkeypatch.setattr(Connection, "send", recorded)
    found = {step.ref.key: step.action for step in rig.plan(*dashboards).steps}
    assert found == {rig.uid("a"): Action.KEEP, rig.uid("b"): Action.KEEP, rig.uid("c"): Action.REFUSE}
    documents = {path for path in asked if path.startswith(f"{api_path(rig.grafana.server)}/")}
    assert documents == {api_path(rig.grafana.server, rig.uid("c"))}


def test_what_lists_do_not_show_is_not_created_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    dashboards = [rig.compiled("a"), rig.compiled("b")]
    rig.push(*dashboards)
    monkeypatch.setattr("dashkit.grafana.reading._FEW", 0)
    send = Connection.send

    def hidden(connection: Connection, method: str, path: str, *more: Any, **options: Any) -> Any:
        """A new token sees empty lists for some seconds."""
        answer = send(connection, method, path, *more, **options)
        selected = (options.get("params") or {}).get("labelSelector")
        if path.endswith("/dashboards") and method == "GET" and not selected:
            return replace(answer, content=b'{"items": [], "metadata": {}}')
        return replace(answer, content=b"[]") if path == "/api/search" else answer

    monkeypatch.setattr(Connection, "send", hidden)
    assert rig.plan(*dashboards).empty
