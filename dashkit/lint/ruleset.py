"""The rules of a run: dashkit's and the project's own, with the severities of dashkit.yaml."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.errors import ConfigError
from dashkit.lint.elements import Alert, Board, Panel, Project, Query, Variable
from dashkit.lint.rule import Rule
from dashkit.lint.rules import RULES
from dashkit.model.problem import Severity, severity

#: The kinds of elements that a rule can examine.
ELEMENTS = (Board, Panel, Variable, Query, Alert, Project)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of a run, and the severities that the project sets."""

    rules: tuple[Rule, ...]
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def severity(self, rule: Rule) -> Severity:
        return self.severities.get(rule.id, rule.severity)

    def on(self, kind: type) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.on is kind and self.severity(rule) is not Severity.OFF)


def ruleset(own: Iterable[Rule], severities: Mapping[str, Any], where: str = "") -> Ruleset:
    """Combine all rules with their severities. Raises `ConfigError` for an unknown rule, or an id that is taken."""
    rules = list(RULES)
    by_id = {rule.id: rule for rule in rules}
    for rule in own:
        if not rule.is_own:
            raise ConfigError(f"rule {rule.id}: ids that start with DK are reserved for dashkit", where=where)
        if rule.on not in ELEMENTS:
            known = ", ".join(kind.__name__ for kind in ELEMENTS)
            raise ConfigError(f"rule {rule.id} is on {rule.on!r}; it can be on {known}", where=where)
        if rule.id in by_id:
            raise ConfigError(f"two rules have the id {rule.id}", where=where)
        by_id[rule.id] = rule
        rules.append(rule)
    for name in severities:
        if name not in by_id:
            near = difflib.get_close_matches(name, by_id, n=1)
            hint = f"did you mean {near[0]}?" if near else "dashkit explain lists all rules"
            raise ConfigError(f"`check.rules`: there is no rule {name}", where=where, hint=hint)
    # YAML reads a bare `off` as false.
    chosen = {name: Severity.OFF if value is False else severity(value) for name, value in severities.items()}
    return Ruleset(tuple(rules), chosen)
