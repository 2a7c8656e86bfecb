"""Who is told: one route and the contact points of a project, and nothing else touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashkit.deploy.apply import apply
from dashkit.deploy.routing_plan import KINDS, desired_routing, plan_routing
from dashkit.model.item import Item
from dashkit.model.routing import Email, Hours, Receiver, Route, Routing, Slack
from tests.contract.conftest import Rig

ROUTING = Routing(
    default="chat",
    receivers=(Receiver("chat", (Slack("#alerts", "slack-url"), Email("a@example.com"))),),
    routes=(Route({"severity": "high|medium"}, "chat", hours="office"),),
    hours=(Hours("office", "monday:friday", "08:00", "18:00", "Europe/Berlin"),),
)
SECRETS = {"SLACK_URL": "http://127.0.0.1:9/hook"}


def routing(rig: Rig) -> list[Item]:
    return [item for kind in KINDS for item in rig.grafana.stored(kind)]


def of(kind: str, items: list[Item]) -> list[Item]:
    return [item for item in items if item.kind == kind]


@pytest.fixture
def owner(rig: Rig) -> Iterator[str]:
    name = f"dashkit:ct-{rig.run}"
    (before,) = of("policies", routing(rig))
    yield name
    # The tree first: what it refers to cannot go.
    rig.grafana.put(before, before)
    for item in routing(rig):
        if name in item.name and item.kind != "policies":
            rig.connection.delete(f"/api/v1/provisioning/{item.kind}/{item.key}")


def test_a_push_of_routing_adds_one_route_and_is_then_done(rig: Rig, owner: str) -> None:
    before = routing(rig)
    wanted = desired_routing(ROUTING, owner, SECRETS)
    result = apply((), plan_routing(wanted, before, owner), rig.grafana, secrets=wanted.secrets)
    assert [str(error) for error in result.errors if error] == []
    after = routing(rig)
    (old,), (new,) = of("policies", before), of("policies", after)
    theirs = [route for route in new.content["routes"] if owner not in str(route)]
    assert theirs == list(old.content.get("routes") or [])
    assert {item.name for item in of("contact-points", after) if owner in item.name} == {f"{owner} chat"}
    assert plan_routing(wanted, after, owner) == []


def test_a_route_that_somebody_adds_after_the_plan_is_not_lost(rig: Rig, owner: str) -> None:
    wanted = desired_routing(ROUTING, owner, SECRETS)
    steps = plan_routing(wanted, routing(rig), owner)
    (tree,) = of("policies", routing(rig))
    theirs = {"receiver": tree.content["receiver"], "object_matchers": [["team", "=", f"ct-{rig.run}"]]}
    changed = replace(tree, content={**tree.content, "routes": [theirs, *(tree.content.get("routes") or [])]})
    rig.grafana.put(changed, tree)
    result = apply((), steps, rig.grafana, secrets=wanted.secrets)
    assert [str(error) for error in result.errors if error] == ["tree: changed by someone since the plan was made"]
    (now,) = of("policies", routing(rig))
    assert now.content == changed.content
