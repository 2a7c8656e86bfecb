"""A query that makes Prometheus work hard.

Series without a name are looked for in the whole index; a subquery is evaluated anew for each of its steps; in a
graph a range of a day is read again for each point. A recording rule does the work once.

Bad::

    {__name__=~".+", job="api"}

Good::

    job:http_requests:rate5m
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.durations import duration
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector, Subquery

_MOST_STEPS = 11_000


@rule("DK328", Severity.INFO, on=Query)
def cost(query: Query, facts: Facts) -> Iterator[Finding]:
    for selector, _place in selectors(query):
        anything = [m for m in selector.matching("__name__") if m.value in (".*", ".+") and m.op == "=~"]
        if anything or (not selector.name and not selector.matchers):
            yield Finding("it looks at every series of the server", span=selector.span, severity=Severity.WARNING)
    graph = query.role == "panel" and not query.instant and query.panel is not None and query.panel.kind == "timeseries"
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Subquery):
            steps = node.range / (node.step or facts.scrape_interval or 15)
            if steps > _MOST_STEPS:
                yield Finding(
                    f"the subquery has {steps:,.0f} steps", "a recording rule, or a longer step", span=node.span
                )
        elif isinstance(node, Selector) and graph and (node.range or 0) >= 7 * 86_400 and "$" not in node.range_text:
            message = f"each point of the graph reads {duration(node.range or 0)} of raw data"
            yield Finding(message, "a recording rule", span=node.span)
