"""Recording rules as Grafana evaluates them: side by side, and none reads what its own group records."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashkit.authoring.alerts import HIGH, alert, fires, quiet, record, rule_group
from dashkit.authoring.slo import Objective, Ratio, recording_rules
from dashkit.deploy.alert_groups import desired_rules
from dashkit.deploy.recording_rules import names, source_group, stages, title, waiting_alerts
from dashkit.model.alerts import AlertGroup, AlertRule, RecordingRule, Runbook

OBJECTIVE = Objective("shop", "checkout", "availability", Ratio("r_total", 'r_total{code=~"5.."}'), 0.999)


def group(*rules: RecordingRule) -> AlertGroup:
    return AlertGroup("slo", "shop", rules)


def test_the_ratios_of_an_objective_read_what_the_group_before_records() -> None:
    found = stages(group(*recording_rules(OBJECTIVE)))
    assert [(name, len(members)) for name, members in found] == [("slo - recorded 1", 2), ("slo - recorded 2", 8)]
    assert {rule.record for rule in found[0][1]} == {"slo:events:rate5m", "slo:bad_events:rate5m"}
    assert {source_group(name) for name, _ in found} == {"slo"}


@given(st.lists(st.tuples(st.integers(0, 5), st.lists(st.integers(0, 5), max_size=3)), max_size=8))
def test_no_rule_is_lost_and_none_reads_its_own_group_unless_in_a_circle(pairs: list[tuple[int, list[int]]]) -> None:
    rules = [
        RecordingRule(f"a:{one}:b", " + ".join(f"a:{two}:b" for two in reads) or "1")
        for one, reads in pairs
        if all(two < one for two in reads)
    ]
    found = stages(group(*rules))
    assert sorted(title(rule) for _, members in found for rule in members) == sorted(map(title, rules))
    for _, members in found:
        assert not {name for rule in members for name in names(rule.expr)} & {rule.record for rule in members}


def reading(name: str, expr: str) -> AlertRule:
    tests = [fires({expr: "2x60"}), quiet({expr: "0x60"})]
    runbook = Runbook(("Look.",), ("Mend.",))
    return alert(
        name, expr, above=1, severity=HIGH, symptom="errors", summary="s", description="d", runbook=runbook, tests=tests
    )


def test_every_alert_that_waits_for_a_recorded_series_is_named() -> None:
    alerts = [reading("Second", "shop:errors:rate5m"), reading("First", "shop:errors:rate5m"), reading("Third", "up")]
    groups = [rule_group("a", "shop", record("shop:errors:rate5m", "up")), rule_group("b", "shop", *alerts)]
    assert waiting_alerts(groups) == ["First", "Second"]


def test_a_circle_ends() -> None:
    circle = [RecordingRule("a:b", "b:a"), RecordingRule("b:a", "a:b"), RecordingRule("c:c", "c:c + a:b")]
    assert sum(len(members) for _, members in stages(group(*circle))) == 3


def test_uids_and_titles_tell_series_apart_and_fit() -> None:
    found = desired_rules(
        [group(*recording_rules(OBJECTIVE))], folder_uid="f", datasource="p", owner="dashkit:x", uid_prefix="staging-", recording=True
    )  # fmt: skip
    rules = [rule for one in found for rule in one.rules]
    assert len({rule["uid"] for rule in rules}) == len({rule["title"] for rule in rules}) == len(rules) == 10
    assert all(len(rule["uid"]) <= 40 and ":" not in rule["uid"] for rule in rules)


def test_parts_of_one_series_have_names_of_their_own() -> None:
    parts = group(RecordingRule("a:b", 'x{kind="one"}'), RecordingRule("a:b", 'x{kind="two"}'))
    (found,) = desired_rules([parts], folder_uid="f", datasource="p", owner="dashkit:x", recording=True)
    assert [rule["title"] for rule in found.rules] == ["a:b", "a:b (2)"]
    assert len({rule["uid"] for rule in found.rules}) == 2
