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
from dashkit.promql.tree import Binary, Call, Selector

_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<=", "and", "unless"})


@rule("DK609", Severity.WARNING, on=Alert)
def no_comparison(alert: Alert, facts: Facts) -> Iterator[Finding]:
    if alert.recorded or alert.query is None or alert.query.expression.tree is None:
        return
    for place in alert.query.expression.places:
        node = place.node
        if isinstance(node, Binary) and node.op in _COMPARISONS and not node.returns_bool:
            return
        if isinstance(node, Call) and node.name in ("absent", "absent_over_time", "vector"):
            return
        if isinstance(node, Selector) and node.name.startswith("ALERTS"):
            return
    yield Finding("it fires for every series, whatever its value", "compare it: ... > 0", pointer="/expr")
