"""Counters and gauges, each with the functions that suit it."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import COUNTER_SUFFIXES, RATES, VALUE_BLIND, called_above, function_around, kind, selectors
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Binary, Call, Node, Place, Subquery

_DELTAS = frozenset({"delta", "idelta", "deriv", "predict_linear"})


@rule("DK310", Severity.ERROR, on=Query)
def rate_of_gauge(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``rate``, ``irate`` or ``increase`` of a gauge.

    They take each fall for a restart of a counter and add it up again: of a queue that goes 10, 0, 10, 0 they
    make a steady growth. The type comes from the metric catalogue. Without it, a name that does not end like a
    counter is only a hint.
    """
    for selector, place in selectors(query):
        function = function_around(place)
        if function not in RATES or not selector.named:
            continue
        known = kind(selector, context)
        if known == "gauge":
            message = f"{function}() of the gauge {selector.name}"
            yield Finding(message, "delta() or deriv(), or the value itself", span=selector.span)
        elif not known and not selector.name.endswith(COUNTER_SUFFIXES) and ":" not in selector.name:
            message = f"{function}() of {selector.name}, whose name is not that of a counter"
            yield Finding(message, span=selector.span, severity=Severity.INFO)


@rule("DK311", Severity.WARNING, on=Query)
def counter_without_rate(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A counter is shown as it is, or with a function for gauges.

    What a counter says is how much happened since its process started: it falls to 0 at each restart, and the
    sum over processes falls with each of them. The type comes from the metric catalogue; the suffix ``_total``
    alone is only a hint, for gauges carry it too.
    """
    if query.role == "variable":
        return
    for selector, place in selectors(query):
        if not selector.named:
            continue
        known = kind(selector, context)
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


@rule("DK313", Severity.ERROR, on=Query)
def rate_of_sum(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate of a sum of counters.

    When one process restarts, the sum falls a little, ``rate`` takes that for a restart of the whole and adds
    all of it: a peak that never was. First the rate, then the sum.
    """
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Call) and node.name in RATES and node.args and isinstance(node.args[0], Subquery):
            for selector, inner in selectors(query):
                between = inner.above[len(place.above) + 1 :] if node in inner.above else ()
                summed = any(isinstance(part, Aggregate) and part.op in ("sum", "avg") for part in between)
                counter = kind(selector, context) in ("counter", "bucket") or selector.name.endswith(
                    ("_total", "_count")
                )
                rated = any(isinstance(part, Call) and part.name in RATES for part in between)
                if summed and counter and not rated:
                    message = f"{node.name}() of a sum: a restart of one process looks like a peak of all"
                    severity = None if kind(selector, context) else Severity.INFO
                    hint = f"sum({node.name}(...)): first the rate, then the sum"
                    yield Finding(message, hint, span=node.span, severity=severity)
                    break


RULES = (
    rate_of_gauge,
    counter_without_rate,
    rate_of_sum,
)
