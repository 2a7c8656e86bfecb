"""Who is told: one route and the contact points of a project, and nothing else touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashkit.backup.journal import Record, record_of
from dashkit.backup.rollback import plan_rollback, roll_back
from dashkit.deploy.apply import apply
from dashkit.deploy.outcome import Hooks, Result
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.routing_plan import KINDS, DesiredRouting, desired_routing, note_item, own_route, plan_routing
from dashkit.deploy.steps import Action, Step
from dashkit.model.item import Item
from dashkit.model.routing import Email, Hours, PagerDuty, Receiver, Route, Routing, Slack, Webhook
from tests.contract.conftest import Rig

ROUTING = Routing(
    default="chat",
    receivers=(Receiver("chat", (Slack("#alerts", "slack-url"), Email("a@example.com"))),),
    routes=(Route({"severity": "high|medium", "kind": "slow"}, "chat", wait="90s", repeat="90m", hours="office"),),
    hours=(Hours("office", "monday:friday", "08:00", "18:00", "Europe/Berlin"),),
)
SECRETS = {"SLACK_URL": "http://127.0.0.1:9/hook", "PAGER": "0123456789abcdef0123456789abcdef"}


def routing(rig: Rig) -> list[Item]:
    return [item for kind in KINDS for item in rig.grafana.items(kind)]


def of(kind: str, items: list[Item]) -> list[Item]:
    return [item for item in items if item.kind == kind]


@pytest.fixture
def owner(rig: Rig) -> Iterator[str]:
    name = f"dashkit:ct-{rig.run}"
    (before,) = of("policies", routing(rig))
    yield name
    # The tree first: what it refers to cannot go.
    (now,) = of("policies", routing(rig))
    rig.grafana.put(before, now)
    for item in routing(rig):
        if name in item.name and item.kind != "policies":
            rig.connection.delete(f"/api/v1/provisioning/{item.kind}/{item.key}")


def push(rig: Rig, wanted: DesiredRouting, owner: str, hooks: Hooks | None = None, **policy: str) -> Result:
    steps = plan_routing(wanted, routing(rig), owner, Policy(**policy))  # type: ignore[arg-type]
    return carry(rig, wanted, owner, steps, hooks)


def carry(rig: Rig, wanted: DesiredRouting, owner: str, steps: list[Step], hooks: Hooks | None = None) -> Result:
    late = lambda: note_item(wanted, routing(rig), owner)  # noqa: E731
    return apply((), steps, rig.grafana, secrets=wanted.secrets, late=late, hooks=hooks)


def failures(result: Result) -> list[str]:
    return [str(error) for error in result.errors if error]


def test_a_push_of_routing_adds_one_route_and_is_then_done(rig: Rig, owner: str) -> None:
    before = routing(rig)
    wanted = desired_routing(ROUTING, owner, SECRETS)
    assert failures(push(rig, wanted, owner)) == []
    after = routing(rig)
    (old,), (new,) = of("policies", before), of("policies", after)
    theirs = [route for route in new.content["routes"] if owner not in str(route)]
    assert theirs == list(old.content.get("routes") or [])
    assert {item.name for item in of("contact-points", after) if owner in item.name} == {f"{owner} chat"}
    assert plan_routing(wanted, after, owner, Policy()) == []


def test_what_is_read_back_of_routing_is_what_was_sent(rig: Rig, owner: str) -> None:
    """On this it rests that a rollback knows the work of a push, and a push an edit."""
    ways = (Slack("#alerts", "slack-url"), Email("a@example.com"), Webhook("http://127.0.0.1:9/x"), PagerDuty("pager"))
    wanted = desired_routing(replace(ROUTING, receivers=(Receiver("chat", ways),)), owner, SECRETS)
    assert failures(push(rig, wanted, owner)) == []
    there = {item.ref: item for item in routing(rig)}
    assert [item.key for item in wanted.items if there[item.ref].digest != item.digest] == []
    (tree,) = of("policies", list(there.values()))
    assert own_route(tree.content, owner) == wanted.route


def test_a_contact_point_or_a_route_edited_in_the_ui_is_refused(rig: Rig, owner: str) -> None:
    wanted = desired_routing(ROUTING, owner, SECRETS)
    assert failures(push(rig, wanted, owner)) == []
    mail = next(item for item in routing(rig) if item.content.get("settings") == {"addresses": "a@example.com"})
    rig.grafana.put(replace(mail, content={**mail.content, "settings": {"addresses": "theirs@example.com"}}), mail)
    (tree,) = of("policies", routing(rig))
    edited = [{**route, "group_wait": "3m"} if owner in str(route) else route for route in tree.content["routes"]]
    rig.grafana.put(replace(tree, content={**tree.content, "routes": edited}), tree)
    steps = plan_routing(wanted, routing(rig), owner, Policy())
    assert [(step.ref.kind, step.action) for step in steps] == [
        ("contact-points", Action.REFUSE), ("policies", Action.REFUSE)
    ]  # fmt: skip
    assert failures(push(rig, wanted, owner, on_drift="overwrite")) == []
    assert plan_routing(wanted, routing(rig), owner, Policy()) == []


def test_a_rollback_takes_back_what_is_ours_and_leaves_what_came_since(rig: Rig, owner: str) -> None:
    before = routing(rig)
    wanted = desired_routing(ROUTING, owner, SECRETS)
    records: list[Record] = []
    keep = Hooks(keep=lambda steps: records.append(record_of("push", steps, lambda uid: None)) or "push")
    assert failures(push(rig, wanted, owner, keep)) == []
    (tree,) = of("policies", routing(rig))
    theirs = {"receiver": tree.content["receiver"], "object_matchers": [["team", "=", f"ct-{rig.run}"]]}
    rig.grafana.put(replace(tree, content={**tree.content, "routes": [*tree.content["routes"], theirs]}), tree)
    moved = desired_routing(replace(ROUTING, group_by=("alertname",)), owner, SECRETS)
    assert failures(push(rig, moved, owner, keep)) == []
    first, second = records
    for record, there in ((second, True), (first, False)):
        steps = plan_rollback(record, rig.grafana, "fail")
        assert Action.REFUSE not in {step.action for step in steps}
        assert failures(roll_back(steps, rig.grafana, record=record)) == []
        (now,) = of("policies", routing(rig))
        assert own_route(now.content, owner) == (wanted.route if there else None)
        assert theirs in now.content["routes"]
    assert [item.ref for item in routing(rig)] == [item.ref for item in before]


def test_a_route_edited_since_is_a_conflict_of_a_rollback(rig: Rig, owner: str) -> None:
    wanted = desired_routing(ROUTING, owner, SECRETS)
    records: list[Record] = []
    keep = Hooks(keep=lambda steps: records.append(record_of("push", steps, lambda uid: None)) or "push")
    assert failures(push(rig, wanted, owner, keep)) == []
    (tree,) = of("policies", routing(rig))
    edited = [{**route, "group_wait": "3m"} if owner in str(route) else route for route in tree.content["routes"]]
    rig.grafana.put(replace(tree, content={**tree.content, "routes": edited}), tree)
    refused = [step.ref.kind for step in plan_rollback(records[0], rig.grafana, "fail") if step.action is Action.REFUSE]
    assert refused == ["policies"]


def test_a_route_that_somebody_adds_after_the_plan_is_not_lost(rig: Rig, owner: str) -> None:
    wanted = desired_routing(ROUTING, owner, SECRETS)
    steps = plan_routing(wanted, routing(rig), owner, Policy())
    (tree,) = of("policies", routing(rig))
    theirs = {"receiver": tree.content["receiver"], "object_matchers": [["team", "=", f"ct-{rig.run}"]]}
    changed = replace(tree, content={**tree.content, "routes": [theirs, *(tree.content.get("routes") or [])]})
    rig.grafana.put(changed, tree)
    assert failures(carry(rig, wanted, owner, steps)) == ["tree: changed by someone since the plan was made"]
    (now,) = of("policies", routing(rig))
    assert now.content == changed.content
