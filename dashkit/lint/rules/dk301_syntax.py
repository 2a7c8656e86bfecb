"""A query is not PromQL.

Grafana shows a red corner and an empty panel; an alert with it is never evaluated. The dashboard's variables are
filled in before the text is parsed; where they hold so much of it that nothing can be said, nothing is.

Bad::

    sum(rate(http_requests_total[5m]) by (service)

Good::

    sum(rate(http_requests_total[5m])) by (service)
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector, Subquery


@rule("DK301", Severity.ERROR, on=Query)
def promql_syntax(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.expression.error:
        # Of regular expressions the parser reads a little less than Prometheus does.
        severity = Severity.WARNING if "regex" in query.expression.error else None
        if query.board is not None and query.board.speaks_metricsql:
            hint = "the dashboard is made for VictoriaMetrics; turn the rule off where that is the datasource"
            yield Finding(f"not PromQL: {query.expression.error}", hint, severity=Severity.WARNING)
            return
        yield Finding(f"not PromQL: {query.expression.error}", severity=severity)
    tree = query.expression.tree
    ranged = isinstance(tree, Subquery) or (isinstance(tree, Selector) and tree.range is not None)
    if ranged and query.role in ("panel", "alert", "record") and not query.instant:
        yield Finding("a range of samples is no value that can be drawn or compared", "rate(...), avg_over_time(...)")
