"""A stat or gauge of a division that can be 0/0.

Without traffic a ratio of rates is NaN, and the panel says "NaN" in big letters. Grafana shows the text of
``noValue`` only for no value at all: let the query give none, or the panel map NaN to a word.

Bad::

    sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))

Good::

    sum(rate(errors_total[5m])) / (sum(rate(requests_total[5m])) > 0)
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.labels import is_scalar
from dashkit.promql.nodes import Binary, Node

_KINDS = frozenset({"stat", "gauge", "bargauge", "singlestat"})


@rule("DK323", Severity.INFO, on=Query)
def division_in_stat(query: Query, facts: Facts) -> Iterator[Finding]:
    panel = query.panel
    if panel is None or panel.kind not in _KINDS or panel.defaults.get("mappings"):
        return
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Binary) and node.op in ("/", "%") and not is_scalar(node.right):
            guarded = any(
                isinstance(part, Binary) and part.op in (">", ">=", "!=", "or") for part in _inside(node.right)
            )
            above = any(isinstance(part, Binary) and part.op in ("or", ">", ">=", "<", "<=") for part in place.above)
            if not guarded and not above:
                yield Finding("without any traffic this is 0/0, and the panel says NaN", span=node.span)
                return


def _inside(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _inside(part)
