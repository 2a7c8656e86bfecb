"""Each rule on its cases: what it must find, what it must not, and that a suppression silences it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashkit.lint.examples import cases
from dashkit.lint.rules import RULES
from tests.conftest import ROOT
from tests.rules.building import applied, problems_of

CASES: dict[str, Any] = {rule.id: cases(rule.module.rpartition(".")[2])[rule.id] for rule in RULES}
BAD = [(rule, number) for rule, entry in CASES.items() for number in range(len(entry["bad"]))]
GOOD = [(rule, number) for rule, entry in CASES.items() for number in range(len(entry["good"]))]


def test_every_module_of_rules_is_listed_with_its_cases() -> None:
    package = ROOT / "dashkit/lint"
    topics = {path.stem for path in (package / "rules").glob("*.py")} - {"__init__"}
    assert {rule.module.rpartition(".")[2] for rule in RULES} == topics
    assert {path.stem for path in (package / "cases").glob("*.yaml")} == topics
    for topic in topics:
        assert list(cases(topic)) == sorted(rule.id for rule in RULES if rule.module.endswith(f".{topic}"))


def test_every_function_that_is_a_rule_is_listed_once() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    for path in (ROOT / "dashkit/lint/rules").glob("*.py"):
        assert set(re.findall(r'"(DK\d{3})"', path.read_text(encoding="utf-8"))) <= set(ids)


def test_every_rule_says_what_it_finds_and_why() -> None:
    for rule in RULES:
        what, _, why = rule.doc.partition("\n\n")
        assert what.endswith("."), rule.id
        assert why, rule.id


@pytest.mark.parametrize(("rule", "number"), BAD)
def test_it_finds(rule: str, number: int) -> None:
    case = CASES[rule]["bad"][number]
    found = [problem for problem in problems_of(case) if problem.rule == rule]
    assert found, case
    if "says" in case:
        assert any(case["says"] in problem.message or case["says"] in problem.hint for problem in found), found
    if "severity" in case:
        assert case["severity"] in {problem.severity.word for problem in found}
    if "marks" in case:
        assert case["marks"] in {problem.excerpt[slice(*problem.span)] for problem in found}


@pytest.mark.parametrize(("rule", "number"), GOOD)
def test_it_is_quiet(rule: str, number: int) -> None:
    case = CASES[rule]["good"][number]
    assert [problem for problem in problems_of(case) if problem.rule == rule] == []


@pytest.mark.parametrize(("rule", "number"), [entry for entry in BAD if not entry[0].startswith("DK0")])
def test_a_suppression_silences_it(rule: str, number: int) -> None:
    case = CASES[rule]["bad"][number]
    quiet = problems_of({**case, "suppress": [{"rule": rule, "reason": "it is right here"}]})
    assert [problem for problem in quiet if problem.rule in (rule, "DK001", "DK003")] == []


def test_nothing_is_found_in_the_dashboard_that_the_cases_start_from() -> None:
    assert problems_of({}) == []
    assert applied({})["panels"]
