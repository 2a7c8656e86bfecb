"""Who is told, in a real Grafana: the sandbox holds no contact points (it answers 501 for them)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashkit.export.routing_plan import desired_routing, plan_routing
from dashkit.model.routing import Email, Hours, Receiver, Route, Routing, Slack
from tests.contract.conftest import TARGETS, Rig

pytestmark = pytest.mark.skipif("real" not in TARGETS, reason="DASHKIT_TEST_GRAFANA_URL names no real Grafana")

ROUTING = Routing(
    default="chat",
    receivers=(Receiver("chat", (Slack("#alerts", "slack-url"), Email("a@example.com"))),),
    routes=(Route({"severity": "high|medium"}, "chat", hours="office"),),
    hours=(Hours("office", "monday:friday", "08:00", "18:00", "Europe/Berlin"),),
)
SECRETS = {"SLACK_URL": "http://127.0.0.1:9/hook"}


@pytest.fixture
def owner(rig: Rig) -> Iterator[str]:
    name = f"dashkit:ct-{rig.run}"
    before = rig.grafana.routing().tree
    yield name
    # The tree first: what it refers to cannot go.
    rig.connection.write("PUT", "/api/v1/provisioning/policies", before, headers={"X-Disable-Provenance": "true"})
    for point in rig.grafana.routing().contact_points:
        if str(point["name"]).startswith(name):
            rig.connection.delete(f"/api/v1/provisioning/contact-points/{point['uid']}")
    for timing in rig.grafana.routing().mute_timings:
        if name in str(timing["name"]):
            rig.connection.delete(f"/api/v1/provisioning/mute-timings/{timing['name']}")


@pytest.mark.parametrize("rig", ["real"], indirect=True)
def test_a_push_of_routing_adds_one_route_and_is_then_done(rig: Rig, owner: str) -> None:
    before = rig.grafana.routing()
    wanted = desired_routing(ROUTING, owner, SECRETS)
    plan = plan_routing(wanted, before, owner)
    rig.grafana.put_routing(plan)
    after = rig.grafana.routing()
    assert [route for route in after.tree["routes"] if owner not in str(route)] == list(before.tree.get("routes") or [])
    assert {str(point["name"]) for point in after.contact_points if owner in str(point["name"])} == {f"{owner} chat"}
    assert plan_routing(wanted, after, owner).changes == ()
