"""The rules of the check, module by module; a test holds the list against the folder."""

from __future__ import annotations

from dashkit.lint.rule import Rule
from dashkit.lint.rules import (
    alerts,
    budgets,
    counters,
    datasources,
    histograms,
    identity,
    labels,
    layout,
    links,
    live,
    matchers,
    panels,
    queries,
    ranges,
    results,
    suppressions,
    thresholds,
    units,
    variables,
)

_TOPICS = (
    suppressions,
    identity,
    layout,
    budgets,
    ranges,
    units,
    thresholds,
    panels,
    queries,
    counters,
    histograms,
    matchers,
    labels,
    results,
    variables,
    datasources,
    links,
    alerts,
    live,
)

#: Every rule, in the order of its id.
RULES: tuple[Rule, ...] = tuple(sorted((rule for topic in _TOPICS for rule in topic.RULES), key=lambda rule: rule.id))
