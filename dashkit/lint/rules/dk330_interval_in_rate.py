"""A rate over ``$__interval``.

``$__interval`` is the distance of two points of the graph: zoomed in it gets shorter than two scrapes, and the
graph is empty. ``$__rate_interval`` never is.

Bad::

    rate(http_requests_total[$__interval])

Good::

    rate(http_requests_total[$__rate_interval])
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, function_around, selectors
from dashkit.lint.subjects import Query, text
from dashkit.model.durations import is_duration, seconds
from dashkit.model.problem import Severity


@rule("DK330", Severity.WARNING, on=Query)
def interval_in_rate(query: Query, facts: Facts) -> Iterator[Finding]:
    least = text(query.target.get("interval")) or (text(query.panel.json.get("interval")) if query.panel else "")
    if is_duration(least.lstrip(">")) and seconds(least.lstrip(">")) >= 4 * facts.scrape_interval:
        return  # it never gets shorter than that
    for selector, place in selectors(query):
        short = selector.range_text.strip("${}[]") in ("__interval", "__interval_ms")
        if short and function_around(place) in RATES:
            message = f"[{selector.range_text}] is too short for a rate once the graph is zoomed in"
            yield Finding(message, "[$__rate_interval]", span=selector.span)
