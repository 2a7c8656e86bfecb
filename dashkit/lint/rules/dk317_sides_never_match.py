"""The two sides of an operator keep labels that never match.

Prometheus pairs series whose labels are all equal (or those that ``on`` names). Where each series of one side has a
label that none of the other can have, the result is empty, and no error is shown. What is known of labels comes
from matchers, aggregations, scraping (job and instance) and the metric catalogue.

Bad::

    rate(errors_total[5m]) / sum by (job) (rate(requests_total[5m]))

Good::

    sum by (job) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.labels import is_scalar, missing_on_the_other, only_by_scraping
from dashkit.promql.nodes import Binary


@rule("DK317", Severity.ERROR, on=Query)
def sides_never_match(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Binary) or node.op == "or" or is_scalar(node.left) or is_scalar(node.right):
            continue
        found = missing_on_the_other(node, known_labels(facts))
        if found is None:
            continue
        label, side = found
        other = "left" if side == "right" else "right"
        effect = "it filters nothing" if node.op == "unless" else "the result is always empty"
        message = f"the {other} side has the label {label}, the {side} side has not: {effect}"
        holder = node.left if other == "left" else node.right
        severity = Severity.WARNING if only_by_scraping(holder, label, known_labels(facts)) else None
        yield Finding(
            message, "aggregate both sides by the same labels, or say on (...)", span=node.span, severity=severity
        )
