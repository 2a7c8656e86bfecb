"""How far back an expression reads."""

from __future__ import annotations

from dashkit.promql.nodes import Expression, Place, Selector, Subquery


def longest_reach(expression: Expression) -> float:
    """Return how many seconds before now an expression reads at most."""
    return max((reach(place) for place in expression.places), default=0.0)


def reach(place: Place) -> float:
    """Return how many seconds before now a part of an expression reads.

    It is 0 for what is neither a selector nor a subquery, and for a range that a variable of the dashboard chooses.
    """
    node = place.node
    if not isinstance(node, Selector | Subquery) or (isinstance(node, Selector) and "$" in node.range_text):
        return 0.0
    outer = sum(part.range + part.offset for part in place.above if isinstance(part, Subquery))
    return (node.range or 0) + node.offset + outer
