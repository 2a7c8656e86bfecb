"""The parts of an alert's expression as queries of their own, and its limit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dashkit.promql.labels import is_scalar
from dashkit.promql.nodes import Binary, Expression, Node, Number, Selector, String, Subquery

COMPARISONS = frozenset({">", "<", ">=", "<=", "==", "!="})
#: With the sides of a comparison exchanged: ``1 < x`` is ``x > 1``.
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Limit:
    """``value op number``: what is compared with a number, and how."""

    value: Node
    op: str
    number: float

    @property
    def upper(self) -> bool:
        """Whether the alert is about large values."""
        return self.op in (">", ">=", "!=", "==")


def limit_of(node: Node | None) -> Limit | None:
    """Return the limit of a comparison that drops the series on its wrong side; None for anything else."""
    if not isinstance(node, Binary) or node.op not in COMPARISONS or node.returns_bool:
        return None
    if isinstance(node.right, Number):
        return Limit(node.left, node.op, node.right.value)
    if isinstance(node.left, Number):
        return Limit(node.right, _TURNED[node.op], node.left.value)
    return None


def query_of(node: Node, text: str) -> str:
    """Return an instant query for a part of an expression, whose text is ``text``."""
    if isinstance(node, Subquery):
        return query_of(node.arg, text)
    part = text[slice(*node.span)]
    if not isinstance(node, Selector):
        return part
    offset = f" offset {node.offset:g}s" if node.offset and "offset" not in part else ""
    return f"last_over_time({part}{offset})" if node.range is not None else f"{part}{offset}"


def shown_parts(expression: Expression, has_data: Callable[[Node], bool]) -> Iterator[Node]:
    """Yield the parts to show, in the order of the text: what operators combine, and the selectors of those without data."""
    found: list[Node] = []
    for place in expression.places:
        node, parent = place.node, place.parent
        if parent is None or is_scalar(node) or isinstance(node, Binary | String):
            continue
        if isinstance(parent, Binary):
            found.append(node)
            yield node
        elif isinstance(node, Selector) and not any(above in found and has_data(above) for above in place.above):
            yield node
