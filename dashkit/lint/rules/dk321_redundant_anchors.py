"""Anchors in a matcher.

Prometheus anchors each regular expression at both ends itself.

Bad::

    up{job=~"^api.*$"}

Good::

    up{job=~"api.*"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK321", Severity.INFO, on=Query)
def redundant_anchors(query: Query, facts: Facts) -> Iterator[Finding]:
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            ends = matcher.value.startswith("^") or (matcher.value.endswith("$") and not matcher.value.endswith("\\$"))
            if matcher.op in ("=~", "!~") and ends and "|" not in matcher.value:
                yield Finding(f"{matcher}: Prometheus anchors it anyway", span=selector.span)
