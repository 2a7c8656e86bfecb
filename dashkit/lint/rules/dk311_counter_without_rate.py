"""A counter is shown as it is, or with a function for gauges.

What a counter says is how much happened since its process started: it falls to 0 at each restart, and the sum over
processes falls with each of them. The type comes from the metric catalogue; the suffix ``_total`` alone is only a
hint, for gauges carry it too.

Bad::

    sum(http_requests_total)

Good::

    sum(rate(http_requests_total[$__rate_interval]))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, VALUE_BLIND, called_above, function_around, kind, selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Binary, Node, Place

_DELTAS = frozenset({"delta", "idelta", "deriv", "predict_linear"})


@rule("DK311", Severity.WARNING, on=Query)
def counter_without_rate(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role == "variable":
        return
    for selector, place in selectors(query):
        if not selector.named:
            continue
        known = kind(selector, facts)
        likely = not known and selector.name.endswith("_total") and ":" not in selector.name
        if known not in ("counter", "bucket") and not likely:
            continue
        severity = None if known else Severity.INFO
        function = function_around(place)
        if function in _DELTAS and selector.range is not None:
            message = f"{function}() of the counter {selector.name} goes wrong at each restart"
            yield Finding(message, "rate() or increase()", span=selector.span, severity=severity)
        elif not called_above(place) & (RATES | VALUE_BLIND) and not _only_whether(place):
            message = f"the counter {selector.name} is used without rate() or increase()"
            yield Finding(message, span=selector.span, severity=severity)


def _only_whether(place: Place) -> bool:
    """Whether it is only asked if there is a series: counted, or the right side of a set operator."""
    below: Node = place.node
    for node in reversed(place.above):
        if isinstance(node, Aggregate) and node.op in ("count", "group", "count_values"):
            return True
        if isinstance(node, Binary) and node.op in ("and", "unless") and node.right is below:
            return True
        below = node
    return False
