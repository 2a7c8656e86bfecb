"""``histogram_quantile`` of buckets without a rate.

Buckets count since the process started: the quantile is that of all its life and hardly moves, whatever happens
now.

Bad::

    histogram_quantile(0.95, sum by (le) (http_request_duration_seconds_bucket))

Good::

    histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[$__rate_interval])))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, called_above, selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK316", Severity.WARNING, on=Query)
def quantile_without_rate(query: Query, facts: Facts) -> Iterator[Finding]:
    for selector, place in selectors(query):
        above = called_above(place)
        buckets = selector.name.endswith("_bucket") and ":" not in selector.name and "histogram_quantile" in above
        if buckets and not above & (RATES | {"delta", "idelta"}):
            message = "a quantile over all the time since the process started"
            yield Finding(message, f"rate({selector.name}[$__rate_interval])", span=selector.span)
