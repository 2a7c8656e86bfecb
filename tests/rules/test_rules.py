"""Each rule on its cases: what it must find, what it must not, and that a suppression silences it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dashkit.lint.rules import RULES
from tests.rules.building import applied, problems_of

FOLDER = Path(__file__).parent / "cases"
CASES: dict[str, Any] = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))}
FAIL = [(rule, number) for rule, cases in CASES.items() for number in range(len(cases["fail"]))]
PASS = [(rule, number) for rule, cases in CASES.items() for number in range(len(cases["pass"]))]


def test_every_rule_has_a_file_and_is_listed_in_order() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    files = sorted(path.stem for path in Path("dashkit/lint/rules").glob("dk*.py"))
    assert [name[:5].upper() for name in files] == ids
    assert sorted(CASES) == ids


def test_every_rule_says_what_why_and_how() -> None:
    for rule in RULES:
        assert "\n\nBad::\n\n    " in rule.doc, rule.id
        assert "\n\nGood::\n\n    " in rule.doc, rule.id
        why = rule.doc.split("\n\n")[1]
        assert len(why) > 40, rule.id
        assert not why.startswith("Bad"), rule.id


@pytest.mark.parametrize(("rule", "number"), FAIL)
def test_it_finds(rule: str, number: int) -> None:
    case = CASES[rule]["fail"][number]
    found = [problem for problem in problems_of(case) if problem.rule == rule]
    assert found, case
    if "says" in case:
        assert any(case["says"] in problem.message or case["says"] in problem.hint for problem in found), found
    if "severity" in case:
        assert case["severity"] in {problem.severity.word for problem in found}
    if "marks" in case:
        assert case["marks"] in {problem.excerpt[slice(*problem.span)] for problem in found}


@pytest.mark.parametrize(("rule", "number"), PASS)
def test_it_is_quiet(rule: str, number: int) -> None:
    case = CASES[rule]["pass"][number]
    assert [problem for problem in problems_of(case) if problem.rule == rule] == []


@pytest.mark.parametrize(("rule", "number"), [entry for entry in FAIL if not entry[0].startswith("DK0")])
def test_a_suppression_silences_it(rule: str, number: int) -> None:
    case = CASES[rule]["fail"][number]
    quiet = problems_of({**case, "suppress": [{"rule": rule, "reason": "it is right here"}]})
    assert [problem for problem in quiet if problem.rule in (rule, "DK001", "DK003")] == []


def test_nothing_is_found_in_the_dashboard_that_the_cases_start_from() -> None:
    assert problems_of({}) == []
    assert applied({})["panels"]
