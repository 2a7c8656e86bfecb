"""Which Grafana-managed rules have the form that dashkit gives one, and what is different about others."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.deploy.alert_documents import ANY_VALUE
from dashkit.deploy.alert_forms import OtherFormError, alert_form, recording_form


def query(ref: str, datasource: str = "__expr__", **model: Any) -> dict[str, Any]:
    return {"refId": ref, "datasourceUid": datasource, "relativeTimeRange": {"from": 600, "to": 0}, "model": model}


def rule(*data: dict[str, Any], condition: str = "C") -> dict[str, Any]:
    return {"title": "x", "condition": condition, "data": list(data)}


def threshold(source: str = "B", side: str = "gt", limit: Any = 80, **more: Any) -> dict[str, Any]:
    conditions = [{"evaluator": {"type": side, "params": [limit]}, **more}]
    return query("C", type="threshold", expression=source, conditions=conditions)


UP = query("A", "prom", expr="up", instant=True)
LAST = query("B", type="reduce", expression="A", reducer="last")


@pytest.mark.parametrize(
    ("found", "limit", "refs"),
    [
        (rule(UP, LAST, threshold()), {"above": 80}, ("A", "B", "C")),
        (rule(UP, LAST, threshold(side="lt", limit=0.5)), {"below": 0.5}, ("A", "B", "C")),
        (rule(UP, threshold("$A")), {"above": 80}, ("A", "A", "C")),
        (rule(UP, query("D", type="math", expression="${A} < -3"), condition="D"), {"below": -3}, ("A", "A", "D")),
        (rule(UP, LAST, query("C", type="math", expression=ANY_VALUE)), {}, ("A", "B", "C")),
    ],
)
def test_an_instant_query_with_a_limit_has_the_form(
    found: dict[str, Any], limit: dict[str, float], refs: tuple[str, str, str]
) -> None:
    form = alert_form(found, "prom")
    assert (form.expr, form.limit, form.refs) == ("up", limit, refs)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (rule(UP, LAST, threshold(side="within_range")), "compares with 'within_range'"),
        (rule(UP, LAST, threshold(limit="80")), "compares with 'gt', not with a limit"),
        (rule(UP, LAST, threshold(unloadEvaluator={"type": "lt"})), "another limit at which it ends"),
        (rule(UP, LAST, query("C", type="classic_conditions", conditions=[{}])), "of the type 'classic_conditions'"),
        (rule(UP, LAST, query("C", type="math", expression="$B * 2")), "the formula"),
        (rule(UP, {**LAST, "model": {**LAST["model"], "reducer": "count"}}, threshold()), "compares a count"),
        (rule(UP, {**LAST, "model": {**LAST["model"], "settings": {"mode": "dropNN"}}}, threshold()), "no numbers"),
        (rule(query("A", "prom", expr="up"), LAST, threshold()), "queries a range"),
        (
            rule(query("A", "loki", expr="up", instant=True), LAST, threshold()),
            "queries the datasource loki, not prom as others of its group",
        ),
        (rule(query("A", "prom", rawSql="select 1", instant=True), LAST, threshold()), "is not PromQL"),
        (rule(UP, query("D", "prom", expr="up", instant=True), LAST, threshold()), r"more than one query \(D\)"),
        (rule(UP, LAST), "its condition is no expression"),
        (rule(LAST, threshold()), "a query of it is missing"),
        (rule(UP, query("C", type="math", expression="$A > $B")), "the formula"),
    ],
)
def test_another_form_is_told(found: dict[str, Any], words: str) -> None:
    with pytest.raises(OtherFormError, match=words):
        alert_form(found, "prom")


def test_a_recording_rule_records_one_query_into_its_own_datasource() -> None:
    record = {"metric": "a:b", "from": "A", "target_datasource_uid": "prom"}
    assert recording_form({**rule(UP), "record": record}, "prom").expr == "up"
    with pytest.raises(OtherFormError, match="records into the datasource other"):
        recording_form({**rule(UP), "record": {**record, "target_datasource_uid": "other"}}, "prom")
    with pytest.raises(OtherFormError, match="the result of a calculation"):
        recording_form({**rule(UP, LAST), "record": record}, "prom")
