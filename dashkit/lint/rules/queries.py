"""Syntax and structure of queries: PromQL, LogQL, refIds, empty and hidden queries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import LOKI, PROMETHEUS, Panel, Query
from dashkit.lint.logql import fault
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import strings, text
from dashkit.model.grafana_names import PANEL_TYPES
from dashkit.model.problem import Severity
from dashkit.promql.located import STRINGS
from dashkit.promql.nodes import Selector, Subquery

_RANGE = re.compile(
    r"(?:rate|count_over_time|bytes_rate|bytes_over_time|\w+_over_time)\s*\(.*?\[\s*(\d+[smhd])\s*\]", re.DOTALL
)


@rule("DK301", Severity.ERROR, on=Query)
def promql_syntax(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query that is not valid PromQL.

    Grafana shows an empty panel with a red corner, and an alert with such a query is never evaluated. Variables
    of the dashboard are substituted before parsing. If they make up too much of the query, it is not checked.
    """
    error = query.expression.error
    if error and not (context.metricsql and _is_closed(query.text)):
        hint, severity = "", None
        if query.board is not None and query.board.speaks_metricsql and _is_closed(query.text):
            hint, severity = "for VictoriaMetrics set check: {language: metricsql}", Severity.WARNING
        elif query.hidden or "regex" in error:
            # Hidden queries are not sent, and the parser supports fewer regular expressions than Prometheus.
            severity = Severity.WARNING
        yield Finding(f"not PromQL: {error}", hint, severity=severity)
    tree = query.expression.tree
    ranged = isinstance(tree, Subquery) or (isinstance(tree, Selector) and tree.range is not None)
    if ranged and not context.metricsql and query.role in ("panel", "alert", "record") and not query.instant:
        yield Finding("a range vector cannot be drawn or compared", "use rate(...) or avg_over_time(...)")


def _is_closed(text: str) -> bool:
    """Return whether all brackets match: MetricsQL is not parsed any further."""
    rest = STRINGS.sub("", text)
    return all(rest.count(opening) == rest.count(closing) for opening, closing in ("()", "[]", "{}"))


@rule("DK302", Severity.ERROR, on=Panel)
def duplicate_ref(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """Two queries of a panel with the same refId.

    Grafana sends both and keeps only one of the answers. References to it in expressions are ambiguous.
    """
    seen: set[str] = set()
    for index, target in enumerate(panel.targets):
        ref = text(target.get("refId"))
        if ref and ref in seen:
            hint = "dashkit check --fix gives one a new refId"
            yield Finding(f"two queries have the refId {ref}", hint, pointer=f"/targets/{index}/refId")
        seen.add(ref)


@rule("DK303", Severity.WARNING, on=Query)
def empty_query(query: Query, context: CheckContext) -> Iterator[Finding]:
    """An empty query.

    It returns nothing. If it is the only one, the panel is empty.
    """
    if query.role != "panel" or query.language not in (PROMETHEUS, LOKI) or query.text.strip() or query.hidden:
        return
    if "panelId" in query.target or query.target.get("type") in ("math", "reduce", "resample"):
        return
    panel = query.panel
    if panel is not None and panel.kind in PANEL_TYPES and panel.shows_queries and "rawSql" not in query.target:
        only = len(panel.queries) == 1
        message = "the only query of the panel is empty" if only else f"query {query.ref} is empty"
        yield Finding(message, severity=Severity.ERROR if only else None)


@rule("DK304", Severity.INFO, on=Query)
def hidden_query(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A hidden query that nothing uses.

    Hidden queries are meant as input for expressions and transformations. One that nothing refers to was
    probably disabled in the editor and forgotten.
    """
    if not query.hidden or query.panel is None or not query.ref:
        return
    others = [target for target in query.panel.targets if target is not query.target]
    named = [query.panel.json.get("transformations"), query.panel.json.get("fieldConfig"), others]
    words = {word for part in named for _, value in strings(part) for word in _words(value)}
    if query.ref not in words:
        yield Finding(f"query {query.ref} is hidden, and nothing uses it")


def _words(value: str) -> Iterator[str]:
    return (word.strip("(),") for word in re.split(r"[\s${}#]+", value))


@rule("DK350", Severity.ERROR, on=Query)
def logql_syntax(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query that is not valid LogQL.

    It has unmatched brackets or quotes, no stream selector, or one that Loki rejects because all its matchers
    could be empty. The stages after the selector are not parsed.
    """
    if query.language == LOKI and query.text.strip() and not query.hidden and (message := fault(query.text)):
        yield Finding(f"not LogQL: {message}")


@rule("DK351", Severity.INFO, on=Query)
def logql_range(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A LogQL metric query with a fixed range in a graph.

    When the graph is zoomed out, log lines between two points are not counted. ``$__auto`` adapts to the
    distance between points.
    """
    graph = query.panel is not None and query.panel.kind in ("timeseries", "graph", "barchart")
    if query.language == LOKI and graph and query.target.get("queryType") != "instant":
        found = _RANGE.search(query.text)
        if found:
            yield Finding(
                f"the fixed range [{found[1]}] skips data when zoomed out", "use [$__auto]", span=found.span(1)
            )


RULES = (
    promql_syntax,
    duplicate_ref,
    empty_query,
    hidden_query,
    logql_syntax,
    logql_range,
)
