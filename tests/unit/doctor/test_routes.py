"""Alertmanager's routing: matchers, what is inherited, where alerts can go, and what differs."""

from __future__ import annotations

from typing import Any, cast

import pytest

from dashkit.app.doctor_routing import PreparedTest
from dashkit.doctor.alert_routes import Found, routes_of
from dashkit.doctor.alert_subjects import subjects
from dashkit.doctor.alertmanager_server import failed_row
from dashkit.doctor.matchers import parse
from dashkit.doctor.routes import configuration, possible_stops, read_configuration, stops
from dashkit.doctor.routes_compared import differences
from dashkit.doctor.row import State
from dashkit.errors import ServerError
from dashkit.model.alerts import AlertGroup, PlainAlert
from dashkit.report.doctor_alert import routing_text


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ("a=b", [("a", "=", "b")]),
        (' a =~ "b|c" ', [("a", "=~", "b|c")]),
        ('{a!="b", c!~d,}', [("a", "!=", "b"), ("c", "!~", "d")]),
        (r'a="say \"hi\", \\ and \d"', [("a", "=", 'say "hi", \\ and \\d')]),
        ('"ein label"="x"', [("ein label", "=", "x")]),
        ('a=""', [("a", "=", "")]),
        ("a=", [("a", "=", "")]),
        ("{}", []),
    ],
)
def test_a_matcher_is_read_in_each_syntax(text: str, matchers: list[tuple[str, str, str]]) -> None:
    assert [tuple(matcher) for matcher in parse(text)] == matchers


@pytest.mark.parametrize("text", ["a", "=b", 'a="b" c="d"', 'a="b'])
def test_what_is_no_matcher_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a matcher"):
        parse(text)


def config(routes: list[dict[str, Any]], **more: Any) -> Any:
    route = {"receiver": "top", "group_by": ["alertname"], "group_wait": "10s", "routes": routes}
    return configuration({"route": route, "receivers": [{"name": "top"}], **more})


def test_a_route_inherits_all_but_its_times() -> None:
    below = {"matchers": ["b=1"], "receiver": "x"}
    top = config([{"matchers": ["a=1"], "group_wait": "1m", "mute_time_intervals": ["night"], "routes": [below]}]).top
    (stop,) = stops(top, {"a": "1", "b": "1"})
    assert (stop.number, stop.receiver, stop.group_by, stop.wait, stop.muted) == ("1.1", "x", ("alertname",), "1m", ())
    (above,) = stops(top, {"a": "1"})
    assert (above.receiver, above.muted, above.repeat) == ("top", ("night",), "4h")


def test_a_label_of_the_series_makes_another_way_possible() -> None:
    top = config([{"matchers": ["zone=a"], "receiver": "z"}, {"matchers": ["severity=high"], "receiver": "h"}]).top
    found = possible_stops(top, {"severity": "high"}, lambda label: label == "zone")
    assert ([stop.receiver for stop in found.stops], found.deciding) == (["z", "h"], frozenset({"zone"}))
    sure = possible_stops(top, {"severity": "high"}, lambda label: False)
    assert ([stop.receiver for stop in sure.stops], sure.deciding) == (["h"], frozenset())


def plain(name: str, expr: str, **labels: str) -> PlainAlert:
    return PlainAlert(name, expr, labels=labels)


def test_routes_say_who_is_told_and_what_is_odd() -> None:
    rules = (
        plain("Down", "up == 0", severity="critical", team="a"),
        plain("Sum", "sum by (zone) (x) > 1", severity="high"),
        plain("Lost", "sum(x) > 1"),
        plain("Template", "sum(x) > 1", severity="{{ $labels.x }}"),
    )
    routes: list[dict[str, Any]] = [
        {"matchers": ["severity=critical"], "receiver": "call"},
        {"matchers": ["zone=west"], "receiver": "west"},
        {"matchers": ["severity=high"], "receiver": "chat"},
        {"matchers": ["severity=never"], "receiver": "never", "routes": [{"matchers": ["a=b"]}]},
        {"matchers": [r"team=~\pL"], "receiver": "go"},
    ]
    receivers: list[dict[str, Any]] = [
        {"name": name, "webhook_configs": [{}]} for name in ("top", "call", "west", "never", "go")
    ]
    found = routes_of(subjects([AlertGroup("g", "s", rules)]), config(routes, receivers=[*receivers, {"name": "chat"}]))
    ways = {way.alerts: way for way in found.ways}
    assert list(ways) == [("Down",), ("Sum",), ("Lost",), ("Template",)], "the most urgent first"
    assert ways["Down",].receivers == ("call",)
    assert ways["Down",].labels == (("severity", "critical"), ("team", "a"))
    assert [stop.receiver for stop in ways["Sum",].elsewhere] == ["west"]
    assert ways["Sum",].deciding == ("zone",)
    assert {stop.receiver for stop in ways["Template",].elsewhere} == {"call", "chat", "never"}
    assert found.fallen == ("Lost", "Template")
    assert found.mute == ("chat",)
    assert [branch.number for branch in found.unused] == ["4.1"]
    assert found.unread == (r'5: team=~"\pL"',)


