"""Grafana-managed alert rules, on each server that dashkit knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dashkit.authoring.alerts import HIGH, MEDIUM, alert, fires, quiet, rule_group
from dashkit.authoring.plain_alerts import plain_alert
from dashkit.deploy.alert_groups import DIGEST, desired_rules, digest, edited
from dashkit.deploy.alert_plan import plan_groups
from dashkit.deploy.apply import apply
from dashkit.deploy.outcome import Outcome
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.steps import Action, GroupStep
from dashkit.model.alerts import AlertGroup, AlertRule, Runbook
from dashkit.model.item import Item, group_item
from dashkit.model.live import GrafanaAlertGroup
from tests.contract.conftest import Rig


def rule(name: str, above: float = 0.5, **more: Any) -> AlertRule:
    tests = [fires({"x": "1x60"}), quiet({"x": "0x60"})]
    text = {"summary": "[service] is bad", "description": "{value} is above {limit}", "symptom": "errors"}
    options: dict[str, Any] = {
        "severity": HIGH,
        "above": above,
        "runbook": Runbook(("look",), ("mend",)),
        **text,
        **more,
    }
    return alert(name, "sum by (service) (x)", tests=tests, **options)


class Rules:
    """A folder for alert rules on a server, and short words for what tests do."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.folder = f"ct{rig.run}-rules"
        self.owner = rig.adjustments.tag
        rig.grafana.put(Item("folders", self.folder, "", {"title": f"Contract {rig.run} rules", "folder": ""}), None)

    def wanted(self, *groups: AlertGroup) -> list[GrafanaAlertGroup]:
        return desired_rules(
            groups, folder_uid=self.folder, datasource="prometheus", owner=self.owner, uid_prefix=f"c{self.rig.run}-"
        )

    def plan(self, *groups: AlertGroup, **policy: Any) -> list[GroupStep]:
        return plan_groups(self.wanted(*groups), self.live(), self.owner, Policy(**policy))

    def push(self, *groups: AlertGroup, **policy: Any) -> list[Outcome]:
        outcomes = apply((), self.plan(*groups, **policy), self.rig.grafana).outcomes
        assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
        return list(outcomes)

    def by_hand(self, group: GrafanaAlertGroup) -> None:
        """Store a group as it is, as a person does."""
        self.rig.grafana.put(group_item(group), None)

    def live(self) -> list[GrafanaAlertGroup]:
        return [group for group in self.rig.grafana.alert_groups() if group.folder_uid == self.folder]

    def edit(self, group: str, **changes: Any) -> None:
        """Change the first rule of a group, as the UI does: its annotations stay."""
        (found,) = [entry for entry in self.live() if entry.name == group]
        rules = [{**found.rules[0], **changes}, *found.rules[1:]]
        edited = GrafanaAlertGroup(found.folder_uid, found.name, found.interval, tuple(rules))
        self.by_hand(edited)


@pytest.fixture
def rules(rig: Rig) -> Iterator[Rules]:
    found = Rules(rig)
    yield found
    for group in found.live():
        rig.grafana.remove(group_item(group))
    rig.connection.delete(f"/api/folders/{found.folder}")


def test_the_plan_after_a_push_of_rules_is_empty(rules: Rules) -> None:
    groups = [rule_group("one", "shop", rule("A"), rule("A", severity=MEDIUM), rule("B", wait="90m"), interval="30s"),
              rule_group("two", "shop", rule("C", below=2, above=None), rule("D", above=1.5 * 2**30), rule("E", above=1e-7))]  # fmt: skip
    rules.push(*groups)
    assert {step.title: step.action for step in rules.plan(*groups)} == {"one": Action.KEEP, "two": Action.KEEP}


def test_plain_alerts_are_kept_as_they_were_sent(rules: Rules) -> None:
    """A whole condition, a limit, an odd name, two alike, and settings that only Grafana has."""
    group = rule_group(
        "one", "shop", plain_alert("Down", "up == 0", severity="page", description="{{ $value }}"),
        plain_alert("odd \" {name}", "up # all", below=1.5, wait="90m", labels={"team": "{{ $labels.team }}"}),
        plain_alert("Down", "up < 1", severity="page", grafana={"isPaused": True, "noDataState": "NoData", "uid": "ct-own"}),
        query_offset="1m",
    )  # fmt: skip
    rules.push(group)
    assert {step.title: step.action for step in rules.plan(group)} == {"one": Action.KEEP}


