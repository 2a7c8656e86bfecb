"""``irate`` in an alert or recording rule.

It looks at the last two samples only: one quiet scrape resets ``for``, one peak fires it.

Bad::

    irate(errors_total[5m]) > 1

Good::

    rate(errors_total[5m]) > 1
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Call


@rule("DK608", Severity.WARNING, on=Query)
def irate_in_alert(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role in ("alert", "record"):
        for place in query.expression.places:
            if isinstance(place.node, Call) and place.node.name == "irate":
                yield Finding("irate() sees the last two samples only", "rate()", span=place.node.span)
