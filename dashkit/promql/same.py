"""Whether two expressions ask the same, however they are written."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from dashkit.promql.nodes import Node
from dashkit.promql.tree import parse

#: What only says where a node is, or how it was written.
_WRITTEN = frozenset({"span", "range_text"})
#: Tuples whose order says nothing.
_SETS = frozenset({"matchers", "labels", "included"})


def same_expression(one: str, other: str) -> bool:
    """Return whether two expressions have the same tree: Prometheus reports rules in a form of its own.

    Those that the parser does not read are compared as texts, without their blanks.
    """
    trees = parse(one).tree, parse(other).tree
    if None in trees:
        return "".join(one.split()) == "".join(other.split())
    return bool(_shape(trees[0]) == _shape(trees[1]))


def _shape(value: Any) -> Any:
    if isinstance(value, Node):
        parts = [
            (field.name, sorted(found) if field.name in _SETS else _shape(found))
            for field in fields(value)
            if field.name not in _WRITTEN
            for found in (getattr(value, field.name),)
        ]
        return type(value).__name__, parts
    if isinstance(value, tuple):
        return [_shape(part) for part in value]
    return "NaN" if value != value else value
