"""Routing, rules and runbooks as files."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from dashkit.authoring.alerts import HIGH, MEDIUM, alert, fires, quiet, rule_group
from dashkit.deploy import routing as grafana_routing
from dashkit.export.alerting_files import alerting_files, text
from dashkit.export.alertmanager import alertmanager, only_grafana
from dashkit.export.rule_files import test_file as unit_tests
from dashkit.export.runbooks import plain, runbooks
from dashkit.model.alerts import AlertRule, AlertSeverity, Runbook
from dashkit.model.links import AlertLinks
from dashkit.model.panel_id import panel_id
from dashkit.model.routing import (
    Contact,
    Email,
    Hours,
    Inhibition,
    MuteTiming,
    PagerDuty,
    Receiver,
    Route,
    Routing,
    Slack,
    Webhook,
)

ROUTING = Routing(
    default="chat",
    receivers=(
        Receiver("page", (PagerDuty("pager-key"), Slack("#incidents", "slack-url"))),
        Receiver("chat", (Slack("#alerts", "slack-url"), Email("a@example.com"), Webhook("http://hook.example.com/"))),
    ),
    routes=(
        Route({"severity": "critical"}, "page", repeat="1h"),
        Route({"severity": "high|medium"}, "chat", hours="office"),
    ),
    inhibitions=(Inhibition({"severity": "critical"}, {"severity": "high|medium"}, ("system",)),),
    hours=(Hours("office", "monday:friday", "08:00", "18:00"),),
    smtp_host="mail.example.com:587",
    smtp_from="b@example.com",
)


def rule(severity: AlertSeverity = HIGH) -> AlertRule:
    return alert(
        "ShopBroken", "x", above=1, severity=severity, symptom="errors", summary="s", description="[service]: {value}",
        runbook=Runbook(("Look.",), ("Mend.",)), panel=("overview", "errors"), wait="10m",
        tests=[fires({"x": "2x60"}), quiet({"x": "0x60"}, at="5m")],
    )  # fmt: skip


def test_alertmanager_reads_secrets_from_files() -> None:
    page, chat = alertmanager(ROUTING)["receivers"]
    assert page["pagerduty_configs"][0]["routing_key_file"] == "/etc/alertmanager/secrets/pager-key"
    assert page["slack_configs"][0]["api_url_file"] == "/etc/alertmanager/secrets/slack-url"
    assert [key for key in chat if key != "name"] == ["slack_configs", "email_configs", "webhook_configs"]


def test_a_value_with_alternatives_is_a_pattern() -> None:
    config = alertmanager(ROUTING)
    assert [route["matchers"] for route in config["route"]["routes"]] == [
        ['severity="critical"'],
        ['severity=~"high|medium"'],
    ]
    assert config["inhibit_rules"][0]["target_matchers"] == ['severity=~"high|medium"']


def test_hours_are_active_times_for_alertmanager_and_mute_times_for_grafana() -> None:
    assert alertmanager(ROUTING)["route"]["routes"][1]["active_time_intervals"] == ["office"]
    assert grafana_routing.routes(ROUTING)[1]["mute_time_intervals"] == ["outside office"]
    (timing,) = grafana_routing.mute_timings(ROUTING)["muteTimes"]
    assert timing["time_intervals"][0]["times"] == [
        {"start_time": "00:00", "end_time": "08:00"},
        {"start_time": "18:00", "end_time": "24:00"},
    ]


@pytest.mark.parametrize(
    ("hours", "intervals"),
    [
        (Hours("x", "saturday:sunday", "00:00", "24:00"),
         [{"weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"]}]),
        (Hours("x", "monday:sunday", "06:00", "24:00", "Europe/Berlin"),
         [{"times": [{"start_time": "00:00", "end_time": "06:00"}], "location": "Europe/Berlin"}]),
        (Hours("x", "monday", "00:00", "12:00"),
         [{"times": [{"start_time": "12:00", "end_time": "24:00"}]},
          {"weekdays": ["tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}]),
    ],
)  # fmt: skip
def test_the_other_hours_leave_nothing_out(hours: Hours, intervals: list[object]) -> None:
    routing = Routing("x", (), (), hours=(hours,))
    assert grafana_routing.mute_timings(routing)["muteTimes"][0]["time_intervals"] == intervals


def test_grafana_reads_secrets_from_its_environment() -> None:
    points = grafana_routing.contact_points(ROUTING)["contactPoints"]
    assert points[0]["receivers"][0]["settings"] == {"integrationKey": "${PAGER_KEY}"}
    assert [way["type"] for way in points[1]["receivers"]] == ["slack", "email", "webhook"]


def test_the_policy_tree_has_a_default_and_the_routes() -> None:
    (tree,) = grafana_routing.policies(ROUTING)["policies"]
    assert tree["receiver"] == "chat"
    assert [route["receiver"] for route in tree["routes"]] == ["page", "chat"]
    assert tree["routes"][1]["object_matchers"] == [["severity", "=~", "high|medium"]]


def test_an_alert_of_two_severities_has_one_runbook() -> None:
    group = rule_group("g", "shop", rule(HIGH), rule(MEDIUM))
    pages = runbooks([group], AlertLinks("https://g.example.org/", ""))
    assert sorted(pages) == ["README.md", "shop/ShopBroken.md"]
    page = pages["shop/ShopBroken.md"]
    assert "**high** (P2): look within 15 minutes" in page
    assert "**medium** (P3): look within 1 hour" in page
    assert f"https://g.example.org/d/overview?viewPanel={panel_id('errors')}" in page


def test_a_description_is_readable_without_an_alert() -> None:
    assert plain("{{ $labels.service }} has {{ $value | humanize }}") == "*(service)* has *(the value)*"


def test_a_case_is_asked_once_the_wait_is_over_unless_it_says_when() -> None:
    tests = unit_tests("r.yml", [rule_group("g", "shop", rule())])["tests"]
    assert [test["promql_expr_test"][0]["eval_time"] for test in tests] == ["17m", "5m"]
    assert [bool(test["promql_expr_test"][0]["exp_samples"]) for test in tests] == [True, False]


@pytest.mark.parametrize(("grafana", "runbook"), [("", ""), ("https://g", "https://r/")])
def test_links_are_left_out_where_no_address_is_known(grafana: str, runbook: str) -> None:
    links = AlertLinks(grafana, runbook)
    assert bool(links.dashboard(rule())) is bool(grafana)
    assert links.runbook(rule(), "shop") == ("https://r/shop/ShopBroken.md" if runbook else "")


RICH = Routing(
    default="chat",
    receivers=(Receiver("chat", (Slack("#alerts", "slack-url"),)),),
    routes=(
        Route(
            {}, "chat", wait="", repeat="", interval="7m", group_by=("team",), go_on=True, muted=("nights",), active=("days",),
            matchers=(("team", "!=", 'a"b\\'),), routes=(Route({"a": "b"}, "", wait="", repeat=""),),
        ),
    ),
    timings=(MuteTiming("nights", ({"times": [{"start_time": "22:00", "end_time": "24:00"}]},)), MuteTiming("days", ())),
    wait="10s",
)  # fmt: skip


def test_routes_below_routes_are_written_for_both() -> None:
    config = alertmanager(RICH)
    assert config["route"]["group_wait"] == "10s"
    assert config["route"]["routes"] == [
        {"matchers": ['team!="a\\"b\\\\"'], "receiver": "chat", "group_by": ["team"], "group_interval": "7m",
         "active_time_intervals": ["days"], "mute_time_intervals": ["nights"], "continue": True,
         "routes": [{"matchers": ['a="b"']}]}
    ]  # fmt: skip
    assert [timing["name"] for timing in config["time_intervals"]] == ["nights", "days"]
    (route,) = grafana_routing.routes(RICH)
    assert route["object_matchers"] == [["team", "!=", 'a"b\\']]
    assert route["routes"] == [{"object_matchers": [["a", "=", "b"]]}]
    assert [timing["name"] for timing in grafana_routing.mute_timings(RICH)["muteTimes"]] == ["nights", "days"]


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed")
def test_amtool_takes_routes_below_routes(tmp_path: Path) -> None:
    routing = replace(RICH, timings=(RICH.timings[0], replace(RICH.timings[0], name="days")))
    path = tmp_path / "alertmanager.yml"
    path.write_bytes(text(alertmanager(routing)))
    done = subprocess.run(["amtool", "check-config", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_only_grafana_can_do_makes_no_configuration_of_alertmanager() -> None:
    contact = Contact(
        "telegram", {"chatid": "$1", "headers": {"a": "b"}}, {"bottoken": "bot", "headers.key": "h"}, resolved=False
    )
    routing = Routing("", (Receiver("chat", (contact,)),), ())
    assert len(list(only_grafana(routing))) == 2
    files = {name: data for _, name, data in alerting_files([], routing, AlertLinks())}
    assert sorted(files) == ["grafana/contact-points.yaml", "grafana/mute-timings.yaml"]
    (point,) = grafana_routing.contact_points(routing)["contactPoints"][0]["receivers"]
    assert point["settings"] == {"bottoken": "${BOT}", "chatid": "$$1", "headers": {"a": "b", "key": "${H}"}}
    assert point["disableResolveMessage"] is True
