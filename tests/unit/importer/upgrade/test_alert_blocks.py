"""Alert blocks of panels become rules that fire in the same cases."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dashkit.importer.upgrade.alert_blocks import AlertBlocks, alert_blocks
from dashkit.importer.upgrade.alert_conditions import NotSayableError, condition
from dashkit.promql.tree import parse


def one(
    kind: str = "gt", *limits: float, ref: str = "A", window: str = "5m", reducer: str = "avg", word: str = "and"
) -> dict[str, Any]:
    return {
        "type": "query", "query": {"params": [ref, window, "now"]}, "reducer": {"type": reducer},
        "evaluator": {"type": kind, "params": list(limits)}, "operator": {"type": word},
    }  # fmt: skip


QUERIES = {"A": 'cpu{job="a"}', "B": "sum by (job) (rate(errors_total[5m]))", "C": "a / b"}


def said(*conditions: dict[str, Any]) -> str:
    made = condition(list(conditions), lambda ref: QUERIES[ref])
    assert parse(made).tree is not None, made
    return made


@pytest.mark.parametrize(
    ("conditions", "expr"),
    [
        ([one("gt", 80)], 'avg_over_time(cpu{job="a"}[5m]) > 80'),
        ([one("lt", 0.5, ref="B", reducer="max", window="1h")],
         "max_over_time(sum by (job) (rate(errors_total[5m]))[1h:]) < 0.5"),
        ([one("gt", 3, ref="C", reducer="median")], "quantile_over_time(0.5, (a / b)[5m:]) > 3"),
        ([one("gt", 3, ref="C", reducer="last")], "(a / b) > 3"),
        ([one("gt", -1, ref="B", reducer="last")], "sum by (job) (rate(errors_total[5m])) > -1"),
        ([one("within_range", 9, 1, reducer="min")], 'min_over_time(cpu{job="a"}[5m]) > 1 < 9'),
        ([one("outside_range", 1, 9)], 'avg_over_time(cpu{job="a"}[5m]) < 1 or avg_over_time(cpu{job="a"}[5m]) > 9'),
        ([one("no_value")], 'absent(cpu{job="a"})'),
        ([one("gt", 1), one("lt", 2, ref="B", reducer="last")],
         '(avg_over_time(cpu{job="a"}[5m]) > 1) and on () (sum by (job) (rate(errors_total[5m])) < 2)'),
        ([one("gt", 1, reducer="last"), one("gt", 2, ref="B", reducer="last", word="or")],
         '(cpu{job="a"} > 1) or (sum by (job) (rate(errors_total[5m])) > 2)'),
    ],
)  # fmt: skip
def test_a_condition_is_promql(conditions: list[dict[str, Any]], expr: str) -> None:
    assert said(*conditions) == expr


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ([], "it has no condition"),
        ([one("gt", 1, reducer="diff")], "the reducer diff()"),
        ([one("gt")], "the evaluator gt"),
        ([one("within_range", 1)], "the evaluator within_range"),
        ([one("gt", 1, window="yesterday")], "a time range that does not end now"),
        ([{**one("gt", 1), "type": "other"}], "a condition of the kind 'other'"),
        ([{"query": 3}], "a time range that does not end now"),
    ],
)
def test_what_promql_cannot_say_is_named(conditions: list[dict[str, Any]], reason: str) -> None:
    with pytest.raises(NotSayableError, match=reason.replace("(", r"\(").replace(")", r"\)")):
        condition(conditions, lambda ref: QUERIES[ref])


PROMETHEUS = {"type": "prometheus", "uid": "p"}


def board(*alerts: dict[str, Any], **panel: Any) -> dict[str, Any]:
    target = {"refId": "A", "expr": "up"}
    panels = [
        {
            "id": number,
            "type": "graph",
            "title": f"P{number}",
            "datasource": PROMETHEUS,
            "targets": [target],
            "alert": alert,
            **panel,
        }
        for number, alert in enumerate(alerts, 1)
    ]
    return {"uid": "u", "title": "Team / Load", "panels": panels}


def found(*alerts: dict[str, Any], **panel: Any) -> AlertBlocks:
    return alert_blocks(board(*alerts, **panel))


def block(**more: Any) -> dict[str, Any]:
    return {"name": "Down", "conditions": [one("lt", 1, reducer="last")], **more}


def test_a_block_gives_the_wait_the_labels_the_message_and_the_states() -> None:
    blocks = found(
        block(**{"for": "5m", "message": "{{x}}", "alertRuleTags": {"my-team": "a", "1st": 2}, "noDataState": "ok"})
    )
    (group,) = blocks.groups
    assert group == {
        "name": "Team - Load", "interval": "1m",
        "rules": [{
            "alert": "Down", "expr": "up < 1", "for": "5m", "labels": {"my_team": "a", "_1st": "2"},
            "annotations": {"description": '{{ "{{" }}x}}', "__dashboardUid__": "u", "__panelId__": "1"},
        }],
    }  # fmt: skip
    assert blocks.grafana == {"Team - Load": [{"noDataState": "OK", "execErrState": "Alerting"}]}
    assert blocks.written == ("1 alert block became 1 rule",)


def test_blocks_that_were_tested_at_other_times_are_in_other_groups() -> None:
    blocks = found(block(frequency="1m"), block(frequency="10s"), block(frequency="1m"))
    assert [(group["name"], group["interval"], len(group["rules"])) for group in blocks.groups] == [
        ("Team - Load, every 1m", "1m", 2), ("Team - Load, every 10s", "10s", 1),
    ]  # fmt: skip


def test_the_interval_of_a_graph_is_that_of_its_query() -> None:
    query = {"refId": "A", "expr": "rate(a[$__interval]) + rate(a[$__rate_interval])", "interval": "30s"}
    (group,) = found(block(), targets=[query]).groups
    assert group["rules"][0]["expr"] == "(rate(a[30s]) + rate(a[5m])) < 1"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"targets": [{"refId": "A", "expr": "up{job='$job'}"}]}, "its query has variables of the dashboard"),
        ({"targets": [{"refId": "B", "expr": "up"}]}, "there is no query A"),
        ({"targets": [{"refId": "A", "target": "a.b"}]}, "its query is not one of Prometheus"),
        ({"datasource": {"type": "loki", "uid": "l"}}, "its query is not one of Prometheus"),
    ],
)
def test_a_block_that_cannot_be_a_rule_is_named(more: dict[str, Any], reason: str) -> None:
    blocks = found(block(), **more)
    assert blocks.groups == ()
    assert blocks.lost == (f"alert 'Down' of panel 'P1': {reason}",)


def test_channels_are_named_since_routes_replace_them() -> None:
    assert found(block(notifications=[{"uid": "a"}, {"id": 1}])).lost == (
        "alert 'Down': 2 notification channels, which a route of the routing replaces",
    )


def test_blocks_are_taken_out_of_the_panels_and_nothing_else_is() -> None:
    spec = board(block())
    rest = copy.deepcopy(spec)
    del rest["panels"][0]["alert"]
    alert_blocks(spec)
    assert spec == rest
