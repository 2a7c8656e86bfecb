"""Expressions whose result misleads."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES
from dashkit.model.problem import Severity
from dashkit.promql.labels import is_scalar
from dashkit.promql.nodes import Aggregate, Binary, Call, Node, Selector

_KINDS = frozenset({"stat", "gauge", "bargauge", "singlestat"})


@rule("DK323", Severity.INFO, on=Query)
def division_in_stat(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A stat or gauge of a division that can be 0/0.

    Without traffic a ratio of rates is NaN, and the panel says "NaN" in big letters. Grafana shows the text of
    ``noValue`` only for no value at all: let the query give none, or the panel map NaN to a word.
    """
    panel = query.panel
    if panel is None or panel.kind not in _KINDS or panel.defaults.get("mappings"):
        return
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Binary) and node.op in ("/", "%") and not is_scalar(node.right):
            guarded = any(
                isinstance(part, Binary) and part.op in (">", ">=", "!=", "or") for part in _inside(node.right)
            )
            above = any(isinstance(part, Binary) and part.op in ("or", ">", ">=", "<", "<=") for part in place.above)
            if not guarded and not above:
                yield Finding("without any traffic this is 0/0, and the panel says NaN", span=node.span)
                return


def _inside(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _inside(part)


@rule("DK327", Severity.INFO, on=Query)
def or_vector(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``or vector(0)`` hides that there is no data.

    It is meant for "no errors yet", and also says 0 when the exporter is gone, the metric renamed, or the query
    misspelt. In an alert it keeps the rule quiet exactly then.
    """
    for place in query.expression.places:
        node = place.node
        if (
            isinstance(node, Binary)
            and node.op == "or"
            and isinstance(node.right, Call)
            and node.right.name == "vector"
        ):
            severity = Severity.WARNING if query.role == "alert" else None
            yield Finding(
                "`or vector(...)` also hides that nothing is measured", span=node.right.span, severity=severity
            )


@rule("DK338", Severity.ERROR, on=Query)
def always_one(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A share of a whole, without an aggregation: each series is divided by itself.

    ``rate(x{status="500"}[5m]) / rate(x[5m])`` pairs the series of status 500 with that of status 500: the
    share is always 1.
    """
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Binary) or node.op != "/" or node.on is not None:
            continue
        (function, part), (other, whole) = _plain(node.left), _plain(node.right)
        if part is None or whole is None or not part.named or part.name != whole.name or function != other:
            continue
        same_time = (part.range, part.offset, part.at) == (whole.range, whole.offset, whole.at)
        alternatives = part.alternatives or whole.alternatives
        if same_time and not alternatives and set(whole.matchers) <= set(part.matchers):
            yield Finding("each series is divided by itself: always 1", "sum both sides", span=node.span)


def _plain(node: Node) -> tuple[str, Selector | None]:
    """The selector of ``x`` or ``rate(x[...])``, with the function."""
    function = ""
    if isinstance(node, Call) and node.name in RATES and len(node.args) == 1:
        function, node = node.name, node.args[0]
    return function, node if isinstance(node, Selector) else None


@rule("DK347", Severity.INFO, on=Query)
def topk_in_graph(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``topk`` in a graph over time.

    It chooses anew at each point: lines come and go in pieces, and the legend lists many more than k. In a
    table or bar gauge of now it is right; in a graph the lines that matter over the whole range are meant.
    """
    if query.role != "panel" or query.instant or query.panel is None or query.panel.kind not in ("timeseries", "graph"):
        return
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Aggregate) and node.op in ("topk", "bottomk"):
            written = query.text[node.span[0] : node.span[1]]
            if "@" not in written and not any(isinstance(part, Binary) for part in place.above):
                yield Finding(f"{node.op}() chooses other series at each point of the graph", span=node.span)


RULES = (
    division_in_stat,
    or_vector,
    always_one,
    topk_in_graph,
)
