"""A variable that can hold several values, behind ``=``.

With two values chosen, or All, Grafana puts ``(a|b)`` or the value for All (``.*``) in its place, which only ``=~``
understands: the panel is empty, though one plain value alone works. In a panel that repeats for the variable there is
one value each.

Bad::

    up{instance="$instance"}    and $instance is multi-value

Good::

    up{instance=~"$instance"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.variables import MARK


@rule("DK405", Severity.ERROR, on=Query)
def multi_value(query: Query, facts: Facts) -> Iterator[Finding]:
    board = query.board
    if board is None:
        return
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            named = [name for name in board.by_name if f"{MARK}{name}" in matcher.value]
            multi = [board.by_name[name] for name in sorted(named, key=len, reverse=True) if board.by_name[name].multi]
            if matcher.op not in ("=", "!=") or not multi:
                continue
            variable = multi[0]
            if query.panel is not None and variable.name in query.panel.repeats:
                continue
            better = "=~" if matcher.op == "=" else "!~"
            message = f"${variable.name} can be several values, or All, which `{matcher.op}` does not understand"
            # The query of a variable that nothing uses empties nothing.
            idle = query.variable is not None and query.variable.name not in board.used
            severity = Severity.WARNING if idle else None
            written = matcher.value.replace(MARK, "$")
            hint = f'{matcher.label}{better}"{written}"'
            yield Finding(message, hint, span=selector.span, severity=severity)
