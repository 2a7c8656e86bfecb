"""Defects put into the project's own good dashboards are found."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from dashkit.metrics.catalogue import read_catalogues
from dashkit.metrics.index import MetricIndex
from dashkit.model.problem import Severity
from tests.conftest import ROOT
from tests.rules.building import problems_of
from tests.rules.test_rules import CASES
from tests.support.project import classic_dashboards

#: Each defect is put into so many dashboards.
EACH = 4
#: Rules that find what a project has forbidden: the defect is in the rule book.
POLICY = {"DK109", "DK110", "DK340", "DK410"}


@cache
def index() -> MetricIndex:
    """What the project's dashboards and the cases use."""
    folders = ROOT / "dashboards/shared/metrics", ROOT / "tests/rules/catalogue"
    return MetricIndex(catalogue for folder in folders for catalogue in read_catalogues(folder))


def place(spec: dict[str, Any]) -> int | None:
    """A graph of Prometheus data on the first page, which a case can be put into."""
    for number, panel in enumerate(spec["panels"]):
        if panel["type"] == "timeseries" and (panel.get("datasource") or {}).get("type") == "prometheus":
            return number
    return None


def bases() -> list[tuple[dict[str, Any], int]]:
    found = [(dashboard.spec, place(dashboard.spec)) for dashboard in classic_dashboards()]
    return [(spec, at) for spec, at in found if at is not None]


def test_at_least_95_of_100_seeded_defects_are_found() -> None:
    choose = random.Random(20261121)
    good = bases()
    assert len(good) >= 25
    seeded, missed = 0, []
    per_rule: dict[str, int] = {}
    for rule, cases in CASES.items():
        for case in cases["bad"]:
            policy = {key: case[key] for key in ("context", "rules") if key in case}
            for spec, at in choose.sample(good, EACH):
                seeded += 1
                before = _found(rule, {}, spec, at) if rule in POLICY else _found(rule, policy, spec, at)
                after = _found(rule, case, spec, at)
                if after > before:
                    per_rule[rule] = per_rule.get(rule, 0) + 1
                else:
                    missed.append((rule, case, spec["uid"]))
    assert seeded > 800
    assert len(missed) <= seeded * 0.05, missed
    assert set(per_rule) == set(CASES), set(CASES) - set(per_rule)


def _found(rule: str, case: dict[str, Any], spec: dict[str, Any], at: int) -> int:
    return sum(problem.rule == rule for problem in problems_of(case, spec, index(), at, only=rule))


def test_the_good_dashboards_are_good() -> None:
    for spec, at in bases():
        found = problems_of({"context": {"whole_project": False}}, spec, index(), at)
        assert [problem for problem in found if problem.severity >= Severity.WARNING and problem.rule != "DK332"] == []
