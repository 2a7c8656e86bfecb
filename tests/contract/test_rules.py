"""Grafana-managed alert rules, on each server that dashkit knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashkit.authoring.alerts import HIGH, MEDIUM, alert, fires, quiet, rule_group
from dashkit.deploy.actions import Kind
from dashkit.deploy.apply_rules import RuleOutcome, apply_rules
from dashkit.deploy.rule_plan import RuleAction, RulePolicy, plan_rules
from dashkit.deploy.rules import desired_rules, edited
from dashkit.model.live_rules import GrafanaGroup
from dashkit.model.rules import AlertRule, RuleGroup, Runbook
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
        rig.grafana.create_folder(self.folder, f"Contract {rig.run} rules", "")

    def wanted(self, *groups: RuleGroup) -> list[GrafanaGroup]:
        return desired_rules(
            groups, folder_uid=self.folder, datasource="prometheus", owner=self.owner, uid_prefix=f"c{self.rig.run}-"
        )

    def plan(self, *groups: RuleGroup, **policy: Any) -> list[RuleAction]:
        return plan_rules(self.wanted(*groups), self.live(), self.owner, RulePolicy(**policy))

    def push(self, *groups: RuleGroup, **policy: Any) -> list[RuleOutcome]:
        actions = [
            action for action in self.plan(*groups, **policy) if action.kind in (Kind.CREATE, Kind.UPDATE, Kind.DELETE)
        ]
        outcomes = apply_rules((), actions, self.rig.grafana)
        assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
        return outcomes

    def live(self) -> list[GrafanaGroup]:
        return [group for group in self.rig.grafana.rule_groups() if group.folder_uid == self.folder]

    def edit(self, group: str, **changes: Any) -> None:
        """Change the first rule of a group, as the UI does: its annotations stay."""
        (found,) = [entry for entry in self.live() if entry.name == group]
        rules = [{**found.rules[0], **changes}, *found.rules[1:]]
        edited = GrafanaGroup(found.folder_uid, found.name, found.interval, tuple(rules))
        self.rig.grafana.put_rules(edited, frozenset(str(entry["uid"]) for entry in rules))


@pytest.fixture
def rules(rig: Rig) -> Iterator[Rules]:
    found = Rules(rig)
    yield found
    rig.grafana.delete_rules(frozenset(str(entry["uid"]) for group in found.live() for entry in group.rules))
    rig.connection.delete(f"/api/folders/{found.folder}")


def test_the_plan_after_a_push_of_rules_is_empty(rules: Rules) -> None:
    groups = [rule_group("one", "shop", rule("A"), rule("A", severity=MEDIUM), rule("B", wait="90m"), interval="30s"),
              rule_group("two", "shop", rule("C", below=2, above=None), rule("D", above=1.5 * 2**30), rule("E", above=1e-7))]  # fmt: skip
    rules.push(*groups)
    assert {action.group.name: action.kind for action in rules.plan(*groups)} == {"one": Kind.KEEP, "two": Kind.KEEP}


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
    (action,) = rules.plan(after)
    assert action.kind is Kind.UPDATE
    assert {line for line in action.changes if not line.startswith(" ")} == {
        "- A (high)",
        "~ B (high)",
        "+ C (high)",
    }
    rules.push(after)
    assert [entry["title"] for group in rules.live() for entry in group.rules] == ["B (high)", "C (high)"]
    assert [action.kind for action in rules.plan(after)] == [Kind.KEEP]


def test_a_rule_edited_in_the_ui_is_refused_until_it_may_be_overwritten(rules: Rules) -> None:
    group = rule_group("one", "shop", rule("A"))
    rules.push(group)
    rules.edit("one", **{"for": "9m"})
    (action,) = rules.plan(group)
    assert action.kind is Kind.REFUSE
    assert "A (high)" in action.reason
    assert [action.kind for action in rules.plan(group, on_drift="skip")] == [Kind.SKIP]
    rules.push(group, on_drift="overwrite")
    assert [action.kind for action in rules.plan(group)] == [Kind.KEEP]


def test_a_group_that_is_not_ours_is_refused_until_adopted(rules: Rules) -> None:
    (group,) = rules.wanted(rule_group("one", "shop", rule("A")))
    foreign = {**group.rules[0], "annotations": {"summary": "by hand"}}
    rules.rig.grafana.put_rules(GrafanaGroup(rules.folder, "one", 60, (foreign,)), frozenset())
    ours = rule_group("one", "shop", rule("A"))
    assert [action.kind for action in rules.plan(ours)] == [Kind.REFUSE]
    rules.push(ours, adopt=True)
    assert [action.kind for action in rules.plan(ours)] == [Kind.KEEP]


def test_a_group_gone_from_the_source_is_deleted_by_prune_only(rules: Rules) -> None:
    one, two = rule_group("one", "shop", rule("A")), rule_group("two", "shop", rule("B"))
    rules.push(one, two)
    assert [action.kind for action in rules.plan(one)] == [Kind.KEEP, Kind.ORPHAN]
    rules.push(one, prune=True)
    assert [group.name for group in rules.live()] == ["one"]


def test_a_renamed_group_takes_its_rules_along(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A")))
    rules.push(rule_group("first", "shop", rule("A")), prune=True)
    assert [group.name for group in rules.live()] == ["first"]
    assert [action.kind for action in rules.plan(rule_group("first", "shop", rule("A")))] == [Kind.KEEP]


def test_an_edited_group_is_not_pruned(rules: Rules) -> None:
    rules.push(rule_group("one", "shop", rule("A")))
    rules.edit("one", **{"for": "9m"})
    assert [action.kind for action in rules.plan(prune=True)] == [Kind.REFUSE]


def test_rules_of_a_folder_that_does_not_exist_are_not_written(rules: Rules) -> None:
    """12.3 would take them and then fail to list its rules."""
    (group,) = rules.wanted(rule_group("one", "shop", rule("A")))
    lost = GrafanaGroup(f"ct{rules.rig.run}-nowhere", group.name, group.interval, group.rules)
    (outcome,) = apply_rules((), [RuleAction(Kind.CREATE, lost)], rules.rig.grafana)
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
    (action, *_) = plan_rules(mine, rules.live(), "dashkit:other", RulePolicy(adopt=True))
    assert action.kind is Kind.REFUSE
    assert "another project" in action.reason


def test_a_rule_that_a_person_moved_to_another_group_is_not_taken_back_silently(rules: Rules) -> None:
    group = rule_group("one", "shop", rule("A"), rule("B"))
    rules.push(group)
    (live,) = rules.live()
    known = frozenset(str(entry["uid"]) for entry in live.rules)
    foreign = {**live.rules[0], "uid": f"c{rules.rig.run}-hand", "title": "By hand", "annotations": {"summary": "x"}}
    rules.rig.grafana.put_rules(GrafanaGroup(rules.folder, "theirs", 60, (live.rules[0], foreign)), known)
    (action, *_) = [entry for entry in rules.plan(group) if entry.group.name == "one"]
    assert action.kind is Kind.REFUSE
    assert any("moves here from group theirs" in line for line in action.changes)


def test_a_group_taken_over_says_which_rules_of_others_would_go(rules: Rules) -> None:
    (group,) = rules.wanted(rule_group("one", "shop", rule("A")))
    foreign = {**group.rules[0], "uid": f"c{rules.rig.run}-hand", "title": "By hand", "annotations": {"summary": "x"}}
    rules.rig.grafana.put_rules(GrafanaGroup(rules.folder, "one", 60, (foreign,)), frozenset())
    (action,) = rules.plan(rule_group("one", "shop", rule("A")), adopt=True)
    assert action.lost == ("By hand",)
