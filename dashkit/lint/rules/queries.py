"""Queries that are no queries: syntax, refIds, empty and hidden ones; PromQL and LogQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import LOKI, PROMETHEUS, Panel, Query, strings, text
from dashkit.lint.grafana_names import PANEL_TYPES
from dashkit.lint.logql import fault
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity
from dashkit.promql.located import STRINGS
from dashkit.promql.nodes import Selector, Subquery

_RANGE = re.compile(
    r"(?:rate|count_over_time|bytes_rate|bytes_over_time|\w+_over_time)\s*\(.*?\[\s*(\d+[smhd])\s*\]", re.DOTALL
)


@rule("DK301", Severity.ERROR, on=Query)
def promql_syntax(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query is not PromQL.

    Grafana shows a red corner and an empty panel; an alert with it is never evaluated. The dashboard's
    variables are filled in before the text is parsed; where they hold so much of it that nothing can be said,
    nothing is.
    """
    error = query.expression.error
    if error and not (context.metricsql and _is_closed(query.text)):
        hint, severity = "", None
        if query.board is not None and query.board.speaks_metricsql and _is_closed(query.text):
            hint, severity = "for VictoriaMetrics? check: {language: metricsql} in dashkit.yaml", Severity.WARNING
        elif query.hidden or "regex" in error:
            # Hidden it is not asked; and of regular expressions the parser reads a little less than Prometheus does.
            severity = Severity.WARNING
        yield Finding(f"not PromQL: {error}", hint, severity=severity)
    tree = query.expression.tree
    ranged = isinstance(tree, Subquery) or (isinstance(tree, Selector) and tree.range is not None)
    if ranged and not context.metricsql and query.role in ("panel", "alert", "record") and not query.instant:
        yield Finding("a range of samples is no value that can be drawn or compared", "rate(...), avg_over_time(...)")


def _is_closed(text: str) -> bool:
    """Whether every bracket has its partner; more cannot be told of a language that is not parsed."""
    rest = STRINGS.sub("", text)
    return all(rest.count(opening) == rest.count(closing) for opening, closing in ("()", "[]", "{}"))


@rule("DK302", Severity.ERROR, on=Panel)
def duplicate_ref(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """Two queries of a panel have the same refId.

    Grafana sends both and keeps one of the answers; alerts and expressions that say ``B`` mean either.
    """
    seen: set[str] = set()
    for index, target in enumerate(panel.targets):
        ref = text(target.get("refId"))
        if ref and ref in seen:
            hint = "dashkit check --fix gives each its own"
            yield Finding(f"two queries have the refId {ref}", hint, pointer=f"/targets/{index}/refId")
        seen.add(ref)


@rule("DK303", Severity.WARNING, on=Query)
def empty_query(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query has no text.

    It is asked for nothing, and answers nothing. Where it is the only one, the panel is empty.
    """
    if query.role != "panel" or query.language not in (PROMETHEUS, LOKI) or query.text.strip() or query.hidden:
        return
    if "panelId" in query.target or query.target.get("type") in ("math", "reduce", "resample"):
        return
    if (
        query.panel is not None
        and query.panel.kind in PANEL_TYPES
        and query.panel.shows_queries
        and "rawSql" not in query.target
    ):
        only = len(query.panel.queries) == 1
        message = "the only query of the panel is empty" if only else f"query {query.ref} is empty"
        yield Finding(message, severity=Severity.ERROR if only else None)


@rule("DK304", Severity.INFO, on=Query)
def hidden_query(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A hidden query that nothing uses.

    Hidden queries are for expressions and transformations of the panel that name them. One that nothing names
    was switched off in the editor and forgotten.
    """
    if not query.hidden or query.panel is None or not query.ref:
        return
    others = [target for target in query.panel.targets if target is not query.target]
    named = [query.panel.json.get("transformations"), query.panel.json.get("fieldConfig"), others]
    words = {word for part in named for _, value in strings(part) for word in _words(value)}
    if query.ref not in words:
        yield Finding(f"query {query.ref} is hidden and nothing uses it")


def _words(value: str) -> Iterator[str]:
    for word in value.replace("$", " ").replace("{", " ").replace("}", " ").replace("#", " ").split():
        yield word.strip("(),")


@rule("DK350", Severity.ERROR, on=Query)
def logql_syntax(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A query is not LogQL.

    Brackets and quotes without a partner, a query without a stream selector, one that Loki refuses because
    every matcher of it could be empty. Stages behind the selector are not parsed.
    """
    if query.language == LOKI and query.text.strip() and not query.hidden:
        message = fault(query.text)
        if message:
            yield Finding(f"not LogQL: {message}")


@rule("DK351", Severity.INFO, on=Query)
def logql_range(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A LogQL metric over a fixed range, in a graph.

    Zoomed out, lines between two points are not counted; ``$__auto`` fits the distance of the points.
    """
    graph = query.panel is not None and query.panel.kind in ("timeseries", "graph", "barchart")
    if query.language == LOKI and graph and query.target.get("queryType") != "instant":
        found = _RANGE.search(query.text)
        if found:
            yield Finding(f"a fixed range [{found[1]}]", "[$__auto]", span=found.span(1))


RULES = (
    promql_syntax,
    duplicate_ref,
    empty_query,
    hidden_query,
    logql_syntax,
    logql_range,
)
