"""``rate``, ``irate`` or ``increase`` of a gauge.

They take each fall for a restart of a counter and add it up again: of a queue that goes 10, 0, 10, 0 they make a
steady growth. The type comes from the metric catalogue. Without it, a name that does not end like a counter is only
a hint.

Bad::

    rate(queue_depth[5m])

Good::

    deriv(queue_depth[5m])
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import COUNTER_SUFFIXES, RATES, function_around, kind, selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK310", Severity.ERROR, on=Query)
def rate_of_gauge(query: Query, facts: Facts) -> Iterator[Finding]:
    for selector, place in selectors(query):
        function = function_around(place)
        if function not in RATES or not selector.named:
            continue
        known = kind(selector, facts)
        if known == "gauge":
            message = f"{function}() of the gauge {selector.name}"
            yield Finding(message, "delta() or deriv(), or the value itself", span=selector.span)
        elif not known and not selector.name.endswith(COUNTER_SUFFIXES) and ":" not in selector.name:
            message = f"{function}() of {selector.name}, whose name is not that of a counter"
            yield Finding(message, span=selector.span, severity=Severity.INFO)
