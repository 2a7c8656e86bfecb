"""A quantile that is not between 0 and 1.

``histogram_quantile(95, ...)`` is +Inf, always: the panel is empty or shows an infinity sign.

Bad::

    histogram_quantile(95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))

Good::

    histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Call, Node, Number


@rule("DK314", Severity.ERROR, on=Query)
def quantile_range(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Call) and node.name in ("histogram_quantile", "quantile_over_time"):
            share: Node | None = node.args[0]
        elif isinstance(node, Aggregate) and node.op == "quantile":
            share = node.param
        else:
            continue
        if isinstance(share, Number) and not share.variable and not 0 <= share.value <= 1:
            hint = f"{share.value / 100:g}" if 1 < share.value <= 100 else ""
            yield Finding(f"quantile {share.value:g} is not between 0 and 1", hint, span=share.span)
