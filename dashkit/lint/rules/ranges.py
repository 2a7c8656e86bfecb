"""Time: refresh, time range, the ranges and intervals of rates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Query, mapping, text
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, function_around, selectors
from dashkit.model.durations import duration, is_duration, seconds
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector, Subquery

_AGO = re.compile(r"now-(\d+[smhdw])(?:/\w)?")


@rule("DK111", Severity.WARNING, on=Board)
def refresh(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The dashboard refreshes more often than there is news, or says its refresh in a way that Grafana does not
    read.

    Below the scrape interval each refresh asks for the same points again. Below 5 s Grafana raises it to 5 s,
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
        yield Finding(f"refresh {value!r} is no duration such as 30s or 1m", pointer="/refresh")
    elif every < min(context.scrape_interval, 30):
        message = f"it refreshes every {duration(every)}, but is scraped every {duration(context.scrape_interval)}"
        yield Finding(message, pointer="/refresh", severity=Severity.WARNING if every < 5 else Severity.INFO)


@rule("DK114", Severity.WARNING, on=Board)
def time_range(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The dashboard opens with a range that begins before the oldest data, or after it ends.

    Prometheus keeps what its retention says (``check.retention`` of dashkit.yaml); what is older is an empty
    left half.
    """
    time = mapping(board.json.get("time"))
    start, end = (_AGO.fullmatch(text(time.get(key))) for key in ("from", "to"))
    if start and context.retention and seconds(start[1]) > context.retention:
        message = f"it opens with {duration(seconds(start[1]))}, but data is kept for {duration(context.retention)}"
        yield Finding(message, pointer="/time/from")
    if start and end and seconds(end[1]) >= seconds(start[1]):
        yield Finding(f"the range ends ({end[0]}) before it begins ({start[0]})", pointer="/time/to")


@rule("DK324", Severity.WARNING, on=Query)
def short_range(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate over less than four scrape intervals.

    ``rate`` needs two samples in its range. Over one interval it has them never, over two only while no scrape
    is late or lost: gaps in the graph, and alerts that forget. The interval is ``check.scrape_interval`` of
    dashkit.yaml; until it says, 15 seconds are guessed, and nothing is an error.
    """
    for selector, place in selectors(query):
        function = function_around(place)
        if function not in RATES | {"delta", "idelta", "deriv"} or selector.range is None or "$" in selector.range_text:
            continue
        if any(isinstance(node, Subquery) for node in place.above[-1:]) or "[" in selector.range_text:
            continue
        scrape = duration(context.scrape_interval)
        if selector.range < 2 * context.scrape_interval:
            message = f"[{selector.range_text}] never holds two samples at one every {scrape}"
            severity = Severity.ERROR if context.scrape_known else None
            yield Finding(message, span=selector.span, severity=severity)
        elif selector.range < 4 * context.scrape_interval and function != "irate":
            message = f"[{selector.range_text}] is less than four scrape intervals of {scrape}"
            yield Finding(message, span=selector.span, severity=None if context.scrape_known else Severity.INFO)


@rule("DK326", Severity.ERROR, on=Query)
def beyond_retention(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A range or offset that reaches back further than data is kept.

    The part beyond is empty, so a monthly total is that of two weeks, without a word. The retention is
    ``check.retention`` of dashkit.yaml; the rule is silent where it is not set.
    """
    if not context.retention:
        return
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Selector | Subquery):
            continue
        outer = sum(part.range + part.offset for part in place.above if isinstance(part, Subquery))
        back = (node.range or 0) + node.offset + outer
        variable = isinstance(node, Selector) and "$" in node.range_text
        if back > context.retention and not variable:
            kept = duration(context.retention)
            yield Finding(f"it reaches back {duration(back)}, but data is kept for {kept}", span=node.span)
            return


@rule("DK329", Severity.INFO, on=Query)
def fixed_interval(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate in a graph over a fixed range.

    Zoomed out to a week a point stands for many minutes, of which ``[1m]`` reads one: peaks between are not
    seen. Zoomed in it is coarser than need be. ``$__rate_interval`` fits both. Ranges above 15 minutes are
    taken for a choice (an average over an hour), and instant queries for numbers.
    """
    if query.role != "panel" or query.instant or query.panel is None or query.panel.kind not in ("timeseries", "graph"):
        return
    for selector, place in selectors(query):
        if function_around(place) not in RATES or selector.range is None or not selector.range_text:
            continue
        if "$" not in selector.range_text and "[" not in selector.range_text and selector.range <= 900:
            message = f"a fixed range [{selector.range_text}] skips data when the graph is zoomed out"
            yield Finding(message, "[$__rate_interval]", span=selector.span)


@rule("DK330", Severity.WARNING, on=Query)
def interval_in_rate(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rate over ``$__interval``.

    ``$__interval`` is the distance of two points of the graph: zoomed in it gets shorter than two scrapes, and
    the graph is empty. ``$__rate_interval`` never is.
    """
    least = text(query.target.get("interval")) or (text(query.panel.json.get("interval")) if query.panel else "")
    if is_duration(least.lstrip(">")) and seconds(least.lstrip(">")) >= 4 * context.scrape_interval:
        return  # it never gets shorter than that
    for selector, place in selectors(query):
        short = selector.range_text.strip("${}[]") in ("__interval", "__interval_ms")
        if short and function_around(place) in RATES:
            message = f"[{selector.range_text}] is too short for a rate once the graph is zoomed in"
            yield Finding(message, "[$__rate_interval]", span=selector.span)


RULES = (
    refresh,
    time_range,
    short_range,
    beyond_retention,
    fixed_interval,
    interval_in_rate,
)
