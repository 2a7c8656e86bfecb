"""The check-up of a real Prometheus and a real Alertmanager, alerts explained, and a test alert that arrives."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from dashkit.app.doctor_alert import Request, explain
from dashkit.app.doctor_prometheus import alertmanager_rows, prometheus_rows
from dashkit.app.source import Alerting, all_alerting, all_dashboards
from dashkit.doctor.alert_explained import Explained, Verdict
from dashkit.doctor.matchers import parse
from dashkit.doctor.prometheus_rules import compare_rules
from dashkit.doctor.routes import Branch, configuration, stops
from dashkit.doctor.row import Row, State
from dashkit.export.rule_files import rule_file
from tests.conftest import Program
from tests.support import rules
from tests.support.doctor_stack import ALERTMANAGER, Lab, lab, until
from tests.support.prometheus import missing

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}"),
    pytest.mark.skipif(ALERTMANAGER is None, reason="Alertmanager is not installed"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab(Path(tmp_path_factory.mktemp("lab"))) as found:
        yield found


@pytest.fixture(scope="module")
def alerting(running: Lab) -> Alerting:
    return all_alerting(running.ports)


@pytest.fixture(scope="module")
def rows(running: Lab, alerting: Alerting) -> dict[str, Row]:
    found = prometheus_rows(running.prometheus, running.ports, all_dashboards(running.ports), alerting)
    assert len({row.check for row in found}) == len(found)
    return {row.check: row for row in found}


def said(row: Row, state: State, *words: str) -> None:
    assert row.state is state, row
    assert [word for word in words if word not in f"{row.evidence} {row.mend}"] == [], row
    assert bool(row.mend) == (state in (State.FAILED, State.WARNING)), row


def test_what_is_well_is_a_green_row_with_its_evidence(rows: dict[str, Row], running: Lab) -> None:
    for check in ("ready", "version", "configuration", "series in memory", "speed of rules", "Alertmanagers"):
        said(rows[check], State.OK)
    assert rows["version"].evidence[0].isdigit()
    assert running.alertmanager.removeprefix("http://") in rows["Alertmanagers"].evidence


def test_targets_that_are_down_are_told_by_job(rows: dict[str, Row]) -> None:
    said(rows["targets of job gone"], State.FAILED, "1 of 1 target down", "connection refused", "start it")
    said(rows["targets of job orchestrator"], State.WARNING, "1 of 2 targets down; orchestrator-1:9000", "503")
    said(rows["targets of job limited"], State.FAILED, "sample limit exceeded", "raise the limit of job limited")
    said(rows["targets"], State.OK, "2 of 5 targets up, of 4 jobs")


def test_rules_are_compared_with_the_source(rows: dict[str, Row]) -> None:
    said(rows["rules loaded"], State.FAILED, "1 of 17 rules", "NotLoaded (doctor)", "dashkit rules build")
    said(rows["rules as in the source"], State.FAILED, "1 of 17", "its expression is", "4e+09", "its `for` is 5 min")
    said(rows["rules nobody knows"], State.WARNING, "1 rule ", "Stranger (doctor)")
    said(rows["rules healthy"], State.FAILED, " rules fail: Broken", "duplicate series", "correct the expression")


def test_every_rule_of_this_repository_is_the_same_in_the_words_of_prometheus(running: Lab) -> None:
    live = requests.get(f"{running.prometheus}/api/v1/rules", timeout=5).json()["data"]["groups"]
    wanted = rule_file(rules.compiled()[0], rules.LINKS)["groups"]
    found = compare_rules(wanted, live)
    assert (found.missing, found.differing, found.unknown) == ((), (), ())
    assert found.same == sum(len(group["rules"]) for group in wanted) > 200
    written = {rule["query"] for group in live for rule in group["rules"]}
    ours = {rule["expr"] for group in wanted for rule in group["rules"]}
    assert len(ours - written) > 100, "Prometheus writes none of them in another form"


def test_a_retention_shorter_than_what_a_panel_reads_is_a_warning(rows: dict[str, Row]) -> None:
    said(
        rows["retention"], State.WARNING, "kept for 15 days", "panel Month of long reads 40 days", "retention.time=40d"
    )


def test_the_routing_of_an_alertmanager_is_that_of_the_source_or_not(running: Lab, alerting: Alerting) -> None:
    found = {row.check: row for row in alertmanager_rows(running.alertmanager, running.ports, alerting)}
    said(found["routing"], State.OK, "as in the source")
    said(found["silences"], State.OK, "1 in force")
    said(found["cluster"], State.OK)
    assert alerting.routing is not None
    first, *others = alerting.routing.routes
    other = replace(alerting.routing, routes=(replace(first, receiver="chat"), *others[:-1]), inhibitions=())
    found = {row.check: row for row in alertmanager_rows(running.alertmanager, running.ports, Alerting((), other))}
    said(
        found["routing"], State.WARNING, 'route 1 {severity="critical"}: the receiver is pager, in the source chat',
        'route 4 {instance="other:1"} is not in the source', "the inhibition of", "dashkit rules build",
    )  # fmt: skip


def test_failed_notifications_are_told_by_their_kind(running: Lab, alerting: Alerting) -> None:
    metrics = f"{running.alertmanager}/metrics"
    until(lambda: 'failed_total{integration="webhook"} 0' not in requests.get(metrics, timeout=5).text)
    (row,) = [
        row for row in alertmanager_rows(running.alertmanager, running.ports, alerting) if row.check == "notifications"
    ]
    said(row, State.WARNING, "by webhook")


def test_a_server_that_does_not_answer_is_one_failed_row(running: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    for found in (
        prometheus_rows("http://127.0.0.1:1", running.ports, [], Alerting()),
        alertmanager_rows("http://127.0.0.1:1", running.ports, Alerting()),
    ):
        (row,) = found
        said(row, State.FAILED, "127.0.0.1:1", "start it")
        assert row.check == "reachable"


def explained(running: Lab, name: str) -> Explained:
    request = Request(name, prometheus=running.prometheus, alertmanager=running.alertmanager, hours=0.1)
    answer = explain(request, running.ports)
    assert answer.failures == ()
    (alert,) = answer.alerts
    return alert


@pytest.mark.parametrize(
    ("name", "verdict", "words"),
    [
        ("Fires", Verdict.FIRING, ""),
        ("Inhibited", Verdict.HELD_BACK, "inhibited by alert Fires (critical)"),
        ("Silenced", Verdict.HELD_BACK, "silenced by ann, until "),
        ("Waits", Verdict.PENDING, "its `for` is over in "),
        ("Calm", Verdict.CALM, "and has to be > 1000000000"),
        ("CalmBelow", Verdict.CALM, "the nearest value is 1, and has to be < 1"),
        ("NoMetric", Verdict.NO_DATA, "no metric prometheus_tsdb_head_seris; there is prometheus_tsdb_head_series"),
        ("NoValue", Verdict.NO_DATA, 'no series with handler="/api/v1/rulez"; its handler is "/api/v1/rules"'),
        ("NoLabel", Verdict.NO_DATA, "prometheus_tsdb_head_series has no label shard"),
        ("NoMatch", Verdict.NO_MATCH, "version is missing on the left"),
        ("Either", Verdict.CALM, "and has to be > 1000000000"),
        ("Gone", Verdict.CALM, "what absent(up) looks for is there"),
        ("NotLoaded", Verdict.NOT_LOADED, "no group doctor of Prometheus has a rule of this name"),
        ("Differs", Verdict.CALM, "and has to be > 3000000000"),
        ("Broken", Verdict.BROKEN, "duplicate series"),
    ],
)
def test_an_alert_is_explained(running: Lab, name: str, verdict: Verdict, words: str) -> None:
    alert = explained(running, name)
    assert alert.verdict is verdict, alert.reasons
    assert words in (alert.reasons[0].text if alert.reasons else ""), alert.reasons


def test_an_explanation_has_value_history_parts_state_and_receivers(running: Lab) -> None:
    fires, either, waits = (explained(running, name) for name in ("Fires", "Either", "Waits"))
    assert (fires.value.series, fires.value.low, fires.limit) == (1, 1.0, "> 0")
    assert set(fires.history.values) == {1.0}
    assert fires.history.held > 0
    (active,) = fires.active
    assert active.delivery is not None
    assert set(active.delivery.receivers) == {"pager", "chat"}
    assert fires.goes is not None
    assert [stop.receiver for stop in fires.goes.stops] == ["pager", "chat"]
    assert 0 < waits.active[0].left <= 3600
    assert {part.text: part.series for part in either.parts}["prometheus_tsdb_head_series"] == 1
    assert explained(running, "Differs").differs[1] == "its `for` is 5 min, in the source 0 s"


def test_an_alertmanager_that_does_not_answer_takes_nothing_from_the_explanation(
    running: Lab, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    urls = ["--prometheus", running.prometheus, "--alertmanager", "http://127.0.0.1:1"]
    result = dashkit("doctor", "alert", "Fires", *urls, cwd=running.folder)
    assert result.code == 4
    assert "Fires (critical) fires" in result.out
    assert "by the routing of the source" in result.out
    assert "127.0.0.1:1" in result.err
    assert "is Alertmanager running there?" in result.err


def test_the_explanation_is_printed_and_is_json(running: Lab, dashkit: Program) -> None:
    urls = ["--prometheus", running.prometheus, "--alertmanager", running.alertmanager]
    result = dashkit("doctor", "alert", "NoValue", *urls, cwd=running.folder)
    assert result.code == 0, result.err
    assert "NoValue (low) does not fire: no data\n" in result.out
    assert "    - prometheus_http_requests_total{handler='/api/v1/rulez'}[5m]: nothing\n" in result.out
    data = json.loads(dashkit("doctor", "alert", "Fires", *urls, "--format", "json", cwd=running.folder).out)
    (alert,) = data["alerts"]
    assert (alert["verdict"], alert["goes"]["routes"][0]["receiver"]) == ("firing", "pager")


def test_routing_is_computed_from_what_alertmanager_reports(running: Lab, dashkit: Program) -> None:
    url = running.alertmanager
    data = json.loads(dashkit("doctor", "routing", "--alertmanager", url, "--format", "json", cwd=running.folder).out)
    assert data["differences"] == []
    assert data["ways"][0]["alerts"] == ["Fires"]
    assert data["ways"][0]["receivers"] == ["pager", "chat"]
    assert [route["matchers"] for route in data["unreached_routes"]] == [['severity="none"']]
    assert "Calm" in data["unmatched_alerts"]
    text = dashkit("doctor", "routing", "--alertmanager", url, cwd=running.folder).out
    assert "severity=critical: 2 alerts\n  -> pager (grouped by system, alertname; after 0s" in text
    assert "     system=lab: 1\n" in text
    assert 'no alert reaches route 3 {severity="none"} (nobody)' in text
    assert "/chat" not in text


def held_tests(running: Lab) -> list[dict[str, Any]]:
    found = requests.get(f"{running.alertmanager}/api/v2/alerts", timeout=5).json()
    return [alert for alert in found if "dashkit_test" in alert["labels"]]


def test_a_test_alert_arrives_says_that_it_is_one_and_is_resolved(
    running: Lab, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[dict[str, Any]]:
        alerts = [alert for call in running.calls for alert in call["alerts"]]
        return [alert for alert in alerts if alert["labels"].get("dashkit_test") == "true"]

    def sleep(seconds: float) -> None:
        assert seconds == 5  # no group_wait, and a little
        until(lambda: bool(told()))

    monkeypatch.setattr("dashkit.cli.doctor_alert._sleep", sleep)
    url = ["--alertmanager", running.alertmanager]
    refused = dashkit("doctor", "routing", *url, "--send", "Pages", cwd=running.folder)
    assert (refused.code, held_tests(running)) == (6, [])
    assert "it may inhibit real alerts" in refused.err
    result = dashkit("doctor", "routing", *url, "--send", "Pages", "--yes", cwd=running.folder)
    assert (result.code, result.out) == (0, "Pages went to pager, chat, and is resolved\n"), result.err
    (alert,) = told()
    assert alert["labels"] == {"alertname": "Pages", "severity": "critical", "system": "other", "dashkit_test": "true"}
    assert "nobody has to act" in alert["annotations"]["summary"]
    assert held_tests(running) == []


def test_a_test_alert_is_resolved_after_an_interrupt(
    running: Lab, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(seconds: float) -> None:
        assert len(held_tests(running)) == 1
        raise KeyboardInterrupt

    monkeypatch.setattr("dashkit.cli.doctor_alert._sleep", sleep)
    url = ["--alertmanager", running.alertmanager]
    result = dashkit("doctor", "routing", *url, "--send", "Silenced", "--wait", "1h", "--yes", cwd=running.folder)
    assert result.code == 130
    assert "nobody is told: it is silenced by ann, until " in result.err
    assert held_tests(running) == []


#: Old and new syntax, nesting, ``continue``, negative matchers, an empty value, patterns.
_HOSTILE = """
route:
  receiver: top
  routes:
    - match: {severity: critical}
      match_re: {team: "a|b.*"}
      receiver: one
      continue: true
      routes:
        - matchers: ['system!~"x|y"', 'zone=""']
          receiver: two
        - matchers: ['{severity=critical, team!="a"}']
          receiver: three
          continue: true
        - match_re: {system: "(?i)X.?"}
          receiver: four
    - matchers: [severity=~"crit.*|high", team=~".+"]
      receiver: five
    - matchers: ['text="say \\"hi\\", \\\\ and more"']
      receiver: six
    - matchers: []
      continue: true
      receiver: seven
      routes: [{match: {system: y}, receiver: eight}]
