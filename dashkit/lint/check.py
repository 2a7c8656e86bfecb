"""Apply the rules to elements."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from dashkit._parallel import over_cores
from dashkit.errors import InputError
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Board, Panel, Project, Query, Variable
from dashkit.lint.problems import problem_of
from dashkit.lint.rule import Finding, Rule
from dashkit.lint.ruleset import ELEMENTS, Ruleset
from dashkit.model.problem import Problem, Severity

_Rules = Mapping[Any, Iterable[Rule]]
#: Panels and queries for which a process of its own takes longer to start than it saves: about a third of a second's work.
_WORTH_FORKING = 1000


def check(
    project: Project, ruleset: Ruleset, context: CheckContext, foreign: CheckContext | None = None
) -> list[Problem]:
    """Return all problems, sorted by place. ``foreign`` is the context for files that are not the project's own."""
    foreign = foreign or context
    by_kind = {kind: ruleset.on(kind) for kind in ELEMENTS}
    boards = list(project.examined)
    # A rule of the project may keep what it has seen: all elements pass through the same one, in order.
    ours = {kind: [rule for rule in rules if not rule.is_own] for kind, rules in by_kind.items()}
    own = {kind: [rule for rule in rules if rule.is_own] for kind, rules in by_kind.items()}

    many = sum(map(_size, boards)) > _WORTH_FORKING

    def of_boards(rules: _Rules, boards: Iterable[Board]) -> list[Problem]:
        found: list[Problem] = []
        for board in boards:
            found += _of_board(board, rules, context if board.owned else foreign, ruleset)
            if many:
                board.forget()
        return found

    shares = over_cores(partial(of_boards, ours), boards) if many else [of_boards(ours, boards)]
    found = [problem for share in shares for problem in share]
    if any(own.values()):
        found += of_boards(own, boards)
    for alert in project.alerts:
        if alert.query is None:
            continue  # a placeholder for a group without rules
        known = context if alert.owned else foreign
        found += _apply(by_kind[Alert], alert, known, ruleset)
        found += _apply(by_kind[Query], alert.query, known, ruleset)
    for rule in by_kind[Project]:
        found += (_problem(rule, element, finding, ruleset) for element, finding in _findings(rule, project, context))
    return sorted(dict.fromkeys(found), key=lambda problem: problem.order)


def _size(board: Board) -> int:
    return len(board.panels) + len(board.queries)


def _of_board(board: Board, rules: _Rules, context: CheckContext, ruleset: Ruleset) -> Iterator[Problem]:
    yield from _apply(rules[Board], board, context, ruleset)
    for panel in board.panels:
        yield from _apply(rules[Panel], panel, context, ruleset)
    for variable in board.variables:
        yield from _apply(rules[Variable], variable, context, ruleset)
    for query in board.queries:
        yield from _apply(rules[Query], query, context, ruleset)


def with_severities(problems: Iterable[Problem], ruleset: Ruleset) -> list[Problem]:
    """Return problems, from any part of dashkit, with the project's severities, without those that are off."""
    found = []
    for problem in problems:
        chosen = ruleset.severities.get(problem.rule, problem.severity)
        if chosen is not Severity.OFF:
            found.append(problem if chosen is problem.severity else replace(problem, severity=chosen))
    return found


def _apply(rules: Iterable[Rule], element: Any, context: CheckContext, ruleset: Ruleset) -> Iterator[Problem]:
    for rule in rules:
        for finding in _findings(rule, element, context):
            yield _problem(rule, element, finding, ruleset)


def _findings(rule: Rule, element: Any, context: CheckContext) -> list[Any]:
    """Return the findings of a rule. If a project's own rule raises, the error gives its name and line."""
    if not rule.is_own:
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
