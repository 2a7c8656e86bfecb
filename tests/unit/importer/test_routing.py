"""Routing read backwards: names, secrets, hours and routes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.deploy.routing import outside
from dashkit.deploy.routing_plan import desired_routing, with_route
from dashkit.importer.code import expression
from dashkit.importer.hours import hours_of
from dashkit.importer.routing import compared_routing, live_routing, made_items, routing_call
from dashkit.importer.secret_names import SecretNames, hidden
from dashkit.model.item import Item
from dashkit.model.routing import Contact, Email, Hours, MuteTiming, PagerDuty, Receiver, Route, Routing, Slack, Webhook
from tests.support.hostile import words

OWNER = "dashkit:shop"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Everything(dict[str, str]):
    """An environment in which each variable is set."""

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:
        return f"secret of {name}"


def on_server(routing: Routing) -> list[Item]:
    """What a server has after a push, in a tree with a route of others."""
    made = desired_routing(routing, OWNER, Everything())
    theirs = {"receiver": "theirs", "object_matchers": [["team", "=", "x"]]}
    tree = with_route({"receiver": "empty", "routes": [theirs]}, made.route, OWNER)
    return [*made.items, Item("policies", "tree", "policies", tree)]


def point(kind: str, settings: dict[str, Any], *secrets: str) -> Item:
    return Item("contact-points", "x-1", "x", {"name": "x", "type": kind, "settings": settings}, secrets)


NAMES = st.text(st.sampled_from("abé \"'{}$-"), min_size=1, max_size=6).map(lambda text: f"n{text}n")
WAYS = st.one_of(
    st.builds(Slack, words.filter(lambda text: "${" not in text), st.just("x")),
    st.builds(PagerDuty, st.just("x")),
    st.builds(Email, words.filter(lambda text: "${" not in text)),
    st.just(Webhook("http://hook.example.com/")),
    st.builds(
        Contact, st.sampled_from(("telegram", "slack")), st.dictionaries(st.sampled_from(("chatid", "title")), words),
        st.dictionaries(st.sampled_from(("bottoken", "url")), st.just("x")), st.booleans(),
    ),
)  # fmt: skip


@st.composite
def routings(draw: st.DrawFn) -> Routing:
    names = draw(st.lists(NAMES, unique=True, min_size=1, max_size=3))
    receivers = tuple(
        Receiver(name, tuple(draw(st.lists(WAYS, min_size=1, max_size=12 if name == names[0] else 2))))
        for name in names
    )
    hours = Hours("office", "monday:friday", "08:00", "18:00", draw(st.sampled_from(("UTC", "Europe/Berlin"))))
    timings = (MuteTiming("nights", ({"times": [{"start_time": "22:00", "end_time": "24:00"}]},)),)
    times = st.sampled_from(("", "0s", "30s", "4h", "1h30m"))

    def route(depth: int) -> Route:
        below = tuple(route(depth - 1) for _ in range(draw(st.integers(0, 2)))) if depth else ()
        return Route(
            draw(st.dictionaries(words, words, max_size=2)), draw(st.sampled_from(("", *names))),
            hours=draw(st.sampled_from(("", "office"))), repeat=draw(times), wait=draw(times), interval=draw(times),
            group_by=tuple(draw(st.lists(words, max_size=2))), routes=below,
            matchers=tuple(draw(st.lists(st.tuples(words, st.sampled_from(("!=", "!~", "=~")), words), max_size=2))),
            muted=draw(st.sampled_from(((), ("nights",)))), active=draw(st.sampled_from(((), ("nights",)))),
            go_on=draw(st.booleans()),
        )  # fmt: skip

    return Routing(
        draw(st.sampled_from(("", *names))), receivers, tuple(route(2) for _ in range(draw(st.integers(0, 2)))),
        hours=(hours,), timings=timings, group_by=tuple(draw(st.lists(words, max_size=2))), wait=draw(times),
    )  # fmt: skip


@given(routings())
def test_what_was_pushed_comes_back(routing: Routing) -> None:
    live = live_routing(on_server(routing), OWNER)
    routed = routing_call(live)
    assert eval(expression(routed.call), vars(__import__("dashkit.authoring", fromlist=["x"]))) == routed.call.make()
    made = desired_routing(routed.call.make(), OWNER, Everything())
    items = [{"kind": i.kind, "key": i.key, "content": i.content, "secrets": list(i.secrets)} for i in made.items]
    again = live_routing(made_items(items, made.route), OWNER)
    assert compared_routing(again) == compared_routing(live)
    assert made.route == desired_routing(routing, OWNER, Everything()).route
    assert "secret of" not in expression(routed.call)


def test_helpers_say_what_they_can() -> None:
    routing = Routing(
        "chat",
        (Receiver("chat", (Slack("#a", "key"), Email("a@example.com"))), Receiver("page", (PagerDuty("key"),))),
        (Route({"severity": "high|low"}, "page", hours="office", wait="0s"),),
        hours=(Hours("office", "monday:friday", "08:00", "18:00"),),
    )
    routed = routing_call(live_routing(on_server(routing), OWNER))
    assert routed.variables == ("PAGERDUTY_KEY_PAGE", "SLACK_URL_CHAT")
    assert expression(routed.call) == (
        "Routing(default='chat', receivers=(Receiver('chat', (Slack('#a', 'slack-url-chat'), Email('a@example.com'))), "
        "Receiver('page', (PagerDuty('pagerduty-key-page'),))), routes=(Route({'severity': 'high|low'}, 'page', "
        "hours='office', wait='0s'),), hours=(Hours('office', 'monday:friday', '08:00', '18:00'),))"
    )


def test_a_receiver_of_the_tree_that_nobody_can_read_is_told() -> None:
    tree = {"receiver": "a", "routes": [{"receiver": "b", "routes": [{"receiver": "gone"}]}]}
    items = [point("email", {"addresses": "x"}), Item("policies", "tree", "", {**tree, "routes": tree["routes"]})]
    with pytest.raises(ValueError, match="sends to 'b', which has no contact point that can be read"):
        routing_call(live_routing(items, OWNER))
    own = on_server(Routing("chat", (Receiver("chat", (Email("a"),)),), ()))
    edited = own[-1].content | {"routes": [own[-1].content["routes"][0] | {"receiver": "by hand"}]}
    with pytest.raises(ValueError, match="sends to 'by hand'"):
        routing_call(live_routing([*own[:-1], Item("policies", "tree", "", edited)], OWNER))
    with pytest.raises(ValueError, match="`match_re`"):
        routing_call(
            live_routing([items[0], Item("policies", "tree", "", {"routes": [{"match_re": {"a": "b"}}]})], OWNER)
        )


@given(st.integers(0, 6), st.integers(0, 6), st.sampled_from(("00:00", "06:00")), st.sampled_from(("12:00", "24:00")))
def test_hours_come_back(first: int, last: int, start: str, end: str) -> None:
    first, last = sorted((first, last))
    days = DAYS[first] if first == last else f"{DAYS[first]}:{DAYS[last]}"
    intervals = outside(Hours("office", days, start, end, "Europe/Berlin"))["time_intervals"]
    found = hours_of("outside office", intervals)
    assert found is not None
    assert outside(found[1].make())["time_intervals"] == intervals


@pytest.mark.parametrize("name", ["office", "outside nights"])
def test_other_times_are_no_hours(name: str) -> None:
    assert hours_of(name, [{"days_of_month": ["1:7"]}]) is None


@pytest.mark.parametrize(
    ("kind", "settings", "secrets", "left"),
    [
        ("webhook", {"url": "http://watchdog.monitoring.svc:8080/watchdog"}, (), ["url"]),
        ("webhook", {"url": "https://example.com/T0123456789ABCDEFGHIJKL"}, ("url",), []),
        ("webhook", {"url": "http://a-service-with-a-long-name-2/hook"}, (), ["url"]),
        ("webhook", {"url": "https://u@example.com/", "maxAlerts": 3}, ("url",), ["maxAlerts"]),
        ("discord", {"url": "https://discord.example.com/", "avatar_url": "x"}, ("url",), ["avatar_url"]),
        ("webhook", {"url": "http://a/", "headers": {"Authorization": "a", "Accept": "b"}}, ("headers.Authorization",), ["headers", "url"]),
        ("webhook", {"url": "http://a/", "authorization_scheme": "Bearer"}, (), ["authorization_scheme", "url"]),
    ],
)  # fmt: skip
def test_what_a_name_or_an_address_gives_away_is_hidden(
    kind: str, settings: dict[str, Any], secrets: tuple[str, ...], left: list[str]
) -> None:
    by_server = ("url",) if "u@" in settings["url"] else ()  # without the password, which it does not show
    found = hidden(point(kind, settings, *by_server))
    assert (found.secrets, sorted(found.content["settings"])) == (secrets, left)
    assert "Authorization" not in str(found.content)


def test_names_of_secrets_make_variables_that_differ() -> None:
    names = SecretNames()
    made = [names.name("slack", "url", receiver) for receiver in ("Team A", "team-a", "é")]
    assert made == ["slack-url-team-a", "slack-url-team-a-2", "slack-url"]
    assert names.name("webhook", "headers.0.value", "x") == "webhook-headers-value-x"