def test_systems_that_go_the_same_way_are_told_together() -> None:
    rules = tuple(plain(f"Down{number}", "sum(x)", severity="high", system=f"s{number % 2}") for number in range(3))
    groups = [AlertGroup("g", "s", (*rules, plain("Other", "sum(x)", severity="high", system="other")))]
    routes = [{"matchers": ["system=other"], "receiver": "top", "group_wait": "1m"}]
    found = Found("here", routes_of(subjects(groups), config(routes)))
    shared = ["severity=high: 3 alerts", "  -> top (grouped by alertname; after 10s, again after 4h)"]
    text = list(routing_text(found))
    start = text.index(shared[0])
    assert text[start : start + 4] == [*shared, "     system=s0: 2", "     system=s1: 1"]
    assert "severity=high system=other: 1 alert" in text
    assert "     system=s0: Down0, Down2" in list(routing_text(found, verbose=True))


def test_a_test_alert_that_ends_before_its_group_wait_tells_nobody() -> None:
    (subject,) = subjects([AlertGroup("g", "s", (plain("Down", "sum(x)"),))])
    taken = tuple(stops(config([]).top, subject.labels))
    short, long = (PreparedTest(cast(Any, None), subject, {}, taken, wait, inhibits=False) for wait in (1.0, 10.0))
    assert (short.untold, long.untold) == (("top is told after 10s",), ())


def test_the_same_routing_in_another_form_is_no_difference() -> None:
    one = config(
        [{"match_re": {"severity": "a|b"}, "receiver": "top", "repeat_interval": "60m", "group_by": ["x", "y"]}],
        inhibit_rules=[{"source_match": {"s": "1"}, "target_match_re": {"s": "2|3"}, "equal": ["b", "a"]}],
        mute_time_intervals=[
            {"name": "n", "time_intervals": [{"weekdays": ["saturday"], "months": ["january:march"]}]}
        ],
    )
    other = config(
        [{"matchers": ['severity=~"a|b"'], "repeat_interval": "1h", "group_by": ["y", "x"], "continue": False}],
        inhibit_rules=[{"source_matchers": ['s="1"'], "target_matchers": ['s=~"2|3"'], "equal": ["a", "b"]}],
        time_intervals=[
            {"name": "n", "time_intervals": [{"weekdays": ["saturday:saturday"], "months": ["1:3"], "location": "UTC"}]}
        ],
    )
    assert differences(one, other) == []


def test_each_difference_is_told_once() -> None:
    wanted = config([{"matchers": ["a=1"], "continue": True}, {"matchers": ["a=2"]}, {"matchers": ["a=3"]}])
    live = config(
        [
            {"matchers": ["a=1"], "group_wait": "1m", "active_time_intervals": ["day"]},
            {"matchers": ["b=2"], "receiver": "x"},
        ],
        receivers=[{"name": "top", "slack_configs": [{}]}, {"name": "x"}],
    )
    assert differences(wanted, live) == [
        'route 1 {a="1"}: group_wait is 1m, in the source 10s',
        'route 1 {a="1"}: active_time_intervals is day, in the source nothing',
        'route 1 {a="1"}: continue is false, in the source true',
        'route 2 is for {b="2"}, in the source for {a="2"}',
        'route 3 {a="3"} is missing',
        "receiver top differs",
        "receiver x is not in the source",
    ]


@pytest.mark.parametrize("text", ["", "route: [", "receivers: []", "route: {routes: [{matchers: ['???']}]}", "[1]"])
def test_a_configuration_that_cannot_be_read_is_told_without_its_text(text: str) -> None:
    with pytest.raises(ServerError) as told:
        read_configuration(text, "http://am")
    assert "cannot be read" in told.value.message
    assert "???" not in str(told.value)


def test_failed_notifications_are_summed_over_their_reasons() -> None:
    row = failed_row(
        'alertmanager_notifications_failed_total{integration="email"} 0\n'
        'alertmanager_notifications_failed_total{integration="slack",reason="clientError"} 2\n'
        'alertmanager_notifications_failed_total{integration="slack",reason="other",receiver_name="x"} 3\n'
    )
    assert (row.state, row.evidence) == (State.WARNING, "failed since it started: 5 by slack")
    assert failed_row("").state is State.SKIPPED
