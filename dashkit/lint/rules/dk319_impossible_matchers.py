"""Matchers of one selector that exclude each other.

No series can satisfy both: the panel is empty.

Bad::

    http_requests_total{status="200", status=~"5.."}

Good::

    http_requests_total{status=~"200|5.."}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK319", Severity.ERROR, on=Query)
def impossible_matchers(query: Query, facts: Facts) -> Iterator[Finding]:
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            if matcher.op != "=" or matcher.variable:
                continue
            for other in selector.matching(matcher.label):
                if other is not matcher and other.matches(matcher.value) is False:
                    yield Finding(f"nothing matches both {matcher} and {other}", span=selector.span)
                    break
