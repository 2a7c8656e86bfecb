"""108 real dashboards, written by people who know Grafana: the check is quiet where they are right, and never falls over."""

from __future__ import annotations

import copy
import json
import random
import statistics
from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashkit.errors import InputError
from dashkit.lint.check import check
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Project
from dashkit.lint.files import read_dashboard, read_rules
from dashkit.lint.ruleset import ruleset
from dashkit.model.problem import Problem, Severity
from tests.conftest import SHARED
from tests.rules.building import metrics

CORPUS = SHARED / "corpus"
FILES = sorted(CORPUS.glob("*.json")) if CORPUS.is_dir() else []
EVERYTHING = ruleset((), {})

pytestmark = pytest.mark.skipif(not FILES, reason="the corpus of real dashboards is not beside the project")


@cache
def document(number: int) -> Any:
    return json.loads(FILES[number].read_bytes())


NOTHING_KNOWN = CheckContext()


def problems(
    value: Any, path: str = "x.json", context: CheckContext = NOTHING_KNOWN, *, owned: bool = False
) -> list[Problem]:
    contents = read_dashboard(value, path, owned=owned)
    if contents.board is None:
        assert contents.problem is not None
        return [contents.problem]
    return check(Project([contents.board], []), EVERYTHING, context)


@cache
def found() -> dict[str, list[Problem]]:
    return {path.name: problems(document(number), path.name) for number, path in enumerate(FILES)}


def test_every_dashboard_is_read() -> None:
    assert len(FILES) == 108
    assert [problem for entries in found().values() for problem in entries if problem.rule == "DK101"] == []


def test_a_good_dashboard_has_no_errors() -> None:
    errors = [sum(problem.severity is Severity.ERROR for problem in entries) for entries in found().values()]
    assert statistics.median(errors) == 0
    assert sum(errors) <= 25


def test_no_variable_is_called_unknown_but_the_one_that_is() -> None:
    unknown = [
        (name, problem.message) for name, entries in found().items() for problem in entries if problem.rule == "DK401"
    ]
    assert unknown == [("nodejs--nodejs-overview.json", "the query uses $hostname, which is not defined")]


def test_nothing_is_called_no_promql_but_what_is_none() -> None:
    """Queries of variables: a comma without a matcher before it, and a label without a value."""
    wrong = [problem.excerpt for entries in found().values() for problem in entries if problem.rule == "DK301"]
    assert [text.partition("{")[0] for text in wrong] == [
        "ceph_mds_inodes",
        "ceph_rgw_metadata",
        "bigip_pool_status_availability_state",
    ]


def test_the_errors_are_those_that_were_looked_at_one_by_one() -> None:
    counts = Counter(
        problem.rule for entries in found().values() for problem in entries if problem.severity is Severity.ERROR
    )
    assert counts == {"DK205": 1, "DK214": 1, "DK301": 3, "DK401": 1, "DK405": 5, "DK407": 2}


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just([]), st.just({}), st.just([None])
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(number=st.integers(0, 107), seed=st.integers(0, 2**32), leaf=LEAVES, many=st.integers(1, 4))
def test_no_misshapen_document_is_a_crash(number: int, seed: int, leaf: Any, many: int) -> None:
    value = json.loads(FILES[number].read_bytes())
    choose = random.Random(seed)
    for _ in range(many):
        holder, key = choose.choice(list(_places(value)))
        holder[key] = copy.deepcopy(leaf)  # else a list could come to hold itself
    told = CheckContext(
        metrics=metrics(),
        whole_project=True,
        retention=86_400,
        matchers={"job": "=x"},
        variables=("a",),
        scrape_known=True,
    )
    for problem in problems(value, context=told, owned=bool(seed % 2)):
        assert problem.message


RULES = {
    "groups": [
        {
            "name": "g",
            "interval": "1m",
            "rules": [
                {"alert": "Down", "expr": "up == 0", "for": "5m", "labels": {"severity": "{{ $labels.job }}"}},
                {"record": "a:b", "expr": "sum by (job) (up)", "labels": {"x": "y"}},
                {"alert": "Up", "expr": "up", "annotations": {"summary": "{{ $value }}", "runbook_url": "x"}},
            ],
        }
    ]
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), leaf=LEAVES, many=st.integers(1, 4))
def test_no_misshapen_rule_file_is_a_crash(seed: int, leaf: Any, many: int) -> None:
    value = copy.deepcopy(RULES)
    choose = random.Random(seed)
    for _ in range(many):
        places = list(_places(value))
        if places:
            holder, key = choose.choice(places)
            holder[key] = copy.deepcopy(leaf)
    try:
        contents = read_rules(json.dumps(value).encode(), "x.yaml")
    except InputError:
        return
    for problem in check(
        Project([], list(contents.alerts)), EVERYTHING, CheckContext(metrics=metrics(), whole_project=True)
    ):
        assert problem.message


def _places(value: Any) -> Any:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(entries):
        yield value, key
        yield from _places(item)
