"""``group_left`` takes over a label that the other side has not, or ``on`` names one that neither side has.

The label is empty in the result, or the sides are paired without it.

Bad::

    rate(x_total[5m]) * on (pod) group_left (node) sum by (pod) (kube_pod_info)

Good::

    rate(x_total[5m]) * on (pod) group_left (node) sum by (pod, node) (kube_pod_info)
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of
from dashkit.promql.nodes import Binary
from dashkit.promql.variables import MARK


@rule("DK335", Severity.WARNING, on=Query)
def join_adds_nothing(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Binary) or not (node.included or node.on):
            continue
        known = known_labels(facts)
        left, right = labels_of(node.left, known), labels_of(node.right, known)
        one = right if node.group == "left" else left
        for label in node.included:
            if MARK not in label and not one.may_have(label):
                side = "right" if node.group == "left" else "left"
                yield Finding(f"group_{node.group} takes over {label}, which the {side} side has not", span=node.span)
        for label in node.labels if node.on else ():
            if MARK not in label and not left.may_have(label) and not right.may_have(label):
                yield Finding(f"on ({label}): neither side has that label", span=node.span)
