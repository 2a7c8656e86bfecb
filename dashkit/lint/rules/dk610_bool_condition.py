"""An alert whose condition is a comparison with ``bool``.

``> bool`` gives 0 or 1 for each series, and any value fires: the alert is always on.

Bad::

    expr: up == bool 0

Good::

    expr: up == 0
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Binary, Call


@rule("DK610", Severity.ERROR, on=Alert)
def bool_condition(alert: Alert, facts: Facts) -> Iterator[Finding]:
    tree = alert.query.expression.tree if alert.query is not None and not alert.recorded else None
    while isinstance(tree, Aggregate):
        tree = tree.arg
    if isinstance(tree, Binary) and tree.returns_bool:
        absent = any(isinstance(side, Call) and side.name.startswith("absent") for side in (tree.left, tree.right))
        if not absent:
            yield Finding("a comparison with bool always gives a value, so it always fires", pointer="/expr")
