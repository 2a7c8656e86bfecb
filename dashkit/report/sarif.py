"""Problems as SARIF 2.1.0, which code hosts show next to the lines of a pull request.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from dashkit.lint.rule import Rule
from dashkit.model.problem import Problem, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.OFF: "none"}


def sarif(problems: Iterable[Problem], rules: Iterable[Rule]) -> dict[str, Any]:
    """Return a run with its results and the rules they refer to."""
    every = list(problems)
    used = {problem.rule for problem in every}
    described = [rule for rule in rules if rule.id in used]
    numbers = {rule.id: index for index, rule in enumerate(described)}
    driver = {"name": "dashkit", "version": version("grafana-dashkit"), "rules": [_rule(rule) for rule in described]}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(problem, numbers) for problem in every]}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.doc},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(problem: Problem, numbers: dict[str, int]) -> dict[str, Any]:
    text = problem.message + (f" ({problem.hint})" if problem.hint else "")
    place = ", ".join(part for part in (problem.dashboard, problem.panel) if part)
    location: dict[str, Any] = {
        "physicalLocation": {
            # A URI, not a path: spaces and the like must be escaped.
            "artifactLocation": {"uri": quote(problem.location.path or "dashkit.yaml")},
            "region": {"startLine": max(1, problem.location.line)},
        }
    }
    if problem.pointer or place:
        location["logicalLocations"] = [{"name": place or problem.dashboard, "fullyQualifiedName": problem.pointer}]
    result: dict[str, Any] = {
        "ruleId": problem.rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": f"{place}: {text}" if place else text},
        "locations": [location],
        # Identifies the same problem after lines have moved.
        "partialFingerprints": {"dashkit/v1": f"{problem.rule}:{problem.dashboard}:{problem.panel}:{problem.message}"},
    }
    if problem.rule in numbers:
        result["ruleIndex"] = numbers[problem.rule]
    return result
