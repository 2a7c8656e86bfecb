"""A range or offset that reaches back further than data is kept.

The part beyond is empty, so a monthly total is that of two weeks, without a word. The retention is
``check.retention`` of dashkit.yaml; the rule is silent where it is not set.

Bad::

    increase(orders_total[90d])    with a retention of 15 days

Good::

    a recorded series, or a store that keeps it for longer
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.durations import duration
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector, Subquery


@rule("DK326", Severity.ERROR, on=Query)
def beyond_retention(query: Query, facts: Facts) -> Iterator[Finding]:
    if not facts.retention:
        return
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Selector | Subquery):
            continue
        outer = sum(part.range + part.offset for part in place.above if isinstance(part, Subquery))
        back = (node.range or 0) + node.offset + outer
        variable = isinstance(node, Selector) and "$" in node.range_text
        if back > facts.retention and not variable:
            kept = duration(facts.retention)
            yield Finding(f"it reaches back {duration(back)}, but data is kept for {kept}", span=node.span)
            return
