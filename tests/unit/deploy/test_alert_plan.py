"""The plan of alert groups: what becomes of a group, whatever happened to it in Grafana."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from dashkit.deploy.alert_groups import DIGEST, OWNER, desired_rules, pushed_version
from dashkit.deploy.alert_plan import plan_groups
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.steps import Action, GroupStep
from dashkit.model.alerts import AlertGroup, AlertRule, AlertSeverity, Runbook
from dashkit.model.item import group_item
from dashkit.model.live import GrafanaAlertGroup

OURS, OTHERS = "dashkit:shop", "dashkit:other"
RUNBOOK = Runbook(("Look.",), ("Mend.",))


def alert(name: str, above: float = 1) -> AlertRule:
    text = f"{name} is high."
    return AlertRule(name, "errors", AlertSeverity.HIGH, text, text, "errors", RUNBOOK, above=above)


def desired(*alerts: AlertRule, name: str = "api", interval: str = "1m", owner: str = OURS) -> GrafanaAlertGroup:
    """A group as a push would write it: signed by its project."""
    group = AlertGroup(name, "shop", alerts, interval)
    (found,) = desired_rules([group], folder_uid="folder", datasource="prometheus", owner=owner)
    return found


def edited(group: GrafanaAlertGroup, number: int = 0, **changes: Any) -> GrafanaAlertGroup:
    """The group with a rule changed as the UI changes it: the signature stays."""
    rules = list(group.rules)
    rules[number] = {**rules[number], **changes}
    return replace(group, rules=tuple(rules))


def unsigned(group: GrafanaAlertGroup) -> GrafanaAlertGroup:
    """The group as somebody made it in the UI."""
    return replace(group, rules=tuple(_without_signature(rule) for rule in group.rules))


def _without_signature(rule: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in rule["annotations"].items() if key not in (OWNER, DIGEST)}
    return {**rule, "annotations": kept}


def plan(
    wanted: Iterable[GrafanaAlertGroup], live: Iterable[GrafanaAlertGroup], **policy: Any
) -> list[tuple[Action, str]]:
    return [(step.action, step.title) for step in steps(wanted, live, **policy)]


def steps(wanted: Iterable[GrafanaAlertGroup], live: Iterable[GrafanaAlertGroup], **policy: Any) -> list[GroupStep]:
    return plan_groups(wanted, live, OURS, Policy(**policy))


GROUP = desired(alert("Down"), alert("Slow"))


def old(group: GrafanaAlertGroup) -> GrafanaAlertGroup:
    """The group as an older dashkit signed it: its digest does not say where an alert was pushed to."""
    rules = [
        {**rule, "annotations": {**rule["annotations"], DIGEST: rule["annotations"][DIGEST].partition(".")[0]}}
        for rule in group.rules
    ]
    return replace(group, rules=tuple(rules))


def test_a_new_group_is_created_and_names_its_alerts() -> None:
    (step,) = steps([GROUP], [])
    assert (step.action, step.base, step.item) == (Action.CREATE, None, group_item(GROUP))
    assert [(change.sign, change.what) for change in step.changes] == [("+", "Down (high)"), ("+", "Slow (high)")]


def test_a_group_as_it_was_pushed_is_kept() -> None:
    assert plan([GROUP], [GROUP]) == [(Action.KEEP, "api")]


def test_a_change_of_the_source_is_an_update_that_names_the_alert() -> None:
    (step,) = steps([desired(alert("Down", above=2), alert("Slow"))], [GROUP])
    assert step.action is Action.UPDATE
    assert step.base == group_item(GROUP)
    assert any("Down" in change.what for change in step.changes)
    assert not any("Slow" in change.what for change in step.changes)


def test_a_key_that_only_one_side_has_is_a_change_that_is_shown() -> None:
    (step,) = steps([GROUP], [edited(GROUP, keep_firing_for="5m")], on_drift="overwrite")
    assert any("keep_firing_for" in change.what for change in step.changes)


def test_of_many_edited_alerts_three_are_named() -> None:
    many = desired(*(alert(f"Alert{number}") for number in range(5)))
    live = many
    for number in range(5):
        live = edited(live, number, **{"for": "42m"})
    (step,) = steps([many], [live])
    assert step.reason.endswith(": Alert0 (high), Alert1 (high), Alert2 (high) and 2 more")


def test_a_group_renamed_in_the_source_is_no_edit_for_an_old_signature_either() -> None:
    renamed = desired(alert("Down"), alert("Slow"), name="backend")
    (step,) = steps([renamed], [old(GROUP)])
    assert (step.action, step.reason) == (Action.UPDATE, "")


def test_an_alert_moved_in_the_ui_is_an_edit_for_an_old_signature_too() -> None:
    mine = unsigned(desired(alert("Mine"), name="elsewhere"))
    moved_to = replace(mine, rules=(*mine.rules, old(GROUP).rules[1]))
    left = replace(old(GROUP), rules=old(GROUP).rules[:1])
    (step,) = steps([GROUP], [left, moved_to])
    assert step.action is Action.REFUSE
    assert "moved or renamed" in step.reason


@pytest.mark.parametrize(
    ("policy", "action"), [("refuse", Action.REFUSE), ("skip", Action.SKIP), ("overwrite", Action.UPDATE)]
)
def test_an_edit_in_the_ui_is_treated_as_the_policy_says(policy: str, action: Action) -> None:
    live = edited(GROUP, **{"for": "42m"})
    (step,) = steps([GROUP], [live], on_drift=policy)
    assert step.action is action
    assert "edit" in step.reason


def test_an_edit_that_the_source_has_too_only_renews_the_signature() -> None:
    taken_over = desired(alert("Down", above=2), alert("Slow"))
    live = edited(GROUP, data=taken_over.rules[0]["data"])
    (step,) = steps([taken_over], [live])
    assert step.action is Action.UPDATE
    assert step.reason == ""


def test_another_interval_set_in_the_ui_is_an_edit() -> None:
    (step,) = steps([GROUP], [replace(GROUP, interval=300)])
    assert step.action is Action.REFUSE
    assert "interval" in step.reason


def test_another_interval_in_the_source_is_an_update() -> None:
    (step,) = steps([desired(alert("Down"), alert("Slow"), interval="5m")], [GROUP])
    assert step.action is Action.UPDATE
    assert any("interval" in change.what for change in step.changes)


def test_a_group_renamed_in_the_source_takes_its_alerts_along_and_leaves_no_orphan() -> None:
    renamed = desired(alert("Down"), alert("Slow"), name="backend")
    (step,) = steps([renamed], [GROUP], prune=True)
    assert (step.action, step.title) == (Action.UPDATE, "backend")
    assert [item.name for item in step.takes]


def test_a_group_renamed_in_the_ui_is_an_edit() -> None:
    (step,) = steps([GROUP], [replace(GROUP, name="renamed by hand")])
    assert step.action is Action.REFUSE
    assert "moved or renamed" in step.reason


@pytest.mark.parametrize(("adopt", "action"), [(False, Action.REFUSE), (True, Action.UPDATE)])
def test_alerts_of_a_person_in_the_group_are_taken_over_only_when_asked(adopt: bool, action: Action) -> None:
    (step,) = steps([GROUP], [unsigned(GROUP)], adopt=adopt)
    assert step.action is action


def test_adopting_a_group_names_the_alerts_of_others_that_it_deletes() -> None:
    live = unsigned(desired(alert("Down"), alert("Slow"), alert("Mine")))
    (step,) = steps([GROUP], [live], adopt=True)
    assert [title for title in step.lost if "Mine" in title]


def test_a_group_of_another_project_is_never_touched() -> None:
    theirs = desired(alert("Down"), alert("Slow"), owner=OTHERS)
    (step,) = steps([GROUP], [theirs], adopt=True, on_drift="overwrite")
    assert step.action is Action.REFUSE


def test_a_provisioned_group_is_never_touched() -> None:
    (step,) = steps([GROUP], [replace(GROUP, provenance="file")], adopt=True, on_drift="overwrite")
    assert step.action is Action.REFUSE
    assert "file" in step.reason


@pytest.mark.parametrize(("prune", "action"), [(False, Action.ORPHAN), (True, Action.DELETE)])
def test_a_group_that_the_source_no_longer_has_is_deleted_only_by_a_prune(prune: bool, action: Action) -> None:
    assert plan([], [GROUP], prune=prune) == [(action, "api")]


@pytest.mark.parametrize(("policy", "action"), [("refuse", Action.REFUSE), ("overwrite", Action.DELETE)])
def test_a_prune_keeps_a_group_that_somebody_edited(policy: str, action: Action) -> None:
    live = edited(GROUP, **{"for": "42m"})
    assert plan([], [live], prune=True, on_drift=policy) == [(action, "api")]


@pytest.mark.parametrize("group", [unsigned(GROUP), desired(alert("Down"), owner=OTHERS)])
def test_a_prune_never_sees_groups_of_others(group: GrafanaAlertGroup) -> None:
    assert plan([], [group], prune=True, on_drift="overwrite") == []


def test_a_prune_deletes_only_the_alerts_that_have_not_moved_elsewhere() -> None:
    backend = desired(alert("Down"), name="backend")
    _, orphan = steps([backend], [GROUP], prune=True)
    assert (orphan.action, orphan.base) == (Action.DELETE, group_item(GROUP))
    assert orphan.item is not None
    assert [rule["title"] for rule in orphan.item.content["rules"]] == [GROUP.rules[1]["title"]]


def test_a_provisioned_orphan_is_left_alone() -> None:
    (step,) = steps([], [replace(GROUP, provenance="file")], prune=True, on_drift="overwrite")
    assert step.action is Action.ORPHAN
    assert "file" in step.reason


def test_a_prune_keeps_a_group_in_which_somebody_put_an_alert_of_their_own() -> None:
    mixed = replace(GROUP, rules=(*GROUP.rules, *unsigned(desired(alert("Mine"))).rules))
    assert plan([], [mixed], prune=True) == []


def test_another_order_is_a_change() -> None:
    (step,) = steps([GROUP], [replace(GROUP, rules=GROUP.rules[::-1])])
    assert step.action is Action.UPDATE
    assert any("order" in change.what for change in step.changes)


def test_what_was_done_in_the_ui_is_told_apart() -> None:
    """Edited, copied, made and moved rules, and another interval."""
    group = desired(alert("A"), alert("B"), alert("C"))
    there = edited(group, title="Edited")
    copy = {**group.rules[1], "uid": "copied", "title": "B (copy)"}
    (made,) = unsigned(desired(alert("Made"))).rules
    live = replace(there, rules=(*there.rules[:2], copy, made))
    elsewhere = replace(group, name="elsewhere", rules=group.rules[2:])
    (step,) = steps([group], [live, elsewhere])
    uids = [str(rule["uid"]) for rule in group.rules]
    assert step.drift is not None
    assert step.drift.edited == {uids[0]}
    assert step.drift.added == {"copied", str(made["uid"])}
    assert step.drift.moved == {uids[2]}
    assert not step.drift.interval
    (step,) = steps([group], [replace(group, interval=120)])
    assert step.drift is not None
    assert step.drift.interval


def test_another_interval_is_noticed_where_each_rule_was_edited_too() -> None:
    group = desired(alert("A"))
    (step,) = steps([group], [replace(edited(group, title="Edited"), interval=120)])
    assert step.drift is not None
    assert step.drift.edited
    assert step.drift.interval
    # This interval is of the source.
    (step,) = steps([desired(alert("A"), interval="2m")], [edited(group, title="Edited")])
    assert step.drift is not None
    assert not step.drift.interval


def test_a_group_as_it_was_pushed_and_one_that_only_the_source_changed_were_not_edited() -> None:
    before, after = desired(alert("A")), desired(alert("A", above=2), interval="2m")
    assert [step.drift for step in (*steps([before], [before]), *steps([after], [before]))] == [None, None]


def test_a_rule_that_grafanas_editor_wrote_in_another_form_was_not_edited() -> None:
    group = desired(alert("A"))
    query, *rest = group.rules[0]["data"]
    saved = edited(group, data=[{**query, "model": {**query["model"], "editorMode": "code"}}, *rest])
    (step,) = steps([group], [saved])
    assert (step.action, step.drift) == (Action.UPDATE, None)
    other = edited(group, data=[{**query, "model": {**query["model"], "expr": "other", "editorMode": "code"}}, *rest])
    (step,) = steps([group], [other])
    assert step.action is Action.REFUSE


def test_the_hint_names_the_command_that_takes_an_edit() -> None:
    group = desired(alert("A"), name="my api")
    (step,) = plan_groups([group], [edited(group, title="Edited")], OURS, Policy(context=" -c prod"))
    assert step.hint.startswith("`dashkit absorb 'my api' -c prod` takes it into the source")
    recorded = replace(group, name="my api - recorded 1")
    (step,) = plan_groups([recorded], [edited(recorded, title="Edited")], OURS, Policy())
    assert "`dashkit absorb 'my api'`" in step.hint


def test_an_edit_that_the_source_has_besides_changes_of_its_own_is_no_conflict() -> None:
    """If the server knows what was pushed."""
    before = desired(alert("A"))
    (pushed,) = before.rules
    there = edited(before, labels={**pushed["labels"], "team": "b"})
    ours = replace(alert("A", above=2), labels={"team": "b"})
    (step,) = plan_groups([desired(ours)], [there], OURS, Policy(), {str(pushed["uid"]): pushed})
    assert (step.action, step.drift) == (Action.UPDATE, None)
    assert "the source has what was edited in the UI, and more" in str(step.changes[0])
    (step,) = plan_groups([desired(alert("A", above=2))], [there], OURS, Policy(), {str(pushed["uid"]): pushed})
    assert step.action is Action.REFUSE
    assert step.drift is not None
    assert step.drift.pushed == {pushed["uid"]: pushed}
    assert plan([desired(ours)], [there]) == [(Action.REFUSE, "api")]


def test_the_version_that_was_pushed_is_the_one_that_has_its_own_digest() -> None:
    first, second = desired(alert("A")), desired(alert("A", above=2))
    live = edited(second, title="Twice")
    versions = [live.rules[0], edited(second, title="Once").rules[0], second.rules[0], first.rules[0]]
    assert pushed_version(live.rules[0], versions) == second.rules[0]
    assert pushed_version(live.rules[0], versions[:2]) is None
