"""What an expression reads: the series it selects, and the labels it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashkit.errors import InputError


@dataclass(frozen=True, slots=True)
class Selector:
    """A vector or matrix selector; ``name`` is empty where only matchers say it. Matchers are (label, operator, value)."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All selectors of an expression, and the labels that ``by``, ``on`` and their like name."""

    selectors: tuple[Selector, ...]
    labels: frozenset[str]


def read(expr: str) -> Reading:
    """Parse an expression without variables of Grafana in it; `InputError` where it is no PromQL."""
    import promql_parser

    try:
        tree = promql_parser.parse(expr)
    except ValueError as error:
        raise InputError(f"not PromQL: {error}", excerpt=expr) from None
    selectors: list[Selector] = []
    labels: set[str] = set()

    def visit(node: Any) -> None:
        kind = type(node).__name__
        if kind == "VectorSelector":
            selectors.append(_selector(node))
        elif kind == "AggregateExpr" and node.modifier:
            labels.update(node.modifier.labels)
        elif kind == "BinaryExpr" and node.modifier:
            if node.modifier.matching:
                labels.update(node.modifier.matching.labels)
            labels.update(node.modifier.group_labels or ())

    promql_parser.walk(tree, visit)
    return Reading(tuple(selectors), frozenset(labels))


_OPERATORS = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}


def _selector(node: Any) -> Selector:
    matchers = tuple(
        (entry.name, _OPERATORS[str(entry.op).rpartition(".")[2]], entry.value) for entry in node.matchers.matchers
    )
    named = next((value for label, op, value in matchers if label == "__name__" and op == "="), "")
    return Selector(node.name or named, tuple(entry for entry in matchers if entry[0] != "__name__"))
