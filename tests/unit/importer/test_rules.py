"""Rules as calls: limits, labels, constants, and what two rules have in common."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.authoring.call import Call
from dashkit.errors import InputError
from dashkit.export.rule_files import rule_file
from dashkit.importer.rule_groups import compared, groups_of, same_text
from dashkit.importer.rules import alert_call, group_call, record_call, rules_module, system_name, with_limit
from dashkit.model.links import AlertLinks


@pytest.mark.parametrize(
    ("expr", "made"),
    [
        ("sum(rate(x[5m])) > 0.5", ("sum(rate(x[5m]))", {"above": 0.5})),
        ("up < 1", ("up", {"below": 1})),
        ("a and b > 5", ("a and b > 5", {})),  # the limit is that of b
        ("(a and b) > 5", ("(a and b)", {"above": 5})),
        ("((a and b)) or c > 5", ("((a and b)) or c > 5", {})),
        ('a or{x="y"} > 5', ('a or{x="y"} > 5', {})),
        ("up == 0", ("up == 0", {})),
        ("x > bool 1", ("x > bool 1", {})),
        ("x > 2.50", ("x > 2.50", {})),  # would be written 2.5
        ("x # a > 5", ("x # a > 5", {})),
        ("sum(\n x\n) > 3", ("sum(\n x\n) > 3", {})),
        ("not promql ( > 5", ("not promql ( > 5", {})),
    ],
)
def test_a_limit_is_an_argument_where_the_condition_is_written_the_same(expr: str, made: tuple[str, Any]) -> None:
    assert with_limit(expr) == made


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sum(\n  x\n)", "sum( x )", True),
        ("x{a='b  c'}", "x{a='b c'}", False),
        ("x # one\n+ y", "x # one + y", False),
        ("x  # one\n\n+ y", "x # one\n+ y", True),
        ("`a\nb`", "`a b`", False),
    ],
)
def test_blanks_do_not_count_but_in_texts_and_after_comments(one: str, other: str, same: bool) -> None:
    assert (same_text(one) == same_text(other)) is same


@pytest.mark.parametrize(
    ("labels", "helper"),
    [({"team": "a", "name": "b"}, "record"), ({"class": "a"}, "RecordingRule"), ({"\u017f": "a"}, "RecordingRule")],
)
def test_labels_that_are_no_names_are_in_a_dict(labels: dict[str, str], helper: str) -> None:
    call = record_call({"record": "a:b", "expr": "sum(x)", "labels": labels})
    assert call.helper == helper
    assert dict(call.make().labels) == labels


def test_a_recording_rule_keeps_lines_that_end_with_a_comment() -> None:
    call = record_call({"record": "a:b", "expr": "sum(x) # all\n> 1"})
    assert call == Call("RecordingRule", ("a:b", "sum(x) # all\n> 1"))
    assert call.make().expr == "sum(x) # all\n> 1"


def test_usual_annotations_are_arguments_and_empty_ones_are_kept() -> None:
    call = alert_call(
        {"alert": "A", "expr": "x", "labels": {"severity": "page"}, "annotations": {"summary": "", "b": "c"}}
    )
    assert dict(call.keywords) == {"severity": "page", "summary": "", "annotations": {"b": "c"}}


def test_a_long_text_that_repeats_is_a_constant() -> None:
    text = "Look at the log of the service first, and then at its database: " + "x" * 60
    rules = [{"alert": f"A{number}", "expr": "x", "annotations": {"description": text}} for number in range(3)]
    module = rules_module({"groups": [{"name": "g", "rules": rules}]}, "t", "s")
    assert module.count(text) == 1
    assert module.count("description=DESCRIPTION") == 3


def test_what_says_nothing_is_left_out() -> None:
    rule = {"alert": "A", "expr": " x\n", "for": "0s", "labels": {}, "annotations": None}
    group = {"name": "g", "interval": "", "limit": 0, "labels": None, "rules": [rule]}
    assert groups_of({"groups": [group]}) == [{"name": "g", "rules": [{"alert": "A", "expr": "x"}]}]


def test_an_offset_of_nothing_is_not_the_default() -> None:
    (group,) = groups_of({"groups": [{"name": "g", "interval": "0s", "query_offset": "0s", "rules": []}]})
    assert group == {"name": "g", "query_offset": "0s", "rules": []}
    assert rule_file([group_call(group, "s").make()], AlertLinks())["groups"] == [group]


def test_durations_are_equal_in_any_unit() -> None:
    one, other = ([{"name": "g", "rules": [{"alert": "A", "expr": "x", "for": text}]}] for text in ("90s", "1m30s"))
    assert compared(one) == compared(other)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "`groups` is not a list"),
        ({"groups": []}, "has no groups of rules"),
        ({"apiVersion": 1, "groups": []}, "is a provisioning file of Grafana"),
        ({"groups": [{"rules": []}]}, "the name of a group is not a text"),
        ({"groups": [{"name": "g", "rules": {}}]}, "`rules` of group 'g' is not a list"),
        ({"groups": [{"name": "g", "rules": [1]}]}, "group 'g', rule 1 is not a mapping"),
        ({"groups": [{"name": "g", "limit": True}]}, "`limit` is not a number"),
        ({"groups": [{"name": "g", "partial_response_strategy": "warn"}]}, "`partial_response_strategy` in group 'g'"),
        (
            {"groups": [{"name": "g", "rules": [{"record": "r", "expr": "x", "for": "5m"}]}]},
            "`for` in group 'g', record 'r'",
        ),
    ],
)
def test_what_is_no_rule_file_is_told(content: Any, words: str) -> None:
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        groups_of(content)


@pytest.mark.parametrize(
    ("text", "name"), [("Shop: API", "shop-api"), ("---", "rules"), ("x" * 50, "x" * 40), ("a_b", "a-b")]
)
def test_any_text_gives_the_name_of_a_system(text: str, name: str) -> None:
    assert system_name(text) == name
