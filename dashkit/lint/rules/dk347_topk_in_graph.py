"""``topk`` in a graph over time.

It chooses anew at each point: lines come and go in pieces, and the legend lists many more than k. In a table or bar
gauge of now it is right; in a graph the lines that matter over the whole range are meant.

Bad::

    topk(5, rate(http_requests_total[$__rate_interval]))

Good::

    rate(x_total[$__rate_interval]) and on (pod) topk(5, sum by (pod) (rate(x_total[$__range] @ end())))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Binary


@rule("DK347", Severity.INFO, on=Query)
def topk_in_graph(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role != "panel" or query.instant or query.panel is None or query.panel.kind not in ("timeseries", "graph"):
        return
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Aggregate) and node.op in ("topk", "bottomk"):
            written = query.text[node.span[0] : node.span[1]]
            if "@" not in written and not any(isinstance(part, Binary) for part in place.above):
                yield Finding(f"{node.op}() chooses other series at each point of the graph", span=node.span)
