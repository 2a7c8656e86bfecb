"""An aggregation by a label that its series do not have.

The label is empty in the result: one line where several were meant, and a table without its column. Either the
metric has no such label (the catalogue knows), or an aggregation inside has dropped it.

Bad::

    sum by (pod) (sum by (namespace) (rate(container_cpu_usage_seconds_total[5m])))

Good::

    sum by (namespace, pod) (rate(container_cpu_usage_seconds_total[5m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of
from dashkit.promql.nodes import Aggregate, Node
from dashkit.promql.variables import MARK


@rule("DK318", Severity.ERROR, on=Query)
def unknown_grouping(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Aggregate) or node.grouping != "by" or not node.labels:
            continue
        inner = labels_of(node.arg, known_labels(facts))
        lost = [label for label in node.labels if MARK not in label and not inner.may_have(label)]
        if lost:
            names = ", ".join(lost)
            word = "the label" if len(lost) == 1 else "the labels"
            # What an aggregation inside has dropped is often filtered to one value, or meant for another time.
            summed = any(isinstance(part, Aggregate) for part in _inside(node.arg))
            severity = Severity.WARNING if summed or len(lost) < len(node.labels) else None
            yield Finding(f"it groups by {word} {names}, which its series have not", span=node.span, severity=severity)


def _inside(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _inside(part)
