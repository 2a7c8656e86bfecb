"""Time: refresh, time range, and the ranges of queries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, function_around
from dashkit.lint.values import mapping, text
from dashkit.model.durations import duration, is_duration, seconds
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector, Subquery
from dashkit.promql.reach import reach

_AGO = re.compile(r"now-(\d+[smhdw])(?:/\w)?")


@rule("DK111", Severity.WARNING, on=Board)
def refresh(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A refresh interval that is invalid or shorter than the scrape interval.

    Below the scrape interval, refreshes load the same points again. Grafana raises intervals below 5 s to 5 s,
    its ``min_refresh_interval``.
    """
    value = board.json.get("refresh")
    if value in (None, "", False, "auto"):
        return
    try:
        every = seconds(value) if isinstance(value, str) else None
    except ValueError:
        every = None
    if every is None:
        yield Finding(f"refresh {value!r} is not a duration such as 30s or 1m", pointer="/refresh")
    elif every < min(context.scrape_interval, 30):
        message = f"refreshes every {duration(every)}, but the scrape interval is {duration(context.scrape_interval)}"
        yield Finding(message, pointer="/refresh", severity=Severity.WARNING if every < 5 else Severity.INFO)


@rule("DK114", Severity.WARNING, on=Board)
def time_range(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A time range that starts before the oldest data, or that ends before it starts.

    Prometheus deletes data after its retention (``check.retention`` in dashkit.yaml), so the left part of the
    graphs is empty.
    """
    time = mapping(board.json.get("time"))
    start, end = (_AGO.fullmatch(text(time.get(key))) for key in ("from", "to"))
    if start and context.retention and seconds(start[1]) > context.retention:
        message = f"the dashboard opens with {duration(seconds(start[1]))}, but data is kept for {duration(context.retention)}"
        yield Finding(message, pointer="/time/from")
    if start and end and seconds(end[1]) >= seconds(start[1]):
        yield Finding(f"the time range ends ({end[0]}) before it starts ({start[0]})", pointer="/time/to")


@rule("DK324", Severity.WARNING, on=Query)
def short_range(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate over less than four scrape intervals.

    ``rate()`` needs two samples in its range. One scrape interval never contains two; two intervals do only if
    no scrape is late or lost. The result is gaps in the graph, and alerts whose ``for`` starts over. Set
    ``check.scrape_interval`` in dashkit.yaml; without it 15 seconds is assumed, and problems
    are at most warnings.
    """
    for selector, place in query.expression.of(Selector):
        function = function_around(place)
        if function not in RATES | {"delta", "idelta", "deriv"} or selector.range is None or "$" in selector.range_text:
            continue
        if any(isinstance(node, Subquery) for node in place.above[-1:]) or "[" in selector.range_text:
            continue
        scrape = duration(context.scrape_interval)
        if selector.range < 2 * context.scrape_interval:
            message = f"[{selector.range_text}] never contains two samples: the scrape interval is {scrape}"
            severity = Severity.ERROR if context.scrape_known else None
            yield Finding(message, span=selector.span, severity=severity)
        elif selector.range < 4 * context.scrape_interval and function != "irate":
            message = f"[{selector.range_text}] is less than four scrape intervals of {scrape}"
            yield Finding(message, span=selector.span, severity=None if context.scrape_known else Severity.INFO)


@rule("DK326", Severity.ERROR, on=Query)
def beyond_retention(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A range or offset beyond the retention.

    There is no data beyond it, so a monthly total silently covers just two weeks. Needs ``check.retention`` in
    dashkit.yaml.
    """
    if not context.retention:
        return
    for place in query.expression.places:
        back = reach(place)
        if back > context.retention:
            kept = duration(context.retention)
            yield Finding(f"the query reaches back {duration(back)}, but data is kept for {kept}", span=place.node.span)
            return


@rule("DK329", Severity.INFO, on=Query)
def fixed_interval(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate with a fixed range in a graph.

    Zoomed out to a week, each point represents many minutes, of which ``[1m]`` covers one: spikes in between are
    lost. Zoomed in, it is coarser than necessary. ``$__rate_interval`` adapts to both. Ranges above 15 minutes
    are considered intentional, such as an average over an hour. Instant queries are not reported.
    """
    if not query.is_graphed:
        return
    for selector, place in query.expression.of(Selector):
        if function_around(place) not in RATES or selector.range is None or not selector.range_text:
            continue
        if "$" not in selector.range_text and "[" not in selector.range_text and selector.range <= 900:
            message = f"the fixed range [{selector.range_text}] skips data when zoomed out"
            yield Finding(message, "use [$__rate_interval]", span=selector.span)


@rule("DK330", Severity.WARNING, on=Query)
def interval_in_rate(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate over ``$__interval``.

    ``$__interval`` is the distance between two points of the graph. Zoomed in, it is shorter than two scrape
    intervals, and the graph is empty. ``$__rate_interval`` never gets too short.
    """
    least = text(query.target.get("interval")) or (text(query.panel.json.get("interval")) if query.panel else "")
    least = least.lstrip(">")
    if least != "0" and is_duration(least) and seconds(least) >= 4 * context.scrape_interval:
        return  # $__interval never gets shorter than that
    for selector, place in query.expression.of(Selector):
        short = selector.range_text.strip("${}[]") in ("__interval", "__interval_ms")
        if short and function_around(place) in RATES:
            message = f"[{selector.range_text}] is too short for a rate when zoomed in"
            yield Finding(message, "use [$__rate_interval]", span=selector.span)


RULES = (
    refresh,
    time_range,
    short_range,
    beyond_retention,
    fixed_interval,
    interval_in_rate,
)
