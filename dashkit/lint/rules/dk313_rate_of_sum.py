"""A rate of a sum of counters.

When one process restarts, the sum falls a little, ``rate`` takes that for a restart of the whole and adds all of
it: a peak that never was. First the rate, then the sum.

Bad::

    rate(sum(http_requests_total)[5m:])

Good::

    sum(rate(http_requests_total[5m]))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, kind, selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Call, Subquery


@rule("DK313", Severity.ERROR, on=Query)
def rate_of_sum(query: Query, facts: Facts) -> Iterator[Finding]:
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Call) and node.name in RATES and node.args and isinstance(node.args[0], Subquery):
            for selector, inner in selectors(query):
                between = inner.above[len(place.above) + 1 :] if node in inner.above else ()
                summed = any(isinstance(part, Aggregate) and part.op in ("sum", "avg") for part in between)
                counter = kind(selector, facts) in ("counter", "bucket") or selector.name.endswith(("_total", "_count"))
                rated = any(isinstance(part, Call) and part.name in RATES for part in between)
                if summed and counter and not rated:
                    message = f"{node.name}() of a sum: a restart of one process looks like a peak of all"
                    severity = None if kind(selector, facts) else Severity.INFO
                    hint = f"sum({node.name}(...)): first the rate, then the sum"
                    yield Finding(message, hint, span=node.span, severity=severity)
                    break
