"""``or vector(0)`` hides that there is no data.

It is meant for "no errors yet", and also says 0 when the exporter is gone, the metric renamed, or the query
misspelt. In an alert it keeps the rule quiet exactly then.

Bad::

    sum(rate(errors_total[5m])) or vector(0)

Good::

    sum(rate(errors_total[5m])) or 0 * sum(rate(requests_total[5m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Binary, Call


@rule("DK327", Severity.INFO, on=Query)
def or_vector(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if (
            isinstance(node, Binary)
            and node.op == "or"
            and isinstance(node.right, Call)
            and node.right.name == "vector"
        ):
            severity = Severity.WARNING if query.role == "alert" else None
            yield Finding(
                "`or vector(...)` also hides that nothing is measured", span=node.right.span, severity=severity
            )
