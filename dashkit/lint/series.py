"""Helpers for rules about selectors: the type of a metric, and the functions around it."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.promql.labels import Known, Labels
from dashkit.promql.nodes import Call, Node, Place, Selector, Subquery

#: Functions that turn a counter into a rate and handle its resets.
RATES = frozenset({"rate", "irate", "increase"})
#: Functions whose result does not depend on the value of a counter, or that count its resets.
VALUE_BLIND = frozenset(
    {"resets", "changes", "absent", "absent_over_time", "present_over_time", "count_over_time", "timestamp", "info", "group",
     "ts_of_last_over_time", "last_over_time"}
)  # fmt: skip
COUNTER_SUFFIXES = ("_total", "_count", "_sum", "_bucket")


def kind(selector: Selector, context: CheckContext) -> str:
    """Return the type in the catalogue: ``counter``, ``gauge``, ``bucket``, ``summary``; empty if unknown."""
    if context.metrics is None or not selector.named:
        return ""
    return context.metrics.kind(selector)


def known_labels(context: CheckContext) -> Known:
    """Return a function that looks up the labels of a selector in the catalogue."""
    index = context.metrics

    def labels(selector: Selector) -> Labels | None:
        return index.labels(selector) if index is not None else None

    return labels


def within(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    yield node
    for part in node.parts:
        yield from within(part)


def function_around(place: Place) -> str:
    """Return the function that takes this node directly or as a subquery; empty if there is none."""
    for node in reversed(place.above):
        if isinstance(node, Call):
            return node.name
        if not isinstance(node, Subquery):
            return ""
    return ""


def called_above(place: Place) -> set[str]:
    """Return the names of all functions around a node."""
    return {node.name for node in place.above if isinstance(node, Call)}
