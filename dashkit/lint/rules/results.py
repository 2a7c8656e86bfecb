"""Expressions with misleading results."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, within
from dashkit.model.problem import Severity
from dashkit.promql.labels import is_scalar
from dashkit.promql.nodes import Aggregate, Binary, Call, Node, Selector

_KINDS = frozenset({"stat", "gauge", "bargauge", "singlestat"})


@rule("DK323", Severity.INFO, on=Query)
def division_in_stat(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A stat or gauge with a division that can be 0/0.

    Without traffic a ratio of rates is NaN, and the panel shows "NaN" in big letters. Grafana shows ``noValue``
    only if there is no value at all. Make the query return nothing then, or map NaN to a text.
    """
    panel = query.panel
    if panel is None or panel.kind not in _KINDS or panel.defaults.get("mappings"):
        return
    for node, place in query.expression.of(Binary):
        if node.op in ("/", "%") and not is_scalar(node.right):
            guarded = any(
                isinstance(part, Binary) and part.op in (">", ">=", "!=", "or") for part in within(node.right)
            )
            above = any(isinstance(part, Binary) and part.op in ("or", ">", ">=", "<", "<=") for part in place.above)
            if not guarded and not above:
                yield Finding("without traffic this is 0/0, and the panel shows NaN", span=node.span)
                return


@rule("DK327", Severity.INFO, on=Query)
def or_vector(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``or vector(0)``, which hides missing data.

    It is meant for "no errors yet", but it also returns 0 if the exporter is down, the metric was renamed, or the
    query is misspelt. In an alert it silences the rule exactly then.
    """
    for node, _ in query.expression.of(Binary):
        default = node.right if node.op == "or" else None
        if isinstance(default, Call) and default.name == "vector":
            severity = Severity.WARNING if query.role == "alert" else None
            yield Finding("`or vector(...)` also hides missing data", span=default.span, severity=severity)


@rule("DK338", Severity.ERROR, on=Query)
def always_one(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A ratio that divides each series by itself.

    ``rate(x{status="500"}[5m]) / rate(x[5m])`` pairs each series of status 500 with itself, so the ratio is
    always 1. Aggregate both sides first.
    """
    for node, _ in query.expression.of(Binary):
        if node.op != "/" or node.on is not None:
            continue
        (function, part), (other, whole) = _plain(node.left), _plain(node.right)
        if part is None or whole is None or not part.named or part.name != whole.name or function != other:
            continue
        same_time = (part.range, part.offset, part.at) == (whole.range, whole.offset, whole.at)
        alternatives = part.alternatives or whole.alternatives
        if same_time and not alternatives and set(whole.matchers) <= set(part.matchers):
            yield Finding("each series is divided by itself: always 1", "sum both sides", span=node.span)


def _plain(node: Node) -> tuple[str, Selector | None]:
    """Return the function, if any, and the selector of ``x`` or ``rate(x[...])``."""
    function = ""
    if isinstance(node, Call) and node.name in RATES and len(node.args) == 1:
        function, node = node.name, node.args[0]
    return function, node if isinstance(node, Selector) else None


@rule("DK347", Severity.INFO, on=Query)
def topk_in_graph(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``topk()`` in a graph over time.

    It selects different series at each point: lines are fragmented, and the legend lists many more than k. It is
    fine in a table or bar gauge of current values.
    """
    if not query.is_graphed:
        return
    for node, place in query.expression.of(Aggregate):
        if node.op in ("topk", "bottomk"):
            written = query.text[node.span[0] : node.span[1]]
            if "@" not in written and not any(isinstance(part, Binary) for part in place.above):
                yield Finding(f"{node.op}() selects different series at each point of the graph", span=node.span)


RULES = (
    division_in_stat,
    or_vector,
    always_one,
    topk_in_graph,
)
