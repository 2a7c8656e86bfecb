"""Matchers of selectors, judged without knowing the metric."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.model.problem import Severity
from dashkit.promql.variables import MARK

_LABELS = frozenset({"env", "environment", "cluster", "region", "datacenter", "dc", "stage"})


@rule("DK319", Severity.ERROR, on=Query)
def impossible_matchers(query: Query, context: CheckContext) -> Iterator[Finding]:
    """Matchers of one selector that exclude each other.

    No series can satisfy both: the panel is empty.
    """
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            if matcher.op != "=" or matcher.variable:
                continue
            for other in selector.matching(matcher.label):
                if other is not matcher and other.matches(matcher.value) is False:
                    yield Finding(f"nothing matches both {matcher} and {other}", span=selector.span)
                    break


@rule("DK320", Severity.INFO, on=Query)
def regex_without_pattern(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A regular expression that is a plain word.

    ``=~"api"`` finds what ``="api"`` finds, but is slower and makes the reader look for a pattern.
    """
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            if matcher.op in ("=~", "!~") and not matcher.variable and re.fullmatch(r"[\w /:@-]+", matcher.value):
                better = f'{matcher.label}{"=" if matcher.op == "=~" else "!="}"{matcher.value}"'
                yield Finding(f"{matcher} has no pattern", better, span=selector.span)


@rule("DK321", Severity.INFO, on=Query)
def redundant_anchors(query: Query, context: CheckContext) -> Iterator[Finding]:
    """Anchors in a matcher.

    Prometheus anchors each regular expression at both ends itself.
    """
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            ends = matcher.value.startswith("^") or (matcher.value.endswith("$") and not matcher.value.endswith("\\$"))
            if matcher.op in ("=~", "!~") and ends and "|" not in matcher.value:
                yield Finding(f"{matcher}: Prometheus anchors it anyway", span=selector.span)


@rule("DK331", Severity.INFO, on=Query)
def fixed_environment(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query names one environment, cluster or region.

    On the next cluster the panel is empty. Where the dashboard has a variable for that label, the panel does
    not follow it, and shows production while the page says staging.
    """
    if query.role not in ("panel", "annotation") or query.board is None:
        return
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            if matcher.label in _LABELS and matcher.op == "=" and matcher.value and not matcher.variable:
                chosen = query.board.by_name.get(matcher.label)
                if chosen is not None and chosen.kind != "constant":
                    message = f"{matcher} does not follow ${matcher.label} of the dashboard"
                    yield Finding(message, span=selector.span, severity=Severity.WARNING)
                else:
                    yield Finding(f"{matcher} is written into the query", "a variable", span=selector.span)


@rule("DK340", Severity.WARNING, on=Query)
def required_matchers(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A selector lacks a matcher that the project asks for.

    Silent unless ``check.matchers`` of dashkit.yaml names matchers that every selector of a panel must have::

        check: {matchers: {job: '=~"$job"', instance: '=~"$instance"'}}
    """
    if query.role != "panel" or not context.matchers:
        return
    for selector, _place in selectors(query):
        written = {_plain(f"{matcher.label}{matcher.op}{matcher.value}") for matcher in selector.matchers}
        for label, wanted in context.matchers.items():
            if _plain(f"{label}{wanted}") not in written:
                yield Finding(f"{selector.name or 'a selector'} has no matcher {label}{wanted}", span=selector.span)


def _plain(text: str) -> str:
    """``job=~"$job"``, ``job =~ "${job:regex}"`` and the parsed one alike."""
    text = re.sub(r"\$\{(\w+)[^}]*\}|\[\[(\w+)[^\]]*\]\]", lambda found: f"${found[1] or found[2]}", text)
    return re.sub(r"[\s\"'`]", "", text).replace(MARK, "$")


RULES = (
    impossible_matchers,
    regex_without_pattern,
    redundant_anchors,
    fixed_environment,
    required_matchers,
)