receivers: [{name: top}, {name: one}, {name: two}, {name: three}, {name: four}, {name: five}, {name: six}, {name: seven}, {name: eight}]
"""


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed")
def test_alerts_go_where_amtool_says(tmp_path: Path) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_text(_HOSTILE)
    top = configuration(yaml.safe_load(_HOSTILE)).top
    values = {
        "severity": ["critical", "high", "critica", ""], "team": ["a", "b2", "ab", ""], "system": ["x", "y", "XZ", "z"],
        "zone": ["", "", "1"], "text": ["", "", 'say "hi", \\ and more'],
    }  # fmt: skip
    chance = random.Random(7)
    reached = set()
    for _ in range(30):
        labels = {name: value for name, of in values.items() if (value := chance.choice(of))}
        ours = [stop.receiver for stop in stops(top, labels)]
        reached |= set(ours)
        given = [f"{name}={json.dumps(value)}" for name, value in labels.items()]
        command = ["amtool", "config", "routes", "test", f"--config.file={path}", *given]
        judge = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
        assert judge.strip().split(",") == list(dict.fromkeys(ours)), labels
    assert reached == {branch.receiver for branch in top.walk()} - {"top"}


def test_an_alertmanager_reports_the_hostile_routing_as_we_read_it(running: Lab, tmp_path: Path) -> None:
    """What it writes back, in a syntax of its own, is the same tree."""
    text = requests.get(f"{running.alertmanager}/api/v2/status", timeout=5).json()["config"]["original"]
    own = yaml.safe_load((running.folder / "build/alertmanager/alertmanager.yml").read_text())
    live: Branch = configuration(yaml.safe_load(text)).top
    assert live == configuration(own).top
    assert parse('{a="b",c=~"d|e"}') == [*parse('a="b"'), *parse('c=~"d|e"')]
