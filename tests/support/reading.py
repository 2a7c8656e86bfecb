"""What an expression reads: the series it selects, and the labels it names."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.errors import InputError
from dashkit.promql.nodes import Aggregate, Binary, Selector
from dashkit.promql.tree import parse


@dataclass(frozen=True, slots=True)
class Reading:
    """All selectors of an expression, and the labels that ``by``, ``on`` and their like name."""

    selectors: tuple[Selector, ...]
    labels: frozenset[str]


def read(expr: str) -> Reading:
    """Parse an expression without variables of Grafana in it; `InputError` where it is no PromQL."""
    expression = parse(expr)
    if expression.tree is None:
        raise InputError(f"not PromQL: {expression.error}", excerpt=expr)
    labels: set[str] = set()
    for place in expression.places:
        if isinstance(place.node, Aggregate):
            labels.update(place.node.labels)
        elif isinstance(place.node, Binary):
            labels.update(place.node.labels, place.node.included)
    return Reading(tuple(expression.selectors()), frozenset(labels))
