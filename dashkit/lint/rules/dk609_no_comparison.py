"""An alert whose expression has no condition.

It fires as long as there is any series at all, whatever its value.

Bad::

    expr: rate(errors_total[5m])

Good::

    expr: rate(errors_total[5m]) > 0.1
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert
from dashkit.model.problem import Severity
from dashkit.promql.nodes import Aggregate, Binary, Call, Negative, Node, Number, Selector, Subquery

_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<=", "and", "unless"})


@rule("DK609", Severity.WARNING, on=Alert)
def no_comparison(alert: Alert, facts: Facts) -> Iterator[Finding]:
    tree = alert.query.expression.tree if alert.query is not None else None
    if not alert.recorded and tree is not None and not _is_condition(tree):
        yield Finding("it fires for every series, whatever its value", "compare it: ... > 0", pointer="/expr")


def _is_condition(node: Node) -> bool:
    """Whether a node drops series by their value, or is there only if something else is not."""
    if isinstance(node, Binary):
        if node.op in _COMPARISONS:
            return True  # with bool too: that is what DK610 speaks of
        if node.op == "or":
            constant = isinstance(node.right, Call) and node.right.name == "vector"
            return not constant and _is_condition(node.left) and _is_condition(node.right)
        return _is_condition(node.left) or _is_condition(node.right)
    if isinstance(node, Call):
        watchdog = node.name == "vector" and isinstance(node.args[0], Number) and not node.args[0].variable
        return watchdog or node.name in ("absent", "absent_over_time") or any(map(_is_condition, node.args))
    if isinstance(node, Aggregate | Subquery | Negative):
        return _is_condition(node.arg)
    return isinstance(node, Selector) and node.name.startswith("ALERTS")
