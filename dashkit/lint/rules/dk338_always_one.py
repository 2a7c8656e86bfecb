"""A share of a whole, without an aggregation: each series is divided by itself.

``rate(x{status="500"}[5m]) / rate(x[5m])`` pairs the series of status 500 with that of status 500: the share is
always 1.

Bad::

    rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m])

Good::

    sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Binary, Call, Node, Selector


@rule("DK338", Severity.ERROR, on=Query)
def always_one(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Binary) or node.op != "/" or node.on is not None:
            continue
        (function, part), (other, whole) = _plain(node.left), _plain(node.right)
        if part is None or whole is None or not part.named or part.name != whole.name or function != other:
            continue
        same_time = (part.range, part.offset, part.at) == (whole.range, whole.offset, whole.at)
        alternatives = part.alternatives or whole.alternatives
        if same_time and not alternatives and set(whole.matchers) <= set(part.matchers):
            yield Finding("each series is divided by itself: always 1", "sum both sides", span=node.span)


def _plain(node: Node) -> tuple[str, Selector | None]:
    """The selector of ``x`` or ``rate(x[...])``, with the function."""
    function = ""
    if isinstance(node, Call) and node.name in RATES and len(node.args) == 1:
        function, node = node.name, node.args[0]
    return function, node if isinstance(node, Selector) else None
