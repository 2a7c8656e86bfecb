"""An average or sum of percentiles.

The mean of two p99 is the p99 of nothing: a service with ten requests weighs as much as one with a million. Sum the
buckets, then take the quantile. Of the ``quantile`` series of a summary there is no right sum at all; max is
honest.

Bad::

    avg(histogram_quantile(0.99, sum by (pod, le) (rate(http_request_duration_seconds_bucket[5m]))))

Good::

    histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Call, Selector


@rule("DK343", Severity.WARNING, on=Query)
def average_of_quantiles(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Aggregate) or node.op not in ("avg", "sum"):
            continue
        inner = node.arg
        if isinstance(inner, Call) and inner.name == "histogram_quantile":
            yield Finding(f"{node.op}() of percentiles means nothing", "sum the buckets first", span=node.span)
        elif isinstance(inner, Selector) and any(m.op != "=" or m.value for m in inner.matching("quantile")):
            kept = node.grouping == "without" or "quantile" in node.labels
            if not kept:
                yield Finding(f"{node.op}() of a summary's quantiles means nothing", "max()", span=node.span)
