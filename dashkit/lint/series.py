"""What several rules ask of a selector: is it a counter, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.promql.labels import Known, Labels
from dashkit.promql.nodes import Call, Place, Selector, Subquery

#: Functions that turn a counter into a rate, minding its resets.
RATES = frozenset({"rate", "irate", "increase"})
#: Functions whose answer does not depend on the value of the counter, or that count its resets.
VALUE_BLIND = frozenset(
    {"resets", "changes", "absent", "absent_over_time", "present_over_time", "count_over_time", "timestamp", "info", "group",
     "ts_of_last_over_time", "last_over_time"}
)  # fmt: skip
COUNTER_SUFFIXES = ("_total", "_count", "_sum", "_bucket")


def kind(selector: Selector, context: CheckContext) -> str:
    """The kind that the catalogue says: ``counter``, ``gauge``, ``bucket``, ``summary``; empty where it says nothing."""
    if context.metrics is None or not selector.named:
        return ""
    return context.metrics.kind(selector)


def known_labels(context: CheckContext) -> Known:
    """The labels of selectors as far as the catalogue knows them."""
    index = context.metrics

    def labels(selector: Selector) -> Labels | None:
        return index.labels(selector) if index is not None else None

    return labels


def selectors(query: Query) -> Iterator[tuple[Selector, Place]]:
    """The selectors of a query with what stands around each."""
    for place in query.expression.places:
        if isinstance(place.node, Selector):
            yield place.node, place


def function_around(place: Place) -> str:
    """The function that takes this very node, also through a subquery; empty for none."""
    for node in reversed(place.above):
        if isinstance(node, Call):
            return node.name
        if not isinstance(node, Subquery):
            return ""
    return ""


def called_above(place: Place) -> set[str]:
    """Names of all functions around a node."""
    return {node.name for node in place.above if isinstance(node, Call)}
