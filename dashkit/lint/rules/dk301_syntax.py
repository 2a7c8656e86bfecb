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
from dashkit.promql.located import STRINGS
from dashkit.promql.nodes import Selector, Subquery


@rule("DK301", Severity.ERROR, on=Query)
def promql_syntax(query: Query, facts: Facts) -> Iterator[Finding]:
    error = query.expression.error
    if error and not (facts.metricsql and _is_closed(query.text)):
        hint, severity = "", None
        if query.board is not None and query.board.speaks_metricsql and _is_closed(query.text):
            hint, severity = "for VictoriaMetrics? check: {language: metricsql} in dashkit.yaml", Severity.WARNING
        elif query.hidden or "regex" in error:
            # Hidden it is not asked; and of regular expressions the parser reads a little less than Prometheus does.
            severity = Severity.WARNING
        yield Finding(f"not PromQL: {error}", hint, severity=severity)
    tree = query.expression.tree
    ranged = isinstance(tree, Subquery) or (isinstance(tree, Selector) and tree.range is not None)
    if ranged and not facts.metricsql and query.role in ("panel", "alert", "record") and not query.instant:
        yield Finding("a range of samples is no value that can be drawn or compared", "rate(...), avg_over_time(...)")


def _is_closed(text: str) -> bool:
    """Whether every bracket has its partner; more cannot be told of a language that is not parsed."""
    rest = STRINGS.sub("", text)
    return all(rest.count(opening) == rest.count(closing) for opening, closing in ("()", "[]", "{}"))
