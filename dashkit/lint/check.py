"""Apply rules to subjects: findings become problems with place and severity."""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.errors import InputError
from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, Rule
from dashkit.lint.subjects import Alert, Board, Panel, Project, Query, Variable
from dashkit.model.dashboard import NOWHERE, Source
from dashkit.model.problem import Problem, Severity

#: What a rule can be on.
SUBJECTS = (Board, Panel, Variable, Query, Alert, Project)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of a run with their severities, those that are off left out."""

    rules: tuple[Rule, ...]
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def severity(self, rule: Rule) -> Severity:
        return self.severities.get(rule.id, rule.severity)

    def on(self, kind: type) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.on is kind and self.severity(rule) is not Severity.OFF)


def check(project: Project, ruleset: Ruleset, facts: Facts, foreign: Facts | None = None) -> list[Problem]:
    """All problems, sorted by place. Files that are not the project's own are judged by ``foreign``."""
    found: list[Problem] = []
    by_kind = {kind: ruleset.on(kind) for kind in SUBJECTS}
    for board in project.examined:
        known = facts if board.owned or foreign is None else foreign
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
        known = facts if alert.owned or foreign is None else foreign
        found += _apply(by_kind[Alert], alert, known, ruleset)
        found += _apply(by_kind[Query], alert.query, known, ruleset)
    for rule in by_kind[Project]:
        found += (_problem(rule, subject, finding, ruleset) for subject, finding in _findings(rule, project, facts))
    return sorted(dict.fromkeys(found), key=lambda problem: problem.order)


def judged(problems: Iterable[Problem], ruleset: Ruleset) -> list[Problem]:
    """The problems with the severities that the project says, without those that are off: whoever found them."""
    said = ruleset.severities
    kept = (replace(problem, severity=said.get(problem.rule, problem.severity)) for problem in problems)
    return [problem for problem in kept if problem.severity is not Severity.OFF]


def _apply(rules: Iterable[Rule], subject: Any, facts: Facts, ruleset: Ruleset) -> Iterator[Problem]:
    for rule in rules:
        for finding in _findings(rule, subject, facts):
            yield _problem(rule, subject, finding, ruleset)


def _findings(rule: Rule, subject: Any, facts: Facts) -> list[Any]:
    """What a rule says; where one of the project's own raises, its name and line say whose fault it is."""
    if rule.id.startswith("DK"):
        return list(rule.check(subject, facts))
    try:
        found = rule.check(subject, facts)
        return list(found) if found is not None else []  # a function without a yield
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        message = f"rule {rule.id} failed: {type(error).__name__}: {error}"
        raise InputError(message, where=where, excerpt=frames[-1].line or "" if frames else "") from error


def _problem(rule: Rule, subject: Any, finding: Finding, ruleset: Ruleset) -> Problem:
    place = _place(subject, finding)
    return Problem(
        rule=rule.id,
        severity=_severity(rule, finding, ruleset),
        message=finding.message,
        dashboard=place.dashboard,
        panel=place.panel.name if place.panel else place.other,
        panel_id=place.panel.id if place.panel else 0,
        pointer=place.pointer + (finding.pointer or _inside(subject)),
        location=place.source,
        hint=finding.hint,
        excerpt=subject.text if isinstance(subject, Query) else "",
        span=finding.span or (0, 0),
    )


def _inside(subject: Any) -> str:
    """Where in its object a query's text stands."""
    return "/expr" if isinstance(subject, Query) and subject.role in ("panel", "annotation") else ""


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
    source: Source = NOWHERE


def _place(subject: Any, finding: Finding) -> _Place:
    if isinstance(subject, Board):
        panel: Panel | None = finding.panel
        if panel is not None:
            return _Place(subject.name, panel, "", panel.pointer, panel.source)
        for variable in subject.variables:
            if finding.pointer and f"{subject.prefix}{finding.pointer}/".startswith(f"{variable.pointer}/"):
                return _Place(subject.name, None, f"${variable.name}", subject.prefix, variable.source)
        return _Place(subject.name, None, "", subject.prefix, subject.source)
    if isinstance(subject, Panel):
        return _Place(subject.board.name, subject, "", subject.pointer, subject.source)
    if isinstance(subject, Variable):
        return _Place(subject.board.name, None, f"${subject.name}", subject.pointer, subject.source)
    if isinstance(subject, Alert):
        return _Place(subject.group, None, subject.name, subject.pointer, subject.source)
    assert isinstance(subject, Query)
    if subject.panel is not None:
        return _Place(subject.panel.board.name, subject.panel, "", subject.pointer, subject.panel.source)
    if subject.alert is not None:
        return _Place(subject.alert.group, None, subject.alert.name, subject.pointer, subject.alert.source)
    assert subject.board is not None
    if subject.variable is not None:
        source = subject.variable.source
        return _Place(subject.board.name, None, f"${subject.variable.name}", subject.pointer, source)
    return _Place(
        subject.board.name, None, f"annotation {subject.target.get('name', '')}", subject.pointer, subject.board.source
    )


def summary(problems: Iterable[Problem]) -> dict[str, Any]:
    """Counts by severity and by rule."""
    severities = {severity.word: 0 for severity in reversed(Severity) if severity is not Severity.OFF}
    rules: dict[str, int] = defaultdict(int)
    for problem in problems:
        severities[problem.severity.word] += 1
        rules[problem.rule] += 1
    return {**severities, "rules": dict(sorted(rules.items()))}
