"""Routing in Grafana: the project's own names, one route of the tree, and nothing else touched."""

from __future__ import annotations

import pytest

from dashkit.errors import RefusedError, UsageError
from dashkit.export.routing_plan import desired_routing, plan_routing, with_route
from dashkit.model.live_routing import GrafanaRouting
from dashkit.model.routing import Email, Hours, PagerDuty, Receiver, Route, Routing, Slack

OWNER = "dashkit:shop"
ROUTING = Routing(
    default="chat",
    receivers=(
        Receiver("page", (PagerDuty("pager-key"),)),
        Receiver("chat", (Slack("#alerts", "slack-url"), Email("a@example.com"))),
    ),
    routes=(Route({"severity": "critical"}, "page"), Route({"severity": "medium"}, "chat", hours="office")),
    hours=(Hours("office", "monday:friday", "08:00", "18:00"),),
)
SECRETS = {"PAGER_KEY": "one", "SLACK_URL": "https://hooks.example.com/two"}
THEIRS = {"receiver": "theirs", "object_matchers": [["team", "=", "x"]], "routes": [{"receiver": "deep"}]}
TREE = {"receiver": "grafana-default-email", "group_by": ["alertname"], "routes": [THEIRS]}
EMPTY = GrafanaRouting((), (), TREE)


def live(desired: GrafanaRouting, tree: dict[str, object]) -> GrafanaRouting:
    """What the server would show after a push: secrets hidden, and more keys than were sent."""
    points = []
    for point in desired.contact_points:
        settings = {
            key: "[REDACTED]" if key in ("integrationKey", "url") else text for key, text in point["settings"].items()
        }
        points.append({**point, "settings": settings, "provenance": ""})
    timings = [{**timing, "version": "1"} for timing in desired.mute_timings]
    return GrafanaRouting(tuple(points), tuple(timings), tree)


def test_everything_bears_the_project_s_name() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    assert {point["name"] for point in wanted.contact_points} == {"dashkit:shop page", "dashkit:shop chat"}
    assert [timing["name"] for timing in wanted.mute_timings] == ["outside office of dashkit:shop"]
    assert wanted.tree["object_matchers"] == [["dashkit_project", "=", OWNER]]
    assert wanted.tree["routes"][1]["mute_time_intervals"] == ["outside office of dashkit:shop"]
    assert all(len(point["uid"]) <= 40 for point in wanted.contact_points)


def test_secrets_come_from_the_environment() -> None:
    settings = [point["settings"] for point in desired_routing(ROUTING, OWNER, SECRETS).contact_points]
    assert settings[0] == {"integrationKey": "one"}
    assert settings[1]["url"] == "https://hooks.example.com/two"


def test_all_missing_secrets_are_named_and_nothing_is_planned() -> None:
    with pytest.raises(UsageError, match="PAGER_KEY, SLACK_URL"):
        desired_routing(ROUTING, OWNER, {})


def test_the_rest_of_the_tree_stays_as_it_is() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    plan = plan_routing(wanted, EMPTY, OWNER)
    assert plan.tree is not None
    assert plan.tree["routes"] == [wanted.tree, THEIRS]
    assert {key: value for key, value in plan.tree.items() if key != "routes"} == {
        "receiver": "grafana-default-email",
        "group_by": ["alertname"],
    }
    assert TREE["routes"] == [THEIRS]


def test_the_plan_after_a_push_is_empty() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    first = plan_routing(wanted, EMPTY, OWNER)
    assert first.tree is not None
    second = plan_routing(wanted, live(wanted, dict(first.tree)), OWNER)
    assert (second.contact_points, second.mute_timings, second.tree, second.changes) == ((), (), None, ())


def test_the_project_s_route_is_replaced_where_it_stands() -> None:
    route = {"receiver": "dashkit:shop old", "object_matchers": [["dashkit_project", "=", OWNER]]}
    tree = with_route({**TREE, "routes": [THEIRS, route]}, desired_routing(ROUTING, OWNER, SECRETS).tree, OWNER)
    assert [entry["receiver"] for entry in tree["routes"]] == ["theirs", "dashkit:shop chat"]


def test_a_route_of_somebody_else_for_our_alerts_is_refused() -> None:
    route = {"receiver": "by hand", "object_matchers": [["dashkit_project", "=", OWNER]]}
    with pytest.raises(RefusedError, match="that dashkit did not make"):
        with_route({**TREE, "routes": [route]}, {"receiver": "dashkit:shop chat"}, OWNER)


def test_a_tree_of_file_provisioning_is_refused() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    with pytest.raises(RefusedError, match="file provisioning"):
        plan_routing(wanted, GrafanaRouting((), (), {**TREE, "provenance": "file"}), OWNER)


def test_a_changed_channel_is_a_change_of_its_contact_point_only() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    first = plan_routing(wanted, EMPTY, OWNER)
    assert first.tree is not None
    there = live(wanted, dict(first.tree))
    moved = {**there.contact_points[1], "settings": {**there.contact_points[1]["settings"], "recipient": "#other"}}
    edited = GrafanaRouting((there.contact_points[0], moved, there.contact_points[2]), there.mute_timings, there.tree)
    assert plan_routing(wanted, edited, OWNER).changes == ("~ contact point dashkit:shop chat (slack)",)