def test_rules_stay_editable_in_the_ui(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A")))
    assert [group.provenance for group in rules.live()] == [""]


def test_what_was_pushed_does_not_read_as_edited(rules: Rules) -> None:
    """Whatever form the server gives to numbers, durations and texts."""
    group = rule_group(
        "one", "shop", rule("A", above=1.5 * 2**30), rule("B", above=2.0, wait="90m"), rule("C", above=0.1)
    )
    rules.push(group)
    assert [edited(entry) for live in rules.live() for entry in live.rules] == [False, False, False]


def test_a_changed_rule_a_new_one_and_a_removed_one_are_one_update_of_their_group(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A"), rule("B")))
    after = rule_group("one", "shop", rule("B", above=0.7), rule("C"))
    (step,) = rules.plan(after)
    assert step.action is Action.UPDATE
    told = {f"{change.sign} {change}" for change in step.changes if change.sign != " "}
    assert told == {"- A (high)", "~ B (high)", "+ C (high)"}
    rules.push(after)
    assert [entry["title"] for group in rules.live() for entry in group.rules] == ["B (high)", "C (high)"]
    assert [step.action for step in rules.plan(after)] == [Action.KEEP]


def test_a_rule_edited_in_the_ui_is_refused_until_it_may_be_overwritten(rules: Rules) -> None:
    group = rule_group("one", "shop", rule("A"))
    rules.push(group)
    rules.edit("one", **{"for": "9m"})
    (step,) = rules.plan(group)
    assert step.action is Action.REFUSE
    assert "A (high)" in step.reason
    assert [step.action for step in rules.plan(group, on_drift="skip")] == [Action.SKIP]
    rules.push(group, on_drift="overwrite")
    assert [step.action for step in rules.plan(group)] == [Action.KEEP]


def test_a_group_that_is_not_ours_is_refused_until_adopted(rules: Rules) -> None:
    (group,) = rules.wanted(rule_group("one", "shop", rule("A")))
    foreign = {**group.rules[0], "annotations": {"summary": "by hand"}}
    rules.by_hand(GrafanaAlertGroup(rules.folder, "one", 60, (foreign,)))
    ours = rule_group("one", "shop", rule("A"))
    assert [step.action for step in rules.plan(ours)] == [Action.REFUSE]
    rules.push(ours, adopt=True)
    assert [step.action for step in rules.plan(ours)] == [Action.KEEP]


def test_a_group_gone_from_the_source_is_deleted_by_prune_only(rules: Rules) -> None:
    one, two = rule_group("one", "shop", rule("A")), rule_group("two", "shop", rule("B"))
    rules.push(one, two)
    assert [step.action for step in rules.plan(one)] == [Action.KEEP, Action.ORPHAN]
    rules.push(one, prune=True)
    assert [group.name for group in rules.live()] == ["one"]


def test_a_renamed_group_takes_its_rules_along(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A")))
    rules.push(rule_group("first", "shop", rule("A")), prune=True)
    assert [group.name for group in rules.live()] == ["first"]
    assert [step.action for step in rules.plan(rule_group("first", "shop", rule("A")))] == [Action.KEEP]


def test_an_edited_group_is_not_pruned(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A")))
    rules.edit("one", **{"for": "9m"})
    assert [step.action for step in rules.plan(prune=True)] == [Action.REFUSE]


def test_a_group_renamed_in_the_ui_is_refused(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A")))
    (live,) = rules.live()
    rules.by_hand(replace(live, name="theirs"))
    assert [group.name for group in rules.live()] == ["theirs"]
    (step,) = rules.plan(rule_group("one", "shop", rule("A")))
    assert step.action is Action.REFUSE
    assert "renamed in the UI" in step.reason
    assert [step.action for step in rules.plan(prune=True)] == [Action.REFUSE]
    rules.push(rule_group("one", "shop", rule("A")), on_drift="overwrite")
    assert [group.name for group in rules.live()] == ["one"]


def test_an_interval_changed_in_the_ui_is_refused(rules: Rules) -> None:
    group = rule_group("one", "shop", rule("A"))
    rules.push(group)
    (live,) = rules.live()
    rules.by_hand(replace(live, interval=300))
    (step,) = rules.plan(group)
    assert (step.action, step.reason.partition(" in the UI")[0]) == (Action.REFUSE, "given another interval")
    rules.push(group, on_drift="overwrite")
    assert [step.action for step in rules.plan(group)] == [Action.KEEP]


def test_a_rule_renamed_in_the_ui_is_refused(rules: Rules) -> None:
    group = rule_group("one", "shop", rule("A"))
    rules.push(group)
    rules.edit("one", title="Theirs")
    assert [step.action for step in rules.plan(group)] == [Action.REFUSE]
    assert [step.action for step in rules.plan(prune=True)] == [Action.REFUSE]


def test_an_edit_of_a_rule_that_the_source_takes_over_is_ours_again(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A")))
    rules.edit("one", **{"for": "9m"})
    taken = rule_group("one", "shop", rule("A", wait="9m"))
    (step,) = rules.plan(taken)
    assert step.action is Action.UPDATE
    assert [str(change) for change in step.changes] == [
        "A (high): the source now matches an edit in the UI, marked as pushed"
    ]
    rules.push(taken)
    assert [step.action for step in rules.plan(taken)] == [Action.KEEP]
    assert [step.action for step in rules.plan(rule_group("one", "shop", rule("A", wait="3m")))] == [Action.UPDATE]


def test_a_group_of_an_older_dashkit_is_as_before_and_its_edits_are_found(rules: Rules) -> None:
    """Its digests do not say where a rule belongs."""
    group = rule_group("one", "shop", rule("A"))
    rules.push(group)
    (live,) = rules.live()
    mark = {DIGEST: digest(live.rules[0])}
    old = {**live.rules[0], "annotations": {**live.rules[0]["annotations"], **mark}}
    rules.by_hand(replace(live, rules=(old,)))
    assert [step.action for step in rules.plan(group)] == [Action.KEEP]
    assert [step.action for step in rules.plan(rule_group("first", "shop", rule("A")))] == [Action.UPDATE]
    rules.edit("one", **{"for": "9m"})
    assert [step.action for step in rules.plan(group)] == [Action.REFUSE]


def test_rules_of_a_folder_that_does_not_exist_are_not_written(rules: Rules) -> None:
    """12.3 would take them and then fail to list its rules."""
    (group,) = rules.wanted(rule_group("one", "shop", rule("A")))
    lost = GrafanaAlertGroup(f"ct{rules.rig.run}-nowhere", group.name, group.interval, group.rules)
    (outcome,) = apply((), plan_groups([lost], [], rules.owner, Policy()), rules.rig.grafana).outcomes
    assert outcome.error is not None
    assert rules.live() == []


def test_an_annotation_of_a_push_is_found_by_its_tags(rig: Rig) -> None:
    rig.grafana.annotate("pushed", ["dashkit", "deployment", f"ct-{rig.run}"])
    (found,) = rig.api("GET", f"/api/annotations?tags=ct-{rig.run}")
    assert found["text"] == "pushed"
    assert set(found["tags"]) == {"dashkit", "deployment", f"ct-{rig.run}"}


def test_rules_of_another_project_are_never_taken_not_even_by_adoption(rules: Rules) -> None:
    rules.push(rule_group("theirs", "shop", rule("A")))
    mine = desired_rules(
        [rule_group("mine", "shop", rule("A"))],
        folder_uid=rules.folder,
        datasource="prometheus",
        owner="dashkit:other",
        uid_prefix=f"c{rules.rig.run}-",
    )
    (step, *_) = plan_groups(mine, rules.live(), "dashkit:other", Policy(adopt=True))
    assert step.action is Action.REFUSE
    assert "another project" in step.reason


def test_a_rule_that_a_person_moved_to_another_group_is_not_taken_back_silently(rules: Rules) -> None:
    group = rule_group("one", "shop", rule("A"), rule("B"))
    rules.push(group)
    (live,) = rules.live()
    foreign = {**live.rules[0], "uid": f"c{rules.rig.run}-hand", "title": "By hand", "annotations": {"summary": "x"}}
    rules.by_hand(GrafanaAlertGroup(rules.folder, "theirs", 60, (live.rules[0], foreign)))
    (step, *_) = [entry for entry in rules.plan(group) if entry.title == "one"]
    assert step.action is Action.REFUSE
    assert any("moves here from group theirs" in line for line in map(str, step.changes))


def test_a_group_taken_over_says_which_rules_of_others_would_go(rules: Rules) -> None:
    (group,) = rules.wanted(rule_group("one", "shop", rule("A")))
    foreign = {**group.rules[0], "uid": f"c{rules.rig.run}-hand", "title": "By hand", "annotations": {"summary": "x"}}
    rules.by_hand(GrafanaAlertGroup(rules.folder, "one", 60, (foreign,)))
    (step,) = rules.plan(rule_group("one", "shop", rule("A")), adopt=True)
    assert step.lost == ("By hand",)
