"""What of a Jsonnet file's value are dashboards, and what are rules."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.errors import InputError
from dashkit.importer.mixin import dashboards, folder, numbers, others, parsed, rule_groups, with_uid

BOARD = {"title": "T", "panels": []}
RESOURCE = {
    "apiVersion": "dashboard.grafana.app/v1beta1",
    "kind": "Dashboard",
    "metadata": {"name": "a"},
    "spec": BOARD,
}
ALERT, RECORD = {"alert": "Down", "expr": "up == 0"}, {"record": "a:b", "expr": "sum(b)"}
GROUP, OTHER = {"name": "g", "rules": [ALERT, RECORD]}, {"name": "h", "rules": [RECORD]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (BOARD, {"": BOARD}),
        (RESOURCE, {"": RESOURCE}),
        ({"dashboard": BOARD, "meta": {}}, {"": {"dashboard": BOARD, "meta": {}}}),
        ({"elements": {}, "layout": {"kind": "GridLayout"}, "title": "v2"}, {"": {"elements": {}, "layout": {"kind": "GridLayout"}, "title": "v2"}}),
        ({"a.json": BOARD, "b.json": RESOURCE}, {"a.json": BOARD, "b.json": RESOURCE}),
        ([BOARD, RESOURCE], {"1": BOARD, "2": RESOURCE}),
        ({"grafanaDashboards": {"a.json": BOARD}, "prometheusAlerts": {"groups": []}}, {"a.json": BOARD}),
        ({"prometheusAlerts": {"groups": [GROUP]}}, {}),
        ({"groups": [GROUP]}, {}),
        ({"a.json": BOARD, "b": 1}, {}),
        ({"apiVersion": "v1", "kind": "ConfigMap", "spec": {}}, {}),
        ("text", {}),
        (None, {}),
        ([], {}),
    ],
)  # fmt: skip
def test_dashboards_are_found_by_the_names_of_their_files(value: Any, expected: Any) -> None:
    assert dashboards(value) == expected


NESTED = {
    "monitoring": {"boards": [RESOURCE, {**RESOURCE, "spec": BOARD}], "rules": {"kind": "PrometheusRule", "apiVersion": "m/v1", "spec": {"groups": [GROUP]}}},
    "rest": {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret"}, {"apiVersion": "v1", "kind": "Secret"}]},
    "number": 1,
}  # fmt: skip


def test_resources_are_found_at_any_depth_and_two_of_one_name_are_two() -> None:
    assert list(dashboards(NESTED).values()) == [RESOURCE, RESOURCE]
    assert rule_groups(NESTED) == {"groups": [GROUP]}
    assert others(NESTED) == ["Secret"]


@pytest.mark.parametrize("value", [BOARD, RESOURCE, {"grafanaDashboards": NESTED}, "text", {"a.json": BOARD}])
def test_without_resources_of_other_kinds_there_is_nothing_to_say(value: Any) -> None:
    assert others(value) == []


KEYS = [
    "grafanaDashboards",
    "prometheusAlerts",
    "prometheusRules",
    "groups",
    "rules",
    "apiVersion",
    "kind",
    "items",
    "spec",
    "title",
    "a.json",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "Dashboard", "PrometheusRule", "v1", "dashboard.grafana.app/v2beta1", "- 1"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_of_any_shape_is_read_or_refused(value: Any) -> None:
    for read in (dashboards, others, lambda given: numbers(rule_groups(given)["groups"])):
        with contextlib.suppress(InputError):
            assert read(value) is not None


def test_dashboards_of_a_mixin_must_have_names() -> None:
    with pytest.raises(InputError, match="grafanaDashboards"):
        dashboards({"grafanaDashboards": [BOARD]})


def test_a_dashboard_without_a_uid_gets_the_same_one_each_time() -> None:
    first = with_uid("a.json", BOARD)
    assert first == with_uid("a.json", {**BOARD, "uid": ""})
    assert first["uid"] != with_uid("b.json", BOARD)["uid"]
    assert len(first["uid"]) <= 40


@pytest.mark.parametrize(
    ("name", "board"),
    [("", BOARD), ("1", BOARD), ("a.json", {**BOARD, "uid": "mine"}), ("a.json", RESOURCE), ("a.json", 1)],
)
def test_a_dashboard_that_has_a_uid_or_no_name_stays_as_it_is(name: str, board: Any) -> None:
    assert with_uid(name, board) is board


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"prometheusAlerts": {"groups": [GROUP]}, "prometheusRules": {"groups": [OTHER]}}, [GROUP, OTHER]),
        ({"prometheusRules": {"groups": [OTHER]}, "grafanaDashboards": {}}, [OTHER]),
        ({"prometheusAlerts": 'groups: [{"name": "g"}]'}, [{"name": "g"}]),
        ({"prometheusAlerts": {"groups": None}}, []),
        ({"prometheusAlerts": {}}, []),
        ({"groups": [GROUP, OTHER]}, [GROUP, OTHER]),
        (BOARD, []),
        ("text", []),
    ],
)
def test_groups_of_rules_are_found_in_a_mixin_and_by_themselves(value: Any, expected: Any) -> None:
    assert rule_groups(value) == {"groups": expected}


@pytest.mark.parametrize(
    "value", [{"prometheusAlerts": "text"}, {"prometheusRules": {"groups": [1]}}, {"groups": {"a": 1}}]
)
def test_what_is_no_list_of_groups_is_an_error(value: Any) -> None:
    with pytest.raises(InputError, match="list of groups of rules"):
        rule_groups(value)


def test_alerts_and_recording_rules_are_counted() -> None:
    assert numbers([GROUP, OTHER, {"name": "empty"}, {"rules": 5}, {"rules": [5]}]) == (1, 2)


@pytest.mark.parametrize(
    ("value", "expected"), [("Kubernetes", "Kubernetes"), (" a ", "a"), ("", ""), (1, ""), (None, "")]
)
def test_the_folder_of_a_mixin_is_a_title_or_nothing(value: Any, expected: str) -> None:
    assert folder({"grafanaDashboardFolder": value}) == expected


def test_a_text_that_is_yaml_or_json_is_read() -> None:
    assert parsed('{"groups": []}') == {"groups": []}
    assert parsed("groups:\n- name: g\n") == {"groups": [{"name": "g"}]}
    assert parsed("a: [") == "a: ["
    assert parsed({"a": 1}) == {"a": 1}
