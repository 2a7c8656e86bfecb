"""What becomes of a rule that was edited in Grafana, whatever happened to it in the source meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.absorb.rule_targets import target_of
from dashkit.authoring import plain_alert, rule_group
from dashkit.deploy.alert_forms import OtherFormError
from dashkit.deploy.alert_groups import desired_rules
from dashkit.deploy.alert_leaves import Leaf, differences, with_leaves

Rule = Mapping[str, Any]

#: An argument of the rule, and two other values for it.
ARGUMENTS: dict[str, tuple[Any, Any]] = {
    "expr": ("queue > bool 1", "sum(queue)"),
    "wait": ("9m", "1h"),
    "above": (7, 0.5),
    "summary": ("Really long", "Long, {{ $value }}"),
    "severity": ("low", "page"),
    "keep_firing_for": ("1m", "2m"),
    "labels": ({"team": "b"}, {"team": "c"}),
    "grafana": ({"noDataState": "Alerting"}, {"noDataState": "NoData"}),
}
LEAVES: dict[str, Leaf] = {
    "expr": ("expr",), "wait": ("for",), "above": ("limit",), "summary": ("annotations", "summary"),
    "severity": ("labels", "severity"), "keep_firing_for": ("keep_firing_for",), "labels": ("labels", "team"),
    "grafana": ("noDataState",),
}  # fmt: skip


def rule(**changed: Any) -> Rule:
    """What a push makes of an alert."""
    said = {"wait": "5m", "above": 3, "summary": "Long", "severity": "high", "labels": {"team": "a"}, **changed}
    grafana = {"uid": "queue", "title": "Queue", **said.pop("grafana", {})}
    group = rule_group("one", "shop", plain_alert("Queue", said.pop("expr", "queue"), grafana=grafana, **said))
    (made,) = desired_rules([group], folder_uid="folder", datasource="prometheus", owner="dashkit:shop")
    return made.rules[0]


def edited(pushed: Rule, **changed: Any) -> Rule:
    """The pushed rule as somebody left it: the signature stays."""
    other = rule(**changed)
    return with_leaves(pushed, other, tuple(differences(pushed, other)))


@given(st.lists(st.sampled_from(sorted(ARGUMENTS)), unique=True), st.data())
def test_the_source_and_grafana_may_change_different_things(names: list[str], data: st.DataObject) -> None:
    of_source = {name: ARGUMENTS[name][0] for name in names if data.draw(st.booleans())}
    of_grafana = {name: ARGUMENTS[name][1] for name in names if name not in of_source}
    found = target_of(rule(**of_source), edited(rule(), **of_grafana))
    assert found.conflicts == ()
    assert differences(found.rule, rule(**of_source, **of_grafana)) == []
    assert set(found.of_source) == {LEAVES[name] for name in of_source}


@given(st.sampled_from(sorted(ARGUMENTS)))
def test_what_both_changed_is_a_conflict(name: str) -> None:
    source, live = ({name: value} for value in ARGUMENTS[name])
    (conflict,) = target_of(rule(**source), edited(rule(), **live)).conflicts
    assert conflict.what == f"rule 'Queue': {'.'.join(LEAVES[name])}"


@given(st.sampled_from(sorted(ARGUMENTS)), st.sampled_from(sorted(ARGUMENTS)), st.booleans())
def test_with_what_was_pushed_only_what_both_changed_is_a_conflict(both: str, other: str, in_source: bool) -> None:
    more = {other: ARGUMENTS[other][0]} if other != both else {}
    source, live = ({both: value} for value in ARGUMENTS[both])
    made = rule(**source, **(more if in_source else {}))
    found = target_of(made, edited(rule(), **live, **({} if in_source else more)), rule())
    (conflict,) = found.conflicts
    assert conflict.what.endswith(".".join(LEAVES[both]))
    assert conflict.base != "not known any more"


def test_what_the_editor_of_grafana_writes_besides_is_no_change() -> None:
    made = rule()
    model = {"editorMode": "code", "legendFormat": "__auto", "datasource": {"uid": "prometheus"}}
    query, reduce, limit = made["data"]
    condition = {
        "evaluator": {"params": [4], "type": "gt"}, "operator": {"type": "and"}, "query": {"params": ["C"]}, "type": "query",
    }  # fmt: skip
    saved = [
        {**query, "model": {**query["model"], **model}},
        {**reduce, "model": {**reduce["model"], "conditions": [condition]}},
        {**limit, "model": {**limit["model"], "conditions": [condition]}},
    ]
    assert differences(made, target_of(made, {**made, "data": saved}).rule) == [("limit",)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"instant": False, "range": True}, "queries a range"),
        ({"expr": ""}, "not PromQL"),
    ],
)
def test_a_rule_of_another_form_is_told(change: dict[str, Any], why: str) -> None:
    made = rule()
    query, *rest = made["data"]
    with pytest.raises(OtherFormError, match=why):
        target_of(made, {**made, "data": [{**query, "model": {**query["model"], **change}}, *rest]})


def test_a_limit_may_come_and_go() -> None:
    made = rule()
    whole = rule(above=None)
    assert target_of(made, edited(made, above=None)).rule["data"] == whole["data"]
    assert target_of(whole, edited(whole, above=3)).rule["data"] == made["data"]
