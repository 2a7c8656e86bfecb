"""Histograms and quantiles."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import RATES, called_above, known_labels
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of
from dashkit.promql.nodes import Aggregate, Call, Node, Number, Selector


@rule("DK312", Severity.ERROR, on=Query)
def histogram_name(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A histogram without ``_bucket``, ``_sum`` or ``_count``.

    A classic histogram is stored under these three names. There are no series with its plain name, so the panel
    is empty. The metric catalogue says which metrics are histograms.
    """
    if context.metrics is None:
        return
    for selector, place in query.expression.of(Selector):
        if any(name.startswith("histogram_") for name in called_above(place)):
            continue  # native histograms are queried this way
        bare = selector.named and not context.metrics.knows(selector.name)
        if bare and context.metrics.base_kind(selector.name) == "histogram":
            message = f"{selector.name} is a histogram: no series has this name"
            hint = f"use {selector.name}_bucket, _sum or _count"
            yield Finding(message, hint, span=selector.span)


@rule("DK314", Severity.ERROR, on=Query)
def quantile_range(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A quantile that is not between 0 and 1.

    ``histogram_quantile(95, ...)`` is always +Inf: the panel is empty or shows an infinity sign.
    """
    called = ("histogram_quantile", "quantile_over_time")
    shares: list[Node | None] = [node.args[0] for node, _ in query.expression.of(Call) if node.name in called]
    shares += [node.param for node, _ in query.expression.of(Aggregate) if node.op == "quantile"]
    for share in shares:
        if isinstance(share, Number) and not share.variable and not 0 <= share.value <= 1:
            hint = f"use {share.value / 100:g}" if 1 < share.value <= 100 else ""
            yield Finding(f"quantile {share.value:g} is not between 0 and 1", hint, span=share.span)


@rule("DK315", Severity.ERROR, on=Query)
def quantile_without_le(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``histogram_quantile()`` of buckets without their ``le`` label.

    Without ``le`` Prometheus cannot tell the buckets apart, and the result is empty.
    """
    for node, _ in query.expression.of(Call):
        if node.name != "histogram_quantile" or len(node.args) < 2:
            continue
        classic = any(
            selector.name.endswith("_bucket")
            for selector, inner in query.expression.of(Selector)
            if node in inner.above
        )
        victoria = "vmrange" in query.text  # its buckets have that label instead
        if classic and not victoria and not labels_of(node.args[1], known_labels(context)).may_have("le"):
            yield Finding("the buckets have lost their le label", "keep it: by (..., le)", span=node.args[1].span)


@rule("DK316", Severity.WARNING, on=Query)
def quantile_without_rate(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``histogram_quantile()`` of buckets without a rate.

    Buckets count since the process started. The quantile covers that whole time and hardly moves, whatever
    happens now.
    """
    for selector, place in query.expression.of(Selector):
        above = called_above(place)
        buckets = selector.name.endswith("_bucket") and ":" not in selector.name and "histogram_quantile" in above
        if buckets and not above & (RATES | {"delta", "idelta"}):
            message = "the quantile covers all time since the process started"
            yield Finding(message, f"use rate({selector.name}[$__rate_interval])", span=selector.span)


@rule("DK343", Severity.WARNING, on=Query)
def average_of_quantiles(query: Query, context: CheckContext) -> Iterator[Finding]:
    """An average or sum of percentiles.

    The mean of two p99 values is not the p99 of anything: a service with ten requests weighs as much as one with
    a million. Sum the buckets first, then take the quantile. The ``quantile`` series of a summary cannot be
    combined at all; use ``max()``.
    """
    for node, _ in query.expression.of(Aggregate):
        if node.op not in ("avg", "sum"):
            continue
        inner = node.arg
        if isinstance(inner, Call) and inner.name == "histogram_quantile":
            yield Finding(f"{node.op}() of percentiles is meaningless", "sum the buckets first", span=node.span)
        elif isinstance(inner, Selector) and any(m.op != "=" or m.value for m in inner.matching("quantile")):
            kept = node.grouping == "without" or "quantile" in node.labels
            if not kept:
                yield Finding(f"{node.op}() of a summary's quantiles is meaningless", "use max()", span=node.span)


RULES = (
    histogram_name,
    quantile_range,
    quantile_without_le,
    quantile_without_rate,
    average_of_quantiles,
)
