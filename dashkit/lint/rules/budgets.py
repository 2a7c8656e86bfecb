"""Work for Prometheus and for browsers: many queries, costly queries, the same query twice."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Panel, Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.model.durations import duration
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector, Subquery

_MOST_STEPS = 11_000


@rule("DK109", Severity.WARNING, on=Board)
def many_queries(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The dashboard asks many queries at once.

    Each open browser sends all of them at each refresh. Panels in a collapsed row send theirs only once it is
    opened, and do not count. The limit is ``check.budgets.dashboard_queries`` of dashkit.yaml. Of a dashboard
    with more than 5,000 panels the rules look at the first 5,000, and this one says so.
    """
    if board.left_out:
        message = f"{len(board.panels) + board.left_out:,} panels; the rules look at the first {len(board.panels):,}"
        yield Finding(message, "no browser shows so many: several dashboards, or a repeated panel")
    collapsed = {f"{panel.pointer}/" for panel in board.panels if panel.json.get("collapsed") is True}
    asked = 0
    for panel in board.panels:
        if not any(panel.pointer.startswith(row) for row in collapsed):
            asked += sum(1 for query in panel.queries if not query.hidden)
    if asked > context.dashboard_queries:
        message = f"{asked} queries are asked when it opens; the budget is {context.dashboard_queries}"
        yield Finding(message, "put what is not needed at first sight into collapsed rows")


@rule("DK210", Severity.WARNING, on=Panel)
def many_panel_queries(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """One panel asks many queries.

    Often a single query with ``by (...)`` gives the same lines at the price of one. The limit is
    ``check.budgets.panel_queries`` of dashkit.yaml.
    """
    asked = sum(1 for query in panel.queries if not query.hidden)
    if asked > context.panel_queries:
        yield Finding(f"the panel asks {asked} queries; the budget is {context.panel_queries}", pointer="/targets")


@rule("DK328", Severity.INFO, on=Query)
def cost(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query that makes Prometheus work hard.

    Series without a name are looked for in the whole index; a subquery is evaluated anew for each of its steps;
    in a graph a range of a day is read again for each point. A recording rule does the work once.
    """
    for selector, _place in selectors(query):
        anything = [m for m in selector.matching("__name__") if m.value in (".*", ".+") and m.op == "=~"]
        if anything or (not selector.name and not selector.matchers):
            yield Finding("it looks at every series of the server", span=selector.span, severity=Severity.WARNING)
    graph = query.role == "panel" and not query.instant and query.panel is not None and query.panel.kind == "timeseries"
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Subquery):
            steps = node.range / (node.step or context.scrape_interval or 15)
            if steps > _MOST_STEPS:
                yield Finding(
                    f"the subquery has {steps:,.0f} steps", "a recording rule, or a longer step", span=node.span
                )
        elif isinstance(node, Selector) and graph and (node.range or 0) >= 7 * 86_400 and "$" not in node.range_text:
            message = f"each point of the graph reads {duration(node.range or 0)} of raw data"
            yield Finding(message, "a recording rule", span=node.span)


@rule("DK344", Severity.WARNING, on=Panel)
def same_query_twice(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel asks the same query twice.

    Two lines lie on one another, and one of them bears the wrong name: mostly a copy that was never changed.
    """
    seen: dict[tuple[object, ...], Query] = {}
    for query in panel.queries:
        if not query.text.strip() or query.hidden:
            continue
        target = query.target
        options = [
            target.get(key) for key in ("format", "instant", "range", "interval", "step", "queryType", "timeShift")
        ]
        where = str(target.get("datasource"))
        first = seen.setdefault((" ".join(query.text.split()), where, str(options)), query)
        if first is not query:
            number = query.pointer.rpartition("/")[2]
            message = f"query {query.ref or number} is the same as {first.ref or 'an earlier one'}"
            yield Finding(message, pointer=f"/targets/{number}/expr")


RULES = (
    many_queries,
    many_panel_queries,
    cost,
    same_query_twice,
)
