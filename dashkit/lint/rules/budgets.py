"""Load on Prometheus and browsers: many queries, expensive queries, duplicate queries."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Panel, Query
from dashkit.lint.rule import Finding, rule
from dashkit.model.durations import duration
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Selector, Subquery

_MOST_STEPS = 11_000


@rule("DK109", Severity.WARNING, on=Board)
def many_queries(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard that sends many queries at once.

    Every open browser sends all of them at every refresh. Panels in collapsed rows do not count, because they
    send theirs only when the row is opened. The limit is ``check.budgets.dashboard_queries`` in dashkit.yaml.
    The rules check at most 5,000 panels of a dashboard; this rule also reports if there are more.
    """
    if board.left_out:
        message = f"{len(board.panels) + board.left_out:,} panels; only the first {len(board.panels):,} were checked"
        yield Finding(message, "split the dashboard, or repeat one panel for a variable")
    collapsed = {f"{panel.pointer}/" for panel in board.panels if panel.json.get("collapsed") is True}
    visible = [panel for panel in board.panels if not any(panel.pointer.startswith(row) for row in collapsed)]
    number = sum(not query.hidden for panel in visible for query in panel.queries)
    if number > context.dashboard_queries:
        message = f"the dashboard sends {number} queries when it opens; the limit is {context.dashboard_queries}"
        yield Finding(message, "move details into collapsed rows")


@rule("DK210", Severity.WARNING, on=Panel)
def many_panel_queries(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel with many queries.

    Often a single query with ``by (...)`` returns the same lines at a fraction of the cost. The limit is
    ``check.budgets.panel_queries`` in dashkit.yaml.
    """
    number = sum(not query.hidden for query in panel.queries)
    if number > context.panel_queries:
        yield Finding(f"the panel sends {number} queries; the limit is {context.panel_queries}", pointer="/targets")


@rule("DK328", Severity.INFO, on=Query)
def cost(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query that is expensive for Prometheus.

    A selector without a name searches the whole index. A subquery is evaluated at each of its steps. A long
    range in a graph is read again for every point. A recording rule does the work only once.
    """
    graph = query.role == "panel" and not query.instant and query.panel is not None and query.panel.kind == "timeseries"
    for selector, _ in query.expression.of(Selector):
        anything = [m for m in selector.matching("__name__") if m.value in (".*", ".+") and m.op == "=~"]
        if anything or (not selector.name and not selector.matchers):
            yield Finding(
                "the selector matches every series on the server", span=selector.span, severity=Severity.WARNING
            )
        if graph and (selector.range or 0) >= 7 * 86_400 and "$" not in selector.range_text:
            message = f"each point of the graph reads {duration(selector.range or 0)} of raw data"
            yield Finding(message, "use a recording rule", span=selector.span)
    for subquery, _ in query.expression.of(Subquery):
        steps = subquery.range / (subquery.step or context.scrape_interval or 15)
        if steps > _MOST_STEPS:
            hint = "use a recording rule, or a longer step"
            yield Finding(f"the subquery has {steps:,.0f} steps", hint, span=subquery.span)


@rule("DK344", Severity.WARNING, on=Panel)
def same_query_twice(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel with the same query twice.

    Two identical lines overlap, and one probably has the wrong name: usually a copy that was never changed.
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
