"""Apply the rules to elements."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from dashkit.errors import InputError
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Board, Panel, Project, Query, Variable
from dashkit.lint.problems import problem_of
from dashkit.lint.rule import Finding, Rule
from dashkit.lint.ruleset import ELEMENTS, Ruleset
from dashkit.model.problem import Problem, Severity


def check(
    project: Project, ruleset: Ruleset, context: CheckContext, foreign: CheckContext | None = None
) -> list[Problem]:
    """Return all problems, sorted by place. ``foreign`` is the context for files that are not the project's own."""
    found: list[Problem] = []
    foreign = foreign or context
    by_kind = {kind: ruleset.on(kind) for kind in ELEMENTS}
    for board in project.examined:
        known = context if board.owned else foreign
        found += _apply(by_kind[Board], board, known, ruleset)
        for panel in board.panels:
            found += _apply(by_kind[Panel], panel, known, ruleset)
        for variable in board.variables:
            found += _apply(by_kind[Variable], variable, known, ruleset)
        for query in board.queries:
            found += _apply(by_kind[Query], query, known, ruleset)
    for alert in project.alerts:
        if alert.query is None:
            continue  # a placeholder for a group without rules
        known = context if alert.owned else foreign
        found += _apply(by_kind[Alert], alert, known, ruleset)
        found += _apply(by_kind[Query], alert.query, known, ruleset)
    for rule in by_kind[Project]:
        found += (_problem(rule, element, finding, ruleset) for element, finding in _findings(rule, project, context))
    return sorted(dict.fromkeys(found), key=lambda problem: problem.order)


def with_severities(problems: Iterable[Problem], ruleset: Ruleset) -> list[Problem]:
    """Return problems, from any part of dashkit, with the project's severities, without those that are off."""
    severities = ruleset.severities
    found = (replace(problem, severity=severities.get(problem.rule, problem.severity)) for problem in problems)
    return [problem for problem in found if problem.severity is not Severity.OFF]


def _apply(rules: Iterable[Rule], element: Any, context: CheckContext, ruleset: Ruleset) -> Iterator[Problem]:
    for rule in rules:
        for finding in _findings(rule, element, context):
            yield _problem(rule, element, finding, ruleset)


def _findings(rule: Rule, element: Any, context: CheckContext) -> list[Any]:
    """Return the findings of a rule. If a project's own rule raises, the error gives its name and line."""
    if rule.id.startswith("DK"):
        return list(rule.check(element, context))
    try:
        found = rule.check(element, context)
        return list(found) if found is not None else []  # a function without a yield
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        message = f"rule {rule.id} failed: {type(error).__name__}: {error}"
        raise InputError(message, where=where, excerpt=frames[-1].line or "" if frames else "") from error


def _problem(rule: Rule, element: Any, finding: Finding, ruleset: Ruleset) -> Problem:
    severity = ruleset.severities.get(rule.id, finding.severity or rule.severity)
    return problem_of(element, rule.id, severity, finding)


def summary(problems: Iterable[Problem]) -> dict[str, Any]:
    """Count problems by severity and by rule."""
    severities = {severity.word: 0 for severity in reversed(Severity) if severity is not Severity.OFF}
    rules = Counter[str]()
    for problem in problems:
        severities[problem.severity.word] += 1
        rules[problem.rule] += 1
    return {**severities, "rules": dict(sorted(rules.items()))}
