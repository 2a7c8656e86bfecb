"""Alerts that are taken over: what is said of them, and that nothing is added."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.authoring import HIGH, plain_alert, rule_group
from dashkit.deploy.alert_documents import ANY_VALUE
from dashkit.deploy.alert_groups import desired_rules
from dashkit.export.alerting_files import alerting_files
from dashkit.export.rule_files import rule_file
from dashkit.model.alerts import AlertGroup
from dashkit.model.links import AlertLinks


def managed(*groups: AlertGroup, **more: Any) -> list[Any]:
    return desired_rules(groups, folder_uid="f", datasource="prom", owner="dashkit:x", **more)


def test_a_plain_alert_says_no_more_than_its_arguments() -> None:
    group = rule_group("g", "s", plain_alert("it broke", "up == 0\n"))
    assert rule_file([group], AlertLinks("https://g", "https://r")) == {
        "groups": [{"name": "g", "rules": [{"alert": "it broke", "expr": "up == 0\n"}]}]
    }


def test_all_that_a_rule_file_has_can_be_said() -> None:
    alert = plain_alert(
        "A", "x", above=1, wait="5m", keep_firing_for="1h", severity=HIGH, summary="s", description="d", runbook_url="r",
        labels={"a": "b"}, annotations={"c": "d"}, grafana={"isPaused": True},
    )  # fmt: skip
    group = rule_group("g x", "s", alert, interval="30s", limit=5, query_offset="1m", labels={"e": "f"}, folder="A/B")
    (made,) = rule_file([group], AlertLinks())["groups"]
    assert made == {
        "name": "g x", "interval": "30s", "limit": 5, "query_offset": "1m", "labels": {"e": "f"},
        "rules": [
            {"alert": "A", "expr": "x > 1", "for": "5m", "keep_firing_for": "1h", "labels": {"severity": "high", "a": "b"},
             "annotations": {"summary": "s", "description": "d", "runbook_url": "r", "c": "d"}}
        ],
    }  # fmt: skip


def test_plain_alerts_have_no_tests_and_no_runbooks() -> None:
    files = {
        (kind, name)
        for kind, name, _ in alerting_files([rule_group("g", "s", plain_alert("A", "x"))], None, AlertLinks())
    }
    assert files == {("rules", "s.yml"), ("rules", "kubernetes/s.yaml")}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": " "}, "a name and an expression are needed"),
        ({"above": 1, "below": 2}, "either above= or below="),
        ({"wait": "soon"}, "is not a duration"),
        ({"severity": "a", "labels": {"severity": "b"}}, "severity is said twice"),
        ({"summary": "a", "annotations": {"summary": "b"}}, "summary is said twice"),
        ({"grafana": {"data": []}}, "grafana= has no 'data'"),
    ],
)
def test_what_makes_no_sense_is_told(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plain_alert(**{"name": "A", "expr": "x", **arguments})


def test_grafana_evaluates_a_whole_condition_and_a_limit() -> None:
    group = rule_group(
        "g", "s", plain_alert("A", "up == 0", severity="page", description="{{ $value }}"), plain_alert("B", "x", below=1),
        query_offset="1m", labels={"team": "a"},
    )  # fmt: skip
    ((whole, limited),) = [made.rules for made in managed(group)]
    assert [query["model"].get("expression") for query in whole["data"]] == [None, "A", ANY_VALUE]
    assert limited["data"][2]["model"]["conditions"] == [{"evaluator": {"params": [1], "type": "lt"}}]
    assert whole["data"][0]["relativeTimeRange"] == {"from": 660, "to": 60}
    assert (whole["uid"], whole["title"], limited["uid"], limited["title"]) == ("s-A-page", "A (page)", "s-B", "B")
    assert whole["annotations"]["description"] == "{{ $values.B.Value }}"
    assert whole["labels"] == {"team": "a", "severity": "page", "dashkit_project": "dashkit:x"}


def test_alerts_of_one_name_are_numbered_and_odd_names_make_uids() -> None:
    group = rule_group("g", "s", *(plain_alert("A b", "x", labels={"n": str(number)}) for number in range(2)))
    ((first, second),) = [made.rules for made in managed(group)]
    assert (first["title"], second["title"]) == ("A b", "A b (2)")
    assert first["uid"].startswith("s-A-b-")
    assert first["uid"] != second["uid"]


def test_what_only_grafana_says_wins_and_gets_the_prefix() -> None:
    own = {"uid": "mine", "title": "T", "noDataState": "NoData", "annotations": {"summary": "{{ $value }}"}}
    alert = plain_alert("A", "x", summary="{{ $value }}", annotations={"__dashboardUid__": "d"}, grafana=own)
    ((rule,),) = [made.rules for made in managed(rule_group("g", "s", alert), uid_prefix="p-")]
    assert (rule["uid"], rule["title"], rule["noDataState"]) == ("p-mine", "T", "NoData")
    assert (rule["annotations"]["summary"], rule["annotations"]["__dashboardUid__"]) == ("{{ $value }}", "p-d")


def test_groups_go_to_their_own_folders() -> None:
    groups = [rule_group("g", "s", plain_alert("A", "x")), rule_group("h", "s", plain_alert("A", "x"), folder="Team")]
    made = managed(*groups, folders={"": "f", "Team": "t"})
    assert [(group.folder_uid, group.name) for group in made] == [("f", "g"), ("t", "h")]
