"""A rate in a graph over a fixed range.

Zoomed out to a week a point stands for many minutes, of which ``[1m]`` reads one: peaks between are not seen.
Zoomed in it is coarser than need be. ``$__rate_interval`` fits both. Ranges above 15 minutes are taken for a choice
(an average over an hour), and instant queries for numbers.

Bad::

    rate(http_requests_total[5m])

Good::

    rate(http_requests_total[$__rate_interval])
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, function_around, selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK329", Severity.INFO, on=Query)
def fixed_interval(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role != "panel" or query.instant or query.panel is None or query.panel.kind not in ("timeseries", "graph"):
        return
    for selector, place in selectors(query):
        if function_around(place) not in RATES or selector.range is None or not selector.range_text:
            continue
        if "$" not in selector.range_text and "[" not in selector.range_text and selector.range <= 900:
            message = f"a fixed range [{selector.range_text}] skips data when the graph is zoomed out"
            yield Finding(message, "[$__rate_interval]", span=selector.span)
