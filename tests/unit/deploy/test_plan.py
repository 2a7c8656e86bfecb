"""Decisions, from values alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashkit.deploy.dashboard_plan import decide, digest_of, needs_history
from dashkit.deploy.desired import Adjustments, Desired, desired
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.outcome import Outcome, exit_code
from dashkit.deploy.plan_input import Found, History, Policy
from dashkit.deploy.steps import Action, DashboardStep, Plan
from dashkit.errors import ConfigError, ExitCode, ServerError, worst
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.folder import folder_uid
from dashkit.model.live import LiveDashboard, LiveFolder, Version
from dashkit.model.marker import Marker
from tests.support.plan_target import TAG, Target, apply


def wanted(uid: str = "a", **spec: Any) -> Desired:
    return Desired(uid, "T", (), {"title": "T", "tags": [TAG], **spec}, Location("a.py", 1))


def stored(uid: str = "a", **values: Any) -> LiveDashboard:
    spec = values.pop("spec", {"title": "T", "tags": [TAG]})
    return LiveDashboard(uid, "T", values.pop("folder_uid", ""), spec, values.pop("version", 3), (TAG,), **values)


def history(*messages: str, spec: dict[str, Any] | None = None) -> History:
    versions = [
        Version(len(messages) - i, message, "2026-01-02T03:04:05Z", "jo", spec or {"title": "T", "tags": [TAG]})
        for i, message in enumerate(messages)
    ]
    return History(tuple(versions))


def pushed(item: Desired, uid: str = "", rules: int = 1) -> str:
    return Marker(uid or item.uid, digest_of(item, ""), rules=rules).message("text")


def kind(item: Desired, live: LiveDashboard, past: History, policy: Policy | None = None) -> Action:
    found = Found({live.uid: live}, FolderTree([], nested=True), {live.uid: past}, TAG)
    return decide([item], found, policy or Policy()).steps[0].action


def test_equal_content_needs_no_history() -> None:
    found = Found({"a": stored()}, FolderTree([], nested=True))
    assert needs_history([wanted()], found, Policy()) == []
    assert decide([wanted()], found, Policy()).steps[0].action is Action.KEEP


def test_what_a_person_saved_last_is_looked_into_though_it_is_as_the_source_wants_it() -> None:
    tree = FolderTree([], nested=True)
    by_jo, by_account, first = (
        stored("a", updated_by="jo"),
        stored("b", updated_by="ci"),
        stored("c", version=1, updated_by="jo"),
    )
    live = {one.uid: one for one in (by_jo, by_account, first)}
    found = Found(live, tree, people=frozenset({"jo"}))
    assert needs_history([wanted("a"), wanted("b"), wanted("c")], found, Policy()) == ["a"]


def test_an_edit_that_the_source_took_over_is_marked() -> None:
    before = wanted(description="before")
    item, live = wanted(), stored(updated_by="jo")
    old = Version(1, pushed(before), "2026-01-02T03:04:05Z", "ci", before.spec)
    new = Version(3, "", "2026-01-02T03:04:05Z", "jo", item.spec)
    found = Found({"a": live}, FolderTree([], nested=True), {"a": History((new, old))}, TAG)
    (step,) = decide([item], found, Policy()).steps
    assert (step.action, step.changes, step.edits) == (Action.UPDATE, (), ())
    assert kind(item, live, History((replace(new, message=pushed(item)), old))) is Action.KEEP


def test_an_edit_that_a_rollback_brought_back_is_nobodys_push() -> None:
    item = wanted(description="ours")
    brought = Marker("a", digest_of(wanted(), ""), push="p", edited=True).message("Rolled back push x")
    past = History((
        Version(3, brought, "2026-01-02T03:04:05Z", "ci", wanted().spec),
        Version(2, pushed(item), "2026-01-02T03:04:05Z", "ci", item.spec),
    ))  # fmt: skip
    found = Found({"a": stored()}, FolderTree([], nested=True), {"a": past}, TAG)
    (step,) = decide([item], found, Policy()).steps
    assert (step.action, "brought back by a rollback" in step.reason) == (Action.REFUSE, True)


def test_a_form_that_the_server_changed_on_its_own_is_kept() -> None:
    item = wanted(panels=[{"id": 1, "type": "graph"}])
    live = stored(spec={"title": "T", "tags": [TAG], "panels": [{"id": 1, "type": "timeseries"}]})
    assert kind(item, live, history(pushed(item))) is Action.KEEP


def test_a_push_under_other_digest_rules_is_no_drift() -> None:
    item = wanted(description="new")
    assert kind(item, stored(), history(pushed(item, rules=99))) is Action.UPDATE


def test_the_version_message_of_a_copy_makes_nobody_the_owner() -> None:
    item = wanted(description="new")
    assert kind(item, stored(), history(pushed(item, uid="original"))) is Action.REFUSE


def test_versions_that_may_not_be_read_make_drift_unknown_and_that_is_said() -> None:
    found = Found({"a": stored()}, FolderTree([], nested=True), {"a": History(readable=False)}, TAG)
    step = decide([wanted(description="new")], found, Policy()).steps[0]
    assert step.action is Action.UPDATE
    assert "unknown" in step.reason


@pytest.mark.parametrize("policy", [Policy(), Policy("overwrite", adopt=True)])
def test_what_another_tool_manages_is_left_alone_whatever_is_asked(policy: Policy) -> None:
    item = wanted(description="new")
    live = stored(manager="file provisioning")
    step = decide([item], Found({"a": live}, FolderTree([], nested=True)), policy).steps[0]
    assert step.action is Action.REFUSE
    assert "file provisioning" in step.reason


def test_folders_are_found_by_uid_then_by_title_and_missing_ones_are_made_parents_first() -> None:
    team = LiveFolder(folder_uid(("Team",)), "Renamed since")
    other = LiveFolder("hand-made", "Other")
    tree = FolderTree([team, other], nested=True)
    assert tree.resolve(("Team",)) == (team.uid, [])
    assert tree.resolve(("Other",)) == ("hand-made", [])
    uid, missing = tree.resolve(("Other", "Sub", "Deep"))
    assert [(folder.title, folder.parent_uid) for folder in missing] == [("Sub", "hand-made"), ("Deep", missing[0].uid)]
    assert uid == missing[1].uid


def test_without_nested_folders_a_path_is_one_title() -> None:
    _, missing = FolderTree([], nested=False).resolve(("Team", "Service"))
    assert [(folder.title, folder.parent_uid) for folder in missing] == [("Team / Service", "")]


def test_folders_of_dashboards_that_are_not_written_are_not_made() -> None:
    item = Desired("a", "T", ("New",), {"title": "T"}, Location("a.py"))
    live = stored(manager="terraform x")
    assert decide([item], Found({"a": live}, FolderTree([], nested=True)), Policy()).folders == ()


def compiled(uid: str, **spec: Any) -> CompiledDashboard:
    return CompiledDashboard(uid, "T", ("F",), {"uid": uid, "title": "T", "tags": ["x"], **spec}, Location("a.py"))


def test_desired_adds_tags_prefixes_and_maps_datasources() -> None:
    panel = {"datasource": {"type": "prometheus", "uid": "dev"}, "links": [{"url": "/d/b?x=1"}, {"url": "/d/foreign"}]}
    variable = {"type": "datasource", "name": "ds", "current": {"text": "dev", "value": "dev"}}
    source = compiled("a", panels=[panel], templating={"list": [variable]})
    adjustments = Adjustments("dashkit:p", ("Pre",), "stg-", ("team",), {"dev": "prod"})
    (item,) = desired([source], adjustments, frozenset({"a", "b"}))
    assert item.uid == "stg-a"
    assert item.folder == ("Pre", "F")
    assert item.spec["tags"] == ["dashkit:p:stg-", "team", "x"]
    assert item.spec["panels"][0]["datasource"]["uid"] == "prod"
    assert [link["url"] for link in item.spec["panels"][0]["links"]] == ["/d/stg-b?x=1", "/d/foreign"]
    assert item.spec["templating"]["list"][0]["current"] == {"text": "prod", "value": "prod"}
    assert source.spec["panels"][0]["datasource"]["uid"] == "dev"


def test_a_prefix_that_makes_a_uid_too_long_is_an_error() -> None:
    with pytest.raises(ConfigError, match="41 characters"):
        desired([compiled("x" * 37)], Adjustments("t", uid_prefix="stg-"), frozenset())


def creating(*uids: str) -> Plan[DashboardStep]:
    return decide([wanted(uid) for uid in uids], Found({}, FolderTree([], nested=True)), Policy())


def test_one_failure_leaves_the_rest_going() -> None:
    target = Target({"b": ServerError("boom", status=500)})
    plan = creating("a", "b", "c")
    outcomes = apply(plan, target)
    assert sorted(target.saved) == ["a", "c"]
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    assert exit_code([outcome.error for outcome in outcomes], len(plan.of(Action.REFUSE))) is ExitCode.PARTIAL


def test_all_failed_is_the_servers_fault() -> None:
    plan = creating("a")
    outcomes = apply(plan, Target({"a": ServerError("boom", status=500)}))
    assert exit_code([outcome.error for outcome in outcomes], len(plan.of(Action.REFUSE))) is ExitCode.SERVER


def test_a_folder_that_cannot_be_made_fails_its_dashboards_with_that_reason() -> None:
    item = Desired("a", "T", ("New",), {"title": "T"}, Location("a.py"))
    plan = decide([item, wanted("b")], Found({}, FolderTree([], nested=True)), Policy())
    target = Target(folders_fail=True)
    outcomes = apply(plan, target)
    assert "folder 'New'" in str(outcomes[0].error)
    assert target.saved == ["b"]


def test_only_refusals_is_six_and_refusals_beside_work_is_five() -> None:
    refused = decide(
        [wanted(description="x")], Found({"a": stored(manager="x")}, FolderTree([], nested=True)), Policy()
    )
    assert exit_code([], len(refused.of(Action.REFUSE))) is ExitCode.REFUSED
    both = Plan((), (*refused.steps, *creating("b").steps))
    assert exit_code([Outcome(both.steps[1]).error], len(both.of(Action.REFUSE))) is ExitCode.PARTIAL


def test_the_worst_of_several_codes() -> None:
    assert worst([ExitCode.FOUND, ExitCode.SERVER, ExitCode.PARTIAL]) is ExitCode.PARTIAL
    assert worst([ExitCode.REFUSED, ExitCode.SERVER]) is ExitCode.SERVER
    assert worst([]) is ExitCode.OK


LOUD = {"description": "", "transparent": False, "fieldConfig": {"defaults": {"unit": ""}, "overrides": []}}


def shown(panel: dict[str, Any]) -> dict[str, Any]:
    at = {"h": 8, "w": 12, "x": 0, "y": 0}
    return {"schemaVersion": 42, "panels": [{"id": 1, "type": "timeseries", "title": "P", "gridPos": at, **panel}]}


def test_a_save_in_the_ui_that_changed_nothing_to_see_is_no_edit() -> None:
    item = wanted(**shown({}))
    loud = {"title": "T", "tags": [TAG], **shown(LOUD)}
    ours = Version(1, pushed(item), "2026-01-02T03:04:05Z", "ci", item.spec)
    theirs = Version(3, "", "2026-01-02T03:04:05Z", "jo", loud)
    past, live = History((theirs, ours)), stored(updated_by="jo", spec=loud)
    assert kind(item, live, past) is Action.KEEP
    assert kind(wanted(description="new", **shown({})), live, past) is Action.UPDATE


def test_an_edit_in_the_ui_is_one_however_little_was_changed() -> None:
    item = wanted(**shown({}))
    edited = {"title": "T", "tags": [TAG], **shown({**LOUD, "title": "p"})}
    ours = Version(1, pushed(item), "2026-01-02T03:04:05Z", "ci", item.spec)
    theirs = Version(3, "", "2026-01-02T03:04:05Z", "jo", edited)
    assert kind(item, stored(updated_by="jo", spec=edited), History((theirs, ours))) is Action.REFUSE
