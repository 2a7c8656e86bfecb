"""The rows about a Prometheus, from what servers in trouble answer."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.doctor.prometheus_rules import compare_rules, rule_rows
from dashkit.doctor.prometheus_server import Reach, alertmanager_row, kept, reload_row, retention_row, version_row
from dashkit.doctor.prometheus_targets import limit_rows, target_rows
from dashkit.doctor.row import State


def live_rule(name: str, query: str, **more: Any) -> dict[str, Any]:
    return {"type": "alerting", "name": name, "query": query, "duration": 0, "labels": {}, "health": "ok", **more}


def test_two_alerts_of_a_name_are_compared_by_their_severity() -> None:
    wanted = [
        {"alert": "Slow", "expr": "a > 1", "labels": {"severity": "high"}},
        {"alert": "Slow", "expr": "a > 2", "labels": {"severity": "critical"}},
    ]
    loaded = [
        live_rule("Slow", "a > 2", labels={"severity": "critical"}),
        live_rule("Slow", "a > 3", labels={"severity": "high"}),
    ]
    found = compare_rules([{"name": "g", "rules": wanted}], [{"name": "g", "rules": loaded}])
    assert found.same == 1
    (differing,) = found.differing
    assert differing.words == ("its expression is a > 3",)


def test_shared_labels_and_other_spellings_of_durations_are_no_difference() -> None:
    group = {
        "name": "g", "labels": {"team": "a"},
        "rules": [{"alert": "Up", "expr": "sum(rate(x[90m])) by (job)", "for": "90m", "labels": {"severity": "low"}}],
    }  # fmt: skip
    labels = {"team": "a", "severity": "low"}
    loaded = [live_rule("Up", "sum by (job) (rate(x[1h30m]))", duration=5400, labels=labels)]
    assert compare_rules([group], [{"name": "g", "rules": loaded}]).same == 1


def test_the_same_group_in_two_files_is_one() -> None:
    rules = [{"alert": "A", "expr": "a"}, {"alert": "B", "expr": "b"}]
    halves = [{"name": "g", "rules": [live_rule(name, name.lower())]} for name in ("A", "B")]
    assert compare_rules([{"name": "g", "rules": rules}], halves).same == 2


def test_no_rules_at_all_may_be_a_server_that_does_not_list_them() -> None:
    row = next(rule_rows([{"name": "g", "rules": [{"alert": "A", "expr": "a"}]}], []))
    assert row.state is State.FAILED
    assert "-vmalert.proxyURL" in row.mend


def test_a_group_slower_than_its_interval_names_its_slowest_rule() -> None:
    rules = [live_rule("Fast", "a", evaluationTime=0.1), live_rule("Slow", "b", evaluationTime=31.2)]
    (row,) = [
        row
        for row in rule_rows([], [{"name": "g", "interval": 30, "evaluationTime": 31.3, "rules": rules}])
        if row.mend
    ]
    assert (row.state, row.check) == (State.FAILED, "speed of rule group g")
    assert "takes 31 s, longer than its 30 s" in row.evidence
    assert "its slowest rule is Slow" in row.evidence


def target(job: str, **more: Any) -> dict[str, Any]:
    labels = {"job": job, "instance": "a:1"}
    return {"labels": labels, "health": "up", "lastScrapeDuration": 0.1, "scrapeTimeout": "10s", **more}


def test_a_scrape_near_its_time_out_is_a_warning() -> None:
    rows = list(target_rows([target("slow", lastScrapeDuration=8.5), target("fast")]))
    assert [(row.state, row.check) for row in rows] == [
        (State.WARNING, "scrape duration of job slow"),
        (State.OK, "targets"),
    ]
    assert "took 8.5 s, and is given 10 s" in rows[0].evidence


def test_no_password_of_a_scrape_url_is_told() -> None:
    error = 'Get "http://me:hunter2@a:1/metrics?key=s3cret": context deadline exceeded'
    (row,) = target_rows([target("x", health="down", lastError=error)])
    assert row.evidence == "1 of 1 target down; a:1: context deadline exceeded"


def test_limits_that_are_near_or_exceeded_are_told() -> None:
    rows = list(limit_rows({"near": 0.93, "far": 0.2}, {"sample": 4.2, "target": 0}))
    assert [(row.state, row.check) for row in rows] == [
        (State.WARNING, "sample limit of job near"),
        (State.FAILED, "sample limit"),
    ]
    assert "93%" in rows[0].evidence


@pytest.mark.parametrize(
    ("retention", "time"), [("15d", 1_296_000), ("1h30m or 10GiB", 5400), ("10GiB", None), ("", None), ("0s", None)]
)
def test_the_retention_is_read_in_each_form(retention: str, time: float | None) -> None:
    assert kept(retention) == time


def test_a_server_with_only_the_query_api_is_skipped_not_failed() -> None:
    rows = [
        version_row(None, "http://m"),
        reload_row(None),
        retention_row(None, Reach(60, "x")),
        alertmanager_row(None, None, needed=True),
    ]
    assert {row.state for row in rows} == {State.SKIPPED}


def test_alerts_that_reach_nobody_are_a_failure_only_if_there_are_any() -> None:
    nobody: dict[str, Any] = {
        "activeAlertmanagers": [],
        "droppedAlertmanagers": [{"url": "http://u:pw@b:9093/api/v2/alerts"}],
    }
    assert alertmanager_row(nobody, None, needed=True).state is State.FAILED
    row = alertmanager_row(nobody, None, needed=False)
    assert row.state is State.WARNING
    assert "dropped by relabelling: b:9093" in row.evidence
    assert (
        alertmanager_row({"activeAlertmanagers": [{"url": "http://b:9093/x"}]}, 3.0, needed=True).state is State.FAILED
    )


def test_a_failed_reload_says_what_finds_the_reason() -> None:
    assert reload_row(False).state is State.FAILED
    assert "promtool check config" in reload_row(False).mend
