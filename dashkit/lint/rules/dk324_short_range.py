"""A rate over less than four scrape intervals.

``rate`` needs two samples in its range. Over one interval it has them never, over two only while no scrape is late or
lost: gaps in the graph, and alerts that forget. The interval is ``check.scrape_interval`` of dashkit.yaml; until it
says, 15 seconds are guessed, and nothing is an error.

Bad::

    rate(http_requests_total[30s])    scraped every 15 seconds

Good::

    rate(http_requests_total[1m])
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, function_around, selectors
from dashkit.lint.subjects import Query
from dashkit.model.durations import duration
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Subquery


@rule("DK324", Severity.WARNING, on=Query)
def short_range(query: Query, facts: Facts) -> Iterator[Finding]:
    for selector, place in selectors(query):
        function = function_around(place)
        if function not in RATES | {"delta", "idelta", "deriv"} or selector.range is None or "$" in selector.range_text:
            continue
        if any(isinstance(node, Subquery) for node in place.above[-1:]) or "[" in selector.range_text:
            continue
        scrape = duration(facts.scrape_interval)
        if selector.range < 2 * facts.scrape_interval:
            message = f"[{selector.range_text}] never holds two samples at one every {scrape}"
            severity = Severity.ERROR if facts.scrape_known else None
            yield Finding(message, span=selector.span, severity=severity)
        elif selector.range < 4 * facts.scrape_interval and function != "irate":
            message = f"[{selector.range_text}] is less than four scrape intervals of {scrape}"
            yield Finding(message, span=selector.span, severity=None if facts.scrape_known else Severity.INFO)
