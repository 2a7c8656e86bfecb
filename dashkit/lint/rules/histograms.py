"""Histograms and quantiles."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, called_above, known_labels, selectors
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of
from dashkit.promql.nodes import Aggregate, Call, Node, Number, Selector


@rule("DK312", Severity.ERROR, on=Query)
def histogram_name(query: Query, context: CheckContext) -> Iterator[Finding]:
    """The bare name of a histogram.

    A classic histogram is stored as ``_bucket``, ``_sum`` and ``_count``; under its own name there is nothing,
    and the panel is empty. The catalogue says which names are histograms.
    """
    if context.metrics is None:
        return
    for selector, place in selectors(query):
        if any(name.startswith("histogram_") for name in called_above(place)):
            continue  # a native histogram is asked so
        bare = selector.named and not context.metrics.knows(selector.name)
        if bare and context.metrics.base_kind(selector.name) == "histogram":
            message = f"{selector.name} is a histogram: there are no series of that name"
            hint = f"{selector.name}_bucket, {selector.name}_sum or {selector.name}_count"
            yield Finding(message, hint, span=selector.span)


@rule("DK314", Severity.ERROR, on=Query)
def quantile_range(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A quantile that is not between 0 and 1.

    ``histogram_quantile(95, ...)`` is +Inf, always: the panel is empty or shows an infinity sign.
    """
    for place in query.expression.places:
        node = place.node
        if isinstance(node, Call) and node.name in ("histogram_quantile", "quantile_over_time"):
            share: Node | None = node.args[0]
        elif isinstance(node, Aggregate) and node.op == "quantile":
            share = node.param
        else:
            continue
        if isinstance(share, Number) and not share.variable and not 0 <= share.value <= 1:
            hint = f"{share.value / 100:g}" if 1 < share.value <= 100 else ""
            yield Finding(f"quantile {share.value:g} is not between 0 and 1", hint, span=share.span)


@rule("DK315", Severity.ERROR, on=Query)
def quantile_without_le(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``histogram_quantile`` of buckets that have lost their label ``le``.

    Without ``le`` nobody knows which bucket is which: the result is empty.
    """
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Call) or node.name != "histogram_quantile" or len(node.args) < 2:
            continue
        classic = any(
            inner.node.name.endswith("_bucket")
            for inner in query.expression.places
            if isinstance(inner.node, Selector) and node in inner.above
        )
        victoria = "vmrange" in query.text  # whose buckets carry that instead
        if classic and not victoria and not labels_of(node.args[1], known_labels(context)).may_have("le"):
            yield Finding("the buckets have lost the label le", "keep it: by (..., le)", span=node.args[1].span)


@rule("DK316", Severity.WARNING, on=Query)
def quantile_without_rate(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``histogram_quantile`` of buckets without a rate.

    Buckets count since the process started: the quantile is that of all its life and hardly moves, whatever
    happens now.
    """
    for selector, place in selectors(query):
        above = called_above(place)
        buckets = selector.name.endswith("_bucket") and ":" not in selector.name and "histogram_quantile" in above
        if buckets and not above & (RATES | {"delta", "idelta"}):
            message = "a quantile over all the time since the process started"
            yield Finding(message, f"rate({selector.name}[$__rate_interval])", span=selector.span)


@rule("DK343", Severity.WARNING, on=Query)
def average_of_quantiles(query: Query, context: CheckContext) -> Iterator[Finding]:
    """An average or sum of percentiles.

    The mean of two p99 is the p99 of nothing: a service with ten requests weighs as much as one with a million.
    Sum the buckets, then take the quantile. Of the ``quantile`` series of a summary there is no right sum at
    all; max is honest.
    """
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Aggregate) or node.op not in ("avg", "sum"):
            continue
        inner = node.arg
        if isinstance(inner, Call) and inner.name == "histogram_quantile":
            yield Finding(f"{node.op}() of percentiles means nothing", "sum the buckets first", span=node.span)
        elif isinstance(inner, Selector) and any(m.op != "=" or m.value for m in inner.matching("quantile")):
            kept = node.grouping == "without" or "quantile" in node.labels
            if not kept:
                yield Finding(f"{node.op}() of a summary's quantiles means nothing", "max()", span=node.span)


RULES = (
    histogram_name,
    quantile_range,
    quantile_without_le,
    quantile_without_rate,
    average_of_quantiles,
)
