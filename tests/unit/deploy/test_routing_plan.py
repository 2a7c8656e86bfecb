"""Routing in Grafana: the project's own names, one route of the tree, and nothing else touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from dashkit.deploy.plan_input import Policy
from dashkit.deploy.routing_plan import DesiredRouting, desired_routing, note_item, plan_routing, with_route
from dashkit.deploy.steps import Action, Step
from dashkit.errors import RefusedError, UsageError
from dashkit.model.item import Item
from dashkit.model.routing import Email, Hours, PagerDuty, Receiver, Route, Routing, Slack, Webhook

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


def tree(content: dict[str, Any] | None = None, **server: str) -> Item:
    return Item("policies", "tree", "notification policies", content or TREE, server=server)


def live(desired: DesiredRouting, content: dict[str, Any]) -> list[Item]:
    """What the server would show after a push: secrets hidden, and more keys than were sent; and what was noted of it."""
    there = [*(replace(item, content={**item.content, "version": "1"}) for item in desired.items), tree(content)]
    return [*there, note_item(desired, there, OWNER)]


def planned(desired: DesiredRouting, there: Iterable[Item], **policy: Any) -> list[Step]:
    """The steps but for the note."""
    return [step for step in plan_routing(desired, there, OWNER, Policy(**policy)) if step.ref.kind != "templates"]


def step_of(kind: str, steps: Iterable[Step]) -> Step:
    (found,) = (step for step in steps if step.ref.kind == kind)
    return found


def points(desired: DesiredRouting) -> list[Item]:
    return [item for item in desired.items if item.kind == "contact-points"]


def pushed_tree(desired: DesiredRouting) -> dict[str, Any]:
    step = step_of("policies", planned(desired, [tree()]))
    assert step.item is not None
    return step.item.content


def test_everything_bears_the_project_s_name() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    assert {item.name for item in points(wanted)} == {"dashkit:shop page", "dashkit:shop chat"}
    assert [item.key for item in wanted.items if item.kind == "mute-timings"] == ["outside office of dashkit:shop"]
    assert wanted.route["object_matchers"] == [["dashkit_project", "=", OWNER]]
    assert wanted.route["routes"][1]["mute_time_intervals"] == ["outside office of dashkit:shop"]
    assert all(len(item.key) <= 40 for item in points(wanted))


def test_secrets_come_from_the_environment_and_stand_in_no_item() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    page, chat, mail = points(wanted)
    assert wanted.secrets[page.key]["integrationKey"].reveal() == "one"
    assert wanted.secrets[chat.key]["url"].reveal() == "https://hooks.example.com/two"
    assert (page.secrets, chat.secrets, mail.secrets) == (("integrationKey",), ("url",), ())
    assert "hooks.example.com" not in repr(wanted)


def test_all_missing_secrets_are_named_and_nothing_is_planned() -> None:
    with pytest.raises(UsageError, match="PAGER_KEY, SLACK_URL"):
        desired_routing(ROUTING, OWNER, {})


def test_the_rest_of_the_tree_stays_as_it_is() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    content = pushed_tree(wanted)
    assert content["routes"] == [wanted.route, THEIRS]
    assert {key: value for key, value in content.items() if key != "routes"} == {
        "receiver": "grafana-default-email",
        "group_by": ["alertname"],
    }
    assert TREE["routes"] == [THEIRS]


def test_the_plan_after_a_push_is_empty() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    assert plan_routing(wanted, live(wanted, pushed_tree(wanted)), OWNER, Policy()) == []


def test_the_tree_comes_after_what_it_refers_to() -> None:
    steps = plan_routing(desired_routing(ROUTING, OWNER, SECRETS), [tree()], OWNER, Policy())
    assert [step.ref.kind for step in steps] == [*["contact-points"] * 3, "mute-timings", "policies", "templates"]


def test_a_secret_that_the_server_shows_is_compared() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    chat = points(wanted)[1]
    there = live(wanted, pushed_tree(wanted))
    for url, action in (("https://hooks.example.com/two", []), ("https://hooks.example.com/other", [Action.UPDATE])):
        shown = replace(
            chat, content={**chat.content, "settings": {**chat.content["settings"], "url": url}}, secrets=()
        )
        steps = planned(wanted, [shown if item.ref == chat.ref else item for item in there if item.kind != "templates"])
        assert [step.action for step in steps] == action


def test_an_address_with_a_key_in_it_is_compared_but_for_the_key() -> None:
    routing = replace(
        ROUTING, receivers=(Receiver("page", (Webhook("https://h.example.com/one?key=abc"),)), ROUTING.receivers[1])
    )
    wanted = desired_routing(routing, OWNER, SECRETS)
    hook = points(wanted)[0]
    for url, action in (("https://h.example.com/one?key=", []), ("https://h.example.com/two?key=", [Action.UPDATE])):
        shown = replace(hook, content={**hook.content, "settings": {"url": url}}, secrets=("url",))
        there = [shown if item.ref == hook.ref else item for item in live(wanted, pushed_tree(wanted))]
        assert [step.action for step in planned(wanted, there, on_drift="overwrite")] == action


def test_the_project_s_route_is_replaced_where_it_stands() -> None:
    route = {"receiver": "dashkit:shop old", "object_matchers": [["dashkit_project", "=", OWNER]]}
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    found = with_route({**TREE, "routes": [THEIRS, route]}, wanted.route, OWNER)
    assert [entry["receiver"] for entry in found["routes"]] == ["theirs", "dashkit:shop chat"]


def test_a_route_of_somebody_else_for_our_alerts_is_refused() -> None:
    route = {"receiver": "by hand", "object_matchers": [["dashkit_project", "=", OWNER]]}
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    with pytest.raises(RefusedError, match="that dashkit did not make"):
        planned(wanted, [tree({**TREE, "routes": [route]})])


def test_a_tree_of_file_provisioning_is_refused() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    with pytest.raises(RefusedError, match="file provisioning"):
        planned(wanted, [tree(provenance="file")])


def changed_chat(wanted: DesiredRouting, settings: dict[str, Any]) -> list[Item]:
    """What the server has once somebody changed the settings of the chat."""
    chat = points(wanted)[1]
    moved = replace(chat, content={**chat.content, "version": "1", "settings": settings})
    return [moved if item.ref == chat.ref else item for item in live(wanted, pushed_tree(wanted))]


def test_a_changed_channel_in_the_source_is_a_change_of_its_contact_point_only() -> None:
    after = Receiver("chat", (Slack("#new", "slack-url"), Email("a@example.com")))
    old = desired_routing(ROUTING, OWNER, SECRETS)
    wanted = desired_routing(replace(ROUTING, receivers=(ROUTING.receivers[0], after)), OWNER, SECRETS)
    (step,) = planned(wanted, live(old, pushed_tree(old)))
    assert (step.action, step.title) == (Action.UPDATE, "dashkit:shop chat")
    assert [str(change) for change in step.changes] == [
        "setting settings.recipient: '#alerts' -> '#new'", "secret url sent along"
    ]  # fmt: skip


@pytest.mark.parametrize("settings", [{"recipient": "#theirs"}, {"recipient": "#alerts", "mentionUsers": "jo"}])
def test_a_contact_point_edited_in_the_ui_is_drift(settings: dict[str, Any]) -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    there = changed_chat(wanted, settings)
    for policy, action in ((None, Action.REFUSE), ("skip", Action.SKIP), ("overwrite", Action.UPDATE)):
        (step,) = planned(wanted, there, **({"on_drift": policy} if policy else {}))
        assert (step.action, "edited in the UI since the last push" in step.reason) == (action, True)


def test_an_edit_that_the_source_has_is_taken_over() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    there = changed_chat(wanted, {"recipient": "#theirs"})
    taken = Receiver("chat", (Slack("#theirs", "slack-url"), Email("a@example.com")))
    now = desired_routing(replace(ROUTING, receivers=(ROUTING.receivers[0], taken)), OWNER, SECRETS)
    (step,) = plan_routing(now, there, OWNER, Policy())
    assert step.ref.kind == "templates"
    after = [note_item(now, there, OWNER), *(item for item in there if item.kind != "templates")]
    assert plan_routing(now, after, OWNER, Policy()) == []


def test_a_route_edited_in_the_ui_is_drift_whatever_it_became() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    edited = tree({**TREE, "routes": [{**wanted.route, "receiver": "theirs"}]})
    there = [edited if item.kind == "policies" else item for item in live(wanted, pushed_tree(wanted))]
    (step,) = planned(wanted, there)
    assert (step.action, step.title) == (Action.REFUSE, "the project's route")
    assert [str(change) for change in step.changes] == ["route receiver: 'theirs' -> 'dashkit:shop chat'"]


def test_a_contact_point_of_our_name_that_was_never_noted_is_somebody_elses() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    ref = points(wanted)[2].ref
    there = live(wanted, pushed_tree(wanted))
    note = next(item for item in there if item.kind == "templates")
    text = "\n".join(line for line in note.content["template"].splitlines() if not line.endswith(str(ref)))
    found = [
        replace(item, content={"template": text}) if item is note
        else replace(item, content={**item.content, "settings": {"addresses": "b@example.com"}}) if item.ref == ref
        else item
        for item in there
    ]  # fmt: skip
    assert [(step.action, step.hint) for step in planned(wanted, found)] == [(Action.REFUSE, "--adopt takes it over")]
    assert [step.action for step in planned(wanted, found, adopt=True)] == [Action.UPDATE]


def test_what_an_older_dashkit_pushed_is_noted_first() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    there = [item for item in live(wanted, pushed_tree(wanted)) if item.kind != "templates"]
    assert [step.ref.kind for step in plan_routing(wanted, there, OWNER, Policy())] == ["templates"]


def test_a_password_in_an_address_is_not_shown() -> None:
    hooks = [Receiver("page", (Webhook(f"https://jo:hush@{host}.example.com/"),)) for host in ("old", "new")]
    old, new = (
        desired_routing(replace(ROUTING, receivers=(hook, ROUTING.receivers[1])), OWNER, SECRETS) for hook in hooks
    )
    (step,) = planned(new, live(old, pushed_tree(old)))
    assert "hush" not in " ".join(map(str, step.changes))


def test_a_setting_added_in_the_ui_stays_drift_until_somebody_decides() -> None:
    wanted = desired_routing(ROUTING, OWNER, SECRETS)
    there = changed_chat(wanted, {"recipient": "#alerts", "mentionUsers": "jo"})
    steps = plan_routing(wanted, there, OWNER, Policy())
    assert [(step.ref.kind, step.action) for step in steps] == [("contact-points", Action.REFUSE)]
    noted = [note_item(wanted, there, OWNER), *(item for item in there if item.kind != "templates")]
    assert [step.action for step in plan_routing(wanted, noted, OWNER, Policy())] == [Action.REFUSE]


def test_odd_names_are_found_again() -> None:
    hours = Hours("a{b}", "monday:friday", "08:00", "18:00")
    odd = replace(ROUTING, hours=(hours,), routes=(Route({"severity": "medium"}, "chat", hours="a{b}"),))
    wanted = desired_routing(odd, OWNER, SECRETS)
    assert plan_routing(wanted, live(wanted, pushed_tree(wanted)), OWNER, Policy()) == []
