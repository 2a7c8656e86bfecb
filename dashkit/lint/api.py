"""The stable API for a project's own rules.

A rule is a function in a module listed in ``check.own_rules`` of dashkit.yaml::

    from collections.abc import Iterator
    from dashkit.lint.api import CheckContext, Finding, Panel, Severity, rule

    @rule("TEAM001", Severity.WARNING, on=Panel)
    def owner_in_description(panel: Panel, context: CheckContext) -> Iterator[Finding]:
        '''The description of a panel names a team.'''
        if "team:" not in panel.description:
            yield Finding("the description names no team")

A rule examines one kind of element: `Board`, `Panel`, `Variable`, `Query`, `Alert`, or the whole `Project`. The
``expression`` of a query is its PromQL as a tree of nodes: `Selector`, `Call`, `Aggregate`, `Binary` and so on.
"""

from __future__ import annotations

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Board, Panel, Project, Query, Variable
from dashkit.lint.rule import Finding, Rule, rule
from dashkit.model.problem import Severity
from dashkit.promql.nodes import (
    Aggregate,
    Binary,
    Call,
    Expression,
    Matcher,
    Negative,
    Node,
    Number,
    Place,
    Selector,
    String,
    Subquery,
)

__all__ = [
    "Aggregate",
    "Alert",
    "Binary",
    "Board",
    "Call",
    "CheckContext",
    "Expression",
    "Finding",
    "Matcher",
    "Negative",
    "Node",
    "Number",
    "Panel",
    "Place",
    "Project",
    "Query",
    "Rule",
    "Selector",
    "Severity",
    "String",
    "Subquery",
    "Variable",
    "rule",
]
