"""Answer any PromQL text: evaluated if possible, else with invented series that have the right labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashkit.metrics.catalogue import Catalogue
from dashkit.preview.sample.base import Base
from dashkit.preview.sample.context import Wanted, wanted
from dashkit.preview.sample.evaluate import vector
from dashkit.preview.sample.fallback import Level, invented_series, tamed
from dashkit.preview.sample.operators import COMPARISONS
from dashkit.preview.sample.scope import Scope
from dashkit.preview.sample.signals import Clock
from dashkit.preview.sample.vectors import Labels, UnsupportedError, Vector, present
from dashkit.promql.labels import labels_of
from dashkit.promql.nodes import Aggregate, Binary, Call, Expression, Negative, Node
from dashkit.promql.tree import parse
from dashkit.promql.variables import MARK

_GROUPING = re.compile(r"\b(?:by|on|group_left|group_right)\s*\(([^()]*)\)", re.IGNORECASE)
_LEGEND = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
#: What one instance remembers before it starts anew.
_MOST_KNOWN = 5000


class Evaluator:
    """Evaluates expressions over the base series of catalogues and over recording rules."""

    def __init__(self, catalogues: Sequence[Catalogue], recorded: Mapping[str, str]) -> None:
        self.base = Base(catalogues)
        self._recorded = {name: parse(expr) for name, expr in recorded.items()}
        self._known: dict[Any, Any] = {}

    @property
    def names(self) -> list[str]:
        """The names of all metrics, recorded ones too."""
        return sorted({*self.base.names, *self._recorded})

    def evaluate(self, text: str, clock: Clock, level: Level, legend: str = "") -> Vector:
        """Return the series of an expression; ``legend`` names more labels that they should have."""
        expression = parse(text)
        labels = legend_labels(legend)
        needed = wanted(expression.places, labels)
        scope = self._scope(clock, needed)
        found = self._evaluated(expression.tree, scope)
        if isinstance(expression.tree, Negative):
            # Drawn below the axis on purpose.
            level = level._replace(least=-level.most)
        certain = all(scope.covers(selector) for selector in expression.selectors())
        if found is not None and (found or certain):
            return found if certain else tamed(found, level)
        if found is not None and expression.tree is not None:
            # The values are made up, so a comparison with them says nothing.
            found = tamed(self._evaluated(unfiltered(expression.tree), scope) or [], level)
        return found or invented_series(_labels(expression, text, labels, scope), clock, level, text)

    def of_tree(self, tree: Node, clock: Clock) -> Vector:
        """Return the series of a parsed expression, or nothing if it cannot be evaluated."""
        return self._evaluated(tree, self._scope(clock, Wanted())) or []

    def notes(self, text: str) -> list[str]:
        """Return what of an expression's data is made up."""
        expression = parse(text)
        if expression.tree is None:
            return [
                f"its data is invented, as the query cannot be read: {expression.error or 'a variable may hold anything'}"
            ]
        scope = self._scope(Clock([]), wanted(expression.places))
        found = []
        for selector in expression.selectors():
            if selector.named and not scope.covers(selector):
                what = "such series of" if self.base.knows(selector.name) else "a metric"
                found.append(f"no catalogue lists {what} {selector.name}: its data is invented")
        return list(dict.fromkeys(found))

    def _scope(self, clock: Clock, needed: Wanted) -> Scope:
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        start, end = (clock.times[0], clock.times[-1]) if clock.times else (0.0, 0.0)
        return Scope(self.base, clock, start, end, needed, self._recorded, known=self._known)

    def _evaluated(self, tree: Node | None, scope: Scope) -> Vector | None:
        """Return the series of an expression; None if it cannot be evaluated."""
        if tree is None:
            return None
        try:
            return present(vector(tree, scope))
        except (UnsupportedError, ArithmeticError, ValueError, RecursionError):
            return None


def unfiltered_labels(text: str, evaluator: Evaluator, at: float) -> list[Labels]:
    """Return the labels of the series that an expression is about, whether or not its comparisons hold."""
    tree = parse(text).tree if text else None
    return [one.labels for one in evaluator.of_tree(unfiltered(tree), Clock([at]))] if tree is not None else []


def legend_labels(legend: str) -> list[str]:
    """Return the labels that a legend such as ``{{instance}} in`` names."""
    return _LEGEND.findall(legend)


def unfiltered(node: Node) -> Node:
    """Return an expression without the comparisons that leave out series."""
    if isinstance(node, Binary):
        if node.op in COMPARISONS and not node.returns_bool:
            return unfiltered(node.left)
        return replace(node, left=unfiltered(node.left), right=unfiltered(node.right))
    if isinstance(node, Aggregate | Negative):
        return replace(node, arg=unfiltered(node.arg))
    if isinstance(node, Call):
        return replace(node, args=tuple(unfiltered(arg) for arg in node.args))
    return node


def _labels(expression: Expression, text: str, legend: Iterable[str], scope: Scope) -> list[str]:
    """Return the labels that a result has, as far as that is known."""
    if expression.tree is None:
        grouped = (label.strip() for found in _GROUPING.findall(text) for label in found.split(","))
        return list(dict.fromkeys(label for label in [*grouped, *legend] if re.fullmatch(r"[A-Za-z_]\w*", label)))
    result = labels_of(expression.tree, lambda selector: None)
    possible = result.possible if result.possible is not None else frozenset(label for label, _ in scope.wanted.values)
    named = [*sorted(result.sure), *legend, *sorted(possible)]
    return list(dict.fromkeys(label for label in named if result.may_have(label) and not label.startswith(MARK)))
