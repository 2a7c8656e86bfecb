"""Matchers that are wrong whatever the metric is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector
from dashkit.promql.variables import MARK

_LABELS = frozenset({"env", "environment", "cluster", "region", "datacenter", "dc", "stage"})


@rule("DK319", Severity.ERROR, on=Query)
def impossible_matchers(query: Query, context: CheckContext) -> Iterator[Finding]:
    """Contradictory matchers in a selector.

    No series can satisfy both, so the panel is empty.
    """
    for selector, _ in query.expression.of(Selector):
        for matcher in selector.matchers:
            if matcher.op != "=" or matcher.variable:
                continue
            for other in selector.matching(matcher.label):
                if other is not matcher and other.matches(matcher.value) is False:
                    yield Finding(f"nothing matches both {matcher} and {other}", span=selector.span)
                    break


@rule("DK320", Severity.INFO, on=Query)
def regex_without_pattern(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A regular expression that is a plain string.

    ``=~"api"`` matches the same as ``="api"``, but is slower and makes the reader look for a pattern.
    """
    for selector, _ in query.expression.of(Selector):
        for matcher in selector.matchers:
            if matcher.op in ("=~", "!~") and not matcher.variable and re.fullmatch(r"[\w /:@-]+", matcher.value):
                better = f'{matcher.label}{"=" if matcher.op == "=~" else "!="}"{matcher.value}"'
                yield Finding(f"{matcher} needs no regular expression", f"use {better}", span=selector.span)


@rule("DK321", Severity.INFO, on=Query)
def redundant_anchors(query: Query, context: CheckContext) -> Iterator[Finding]:
    """Redundant anchors in a matcher.

    Prometheus always anchors regular expressions at both ends.
    """
    for selector, _ in query.expression.of(Selector):
        for matcher in selector.matchers:
            ends = matcher.value.startswith("^") or (matcher.value.endswith("$") and not matcher.value.endswith("\\$"))
            if matcher.op in ("=~", "!~") and ends and "|" not in matcher.value:
                yield Finding(f"{matcher}: the anchors are redundant", span=selector.span)


@rule("DK331", Severity.INFO, on=Query)
def fixed_environment(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A hard-coded environment, cluster or region.

    In the next cluster the panel is empty. If the dashboard has a variable for the label, the panel ignores it,
    and shows production while the page says staging.
    """
    if query.role not in ("panel", "annotation") or query.board is None:
        return
    for selector, _ in query.expression.of(Selector):
        for matcher in selector.matchers:
            if matcher.label in _LABELS and matcher.op == "=" and matcher.value and not matcher.variable:
                variable = query.board.by_name.get(matcher.label)
                if variable is not None and variable.kind != "constant":
                    message = f"{matcher} ignores the variable ${matcher.label} of the dashboard"
                    yield Finding(message, span=selector.span, severity=Severity.WARNING)
                else:
                    yield Finding(f"{matcher} is hard-coded", "use a variable", span=selector.span)


@rule("DK340", Severity.WARNING, on=Query)
def required_matchers(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A selector without a matcher that the project requires.

    Needs ``check.matchers`` in dashkit.yaml, which lists the matchers that every selector in a panel must have::

        check: {matchers: {job: '=~"$job"', instance: '=~"$instance"'}}
    """
    if query.role != "panel" or not context.matchers:
        return
    for selector, _ in query.expression.of(Selector):
        written = {_plain(f"{matcher.label}{matcher.op}{matcher.value}") for matcher in selector.matchers}
        for label, wanted in context.matchers.items():
            if _plain(f"{label}{wanted}") not in written:
                yield Finding(f"{selector.name or 'a selector'} has no matcher {label}{wanted}", span=selector.span)


def _plain(text: str) -> str:
    """Return ``job=~"$job"``, ``job =~ "${job:regex}"`` and the parsed matcher in the same form."""
    text = re.sub(r"\$\{(\w+)[^}]*\}|\[\[(\w+)[^\]]*\]\]", lambda found: f"${found[1] or found[2]}", text)
    return re.sub(r"[\s\"'`]", "", text).replace(MARK, "$")


RULES = (
    impossible_matchers,
    regex_without_pattern,
    redundant_anchors,
    fixed_environment,
    required_matchers,
)
