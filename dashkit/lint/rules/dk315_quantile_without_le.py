"""``histogram_quantile`` of buckets that have lost their label ``le``.

Without ``le`` nobody knows which bucket is which: the result is empty.

Bad::

    histogram_quantile(0.95, sum by (service) (rate(http_request_duration_seconds_bucket[5m])))

Good::

    histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of
from dashkit.promql.nodes import Call, Selector


@rule("DK315", Severity.ERROR, on=Query)
def quantile_without_le(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Call) or node.name != "histogram_quantile" or len(node.args) < 2:
            continue
        classic = any(
            inner.node.name.endswith("_bucket")
            for inner in query.expression.places
            if isinstance(inner.node, Selector) and node in inner.above
        )
        victoria = "vmrange" in query.text  # whose buckets carry that instead
        if classic and not victoria and not labels_of(node.args[1], known_labels(facts)).may_have("le"):
            yield Finding("the buckets have lost the label le", "keep it: by (..., le)", span=node.args[1].span)
