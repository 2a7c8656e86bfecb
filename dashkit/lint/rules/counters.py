"""Counters and gauges, and the functions that suit them."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import COUNTER_SUFFIXES, RATES, VALUE_BLIND, called_above, function_around, kind
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Binary, Call, Node, Place, Selector, Subquery

_DELTAS = frozenset({"delta", "idelta", "deriv", "predict_linear"})


@rule("DK310", Severity.ERROR, on=Query)
def rate_of_gauge(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``rate()``, ``irate()`` or ``increase()`` of a gauge.

    These functions treat every decrease as a counter reset and add it back: a queue that goes 10, 0, 10, 0
    appears to grow steadily. The type comes from the metric catalogue. Without one, a name that does not look
    like a counter is only an info.
    """
    for selector, place in query.expression.of(Selector):
        function = function_around(place)
        if function not in RATES or not selector.named:
            continue
        known = kind(selector, context)
        if known == "gauge":
            message = f"{function}() of the gauge {selector.name}"
            yield Finding(message, "use delta(), deriv(), or the value itself", span=selector.span)
        elif not known and not selector.name.endswith(COUNTER_SUFFIXES) and ":" not in selector.name:
            message = f"{function}() of {selector.name}, which is not named like a counter"
            yield Finding(message, span=selector.span, severity=Severity.INFO)


@rule("DK311", Severity.WARNING, on=Query)
def counter_without_rate(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A counter without ``rate()``, or with a function for gauges.

    A counter shows how much has happened since its process started: it drops to 0 at every restart, and a sum
    over processes drops with each of them. The type comes from the metric catalogue. Without one, the suffix
    ``_total`` is only an info, because some gauges have it too.
    """
    if query.role == "variable":
        return
    for selector, place in query.expression.of(Selector):
        if not selector.named:
            continue
        known = kind(selector, context)
        likely = not known and selector.name.endswith("_total") and ":" not in selector.name
        if known not in ("counter", "bucket") and not likely:
            continue
        severity = None if known else Severity.INFO
        function = function_around(place)
        if function in _DELTAS and selector.range is not None:
            message = f"{function}() of the counter {selector.name} is wrong after a restart"
            yield Finding(message, "use rate() or increase()", span=selector.span, severity=severity)
        elif not called_above(place) & (RATES | VALUE_BLIND) and not _only_existence(place):
            message = f"the counter {selector.name} is used without rate() or increase()"
            yield Finding(message, span=selector.span, severity=severity)


def _only_existence(place: Place) -> bool:
    """Return whether only the existence of a series matters: counted, or on the right side of a set operator."""
    below: Node = place.node
    for node in reversed(place.above):
        if isinstance(node, Aggregate) and node.op in ("count", "group", "count_values"):
            return True
        if isinstance(node, Binary) and node.op in ("and", "unless") and node.right is below:
            return True
        below = node
    return False


@rule("DK313", Severity.ERROR, on=Query)
def rate_of_sum(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate of a sum of counters.

    When one process restarts, the sum drops a little. ``rate()`` takes that for a reset of the whole sum and
    adds all of it: a spike that never happened. Take the rate first, then the sum.
    """
    for node, place in query.expression.of(Call):
        if node.name in RATES and node.args and isinstance(node.args[0], Subquery):
            for selector, inner in query.expression.of(Selector):
                between = inner.above[len(place.above) + 1 :] if node in inner.above else ()
                summed = any(isinstance(part, Aggregate) and part.op in ("sum", "avg") for part in between)
                known = kind(selector, context)
                counter = known in ("counter", "bucket") or selector.name.endswith(("_total", "_count"))
                rated = any(isinstance(part, Call) and part.name in RATES for part in between)
                if summed and counter and not rated:
                    message = f"{node.name}() of a sum: a restart of one process looks like a spike"
                    severity = None if known else Severity.INFO
                    hint = f"take the rate first: sum({node.name}(...))"
                    yield Finding(message, hint, span=node.span, severity=severity)
                    break


RULES = (
    rate_of_gauge,
    counter_without_rate,
    rate_of_sum,
)
