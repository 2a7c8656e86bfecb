"""The rules of the check, in one module per topic. A test proves the list complete."""

from __future__ import annotations

from dashkit.lint.rule import Rule
from dashkit.lint.rules import (
    alerts,
    budgets,
    counters,
    datasources,
    dynamic,
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
    alerts,
    budgets,
    counters,
    datasources,
    dynamic,
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
#: All rules, ordered by id.
RULES: tuple[Rule, ...] = tuple(sorted((rule for topic in _TOPICS for rule in topic.RULES), key=lambda rule: rule.id))
