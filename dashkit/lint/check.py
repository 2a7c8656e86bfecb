"""Apply rules to elements: findings become problems with place and severity."""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from dashkit.errors import InputError
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Board, Panel, Project, Query, Variable
from dashkit.lint.rule import Finding, Rule
from dashkit.lint.ruleset import ELEMENTS, Ruleset
from dashkit.model.dashboard import NOWHERE, Location
from dashkit.model.problem import Problem, Severity


def check(
    project: Project, ruleset: Ruleset, context: CheckContext, foreign: CheckContext | None = None
) -> list[Problem]:
    """All problems, sorted by place. Files that are not the project's own are judged by ``foreign``."""
    found: list[Problem] = []
    by_kind = {kind: ruleset.on(kind) for kind in ELEMENTS}
    for board in project.examined:
        known = context if board.owned or foreign is None else foreign
        found += _apply(by_kind[Board], board, known, ruleset)
        for panel in board.panels:
            found += _apply(by_kind[Panel], panel, known, ruleset)
        for variable in board.variables:
            found += _apply(by_kind[Variable], variable, known, ruleset)
        for query in board.queries:
            found += _apply(by_kind[Query], query, known, ruleset)
    for alert in project.alerts:
        if alert.query is None:
            continue  # stands for a group without rules
        known = context if alert.owned or foreign is None else foreign
        found += _apply(by_kind[Alert], alert, known, ruleset)
        found += _apply(by_kind[Query], alert.query, known, ruleset)
    for rule in by_kind[Project]:
        found += (_problem(rule, element, finding, ruleset) for element, finding in _findings(rule, project, context))
    return sorted(dict.fromkeys(found), key=lambda problem: problem.order)


def judged(problems: Iterable[Problem], ruleset: Ruleset) -> list[Problem]:
    """The problems with the severities that the project says, without those that are off: whoever found them."""
    said = ruleset.severities
    kept = (replace(problem, severity=said.get(problem.rule, problem.severity)) for problem in problems)
    return [problem for problem in kept if problem.severity is not Severity.OFF]


def _apply(rules: Iterable[Rule], element: Any, context: CheckContext, ruleset: Ruleset) -> Iterator[Problem]:
    for rule in rules:
        for finding in _findings(rule, element, context):
            yield _problem(rule, element, finding, ruleset)


def _findings(rule: Rule, element: Any, context: CheckContext) -> list[Any]:
    """What a rule says; where one of the project's own raises, its name and line say whose fault it is."""
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
    place = _place(element, finding)
    return Problem(
        rule=rule.id,
        severity=_severity(rule, finding, ruleset),
        message=finding.message,
        dashboard=place.dashboard,
        panel=place.panel.name if place.panel else place.other,
        panel_id=place.panel.id if place.panel else 0,
        pointer=place.pointer + (finding.pointer or _inside(element)),
        location=place.source,
        hint=finding.hint,
        excerpt=element.text if isinstance(element, Query) else "",
        span=finding.span or (0, 0),
    )


def _inside(element: Any) -> str:
    """Where in its object a query's text stands."""
    return "/expr" if isinstance(element, Query) and element.role in ("panel", "annotation") else ""


def _severity(rule: Rule, finding: Finding, ruleset: Ruleset) -> Severity:
    """What the project says of the rule goes before what the rule says of this finding."""
    said = ruleset.severities.get(rule.id)
    return said if said is not None else finding.severity or rule.severity


@dataclass(frozen=True, slots=True)
class _Place:
    dashboard: str = ""
    panel: Panel | None = None
    #: What it is about where that is no panel: ``$service``, ``annotation Deploys``, ``alert HighErrorRate``.
    other: str = ""
    pointer: str = ""
    source: Location = NOWHERE


def _place(element: Any, finding: Finding) -> _Place:
    if isinstance(element, Board):
        panel: Panel | None = finding.panel
        if panel is not None:
            return _Place(element.name, panel, "", panel.pointer, panel.source)
        for variable in element.variables:
            if finding.pointer and f"{element.prefix}{finding.pointer}/".startswith(f"{variable.pointer}/"):
                return _Place(element.name, None, f"${variable.name}", element.prefix, variable.source)
        return _Place(element.name, None, "", element.prefix, element.source)
    if isinstance(element, Panel):
        return _Place(element.board.name, element, "", element.pointer, element.source)
    if isinstance(element, Variable):
        return _Place(element.board.name, None, f"${element.name}", element.pointer, element.source)
    if isinstance(element, Alert):
        return _Place(element.group, None, element.name, element.pointer, element.source)
    assert isinstance(element, Query)
    if element.panel is not None:
        return _Place(element.panel.board.name, element.panel, "", element.pointer, element.panel.source)
    if element.alert is not None:
        return _Place(element.alert.group, None, element.alert.name, element.pointer, element.alert.source)
    assert element.board is not None
    if element.variable is not None:
        source = element.variable.source
        return _Place(element.board.name, None, f"${element.variable.name}", element.pointer, source)
    return _Place(
        element.board.name, None, f"annotation {element.target.get('name', '')}", element.pointer, element.board.source
    )


def summary(problems: Iterable[Problem]) -> dict[str, Any]:
    """Counts by severity and by rule."""
    severities = {severity.word: 0 for severity in reversed(Severity) if severity is not Severity.OFF}
    rules: dict[str, int] = defaultdict(int)
    for problem in problems:
        severities[problem.severity.word] += 1
        rules[problem.rule] += 1
    return {**severities, "rules": dict(sorted(rules.items()))}
