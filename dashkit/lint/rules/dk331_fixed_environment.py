"""A query names one environment, cluster or region.

On the next cluster the panel is empty. Where the dashboard has a variable for that label, the panel does not follow
it, and shows production while the page says staging.

Bad::

    up{cluster="prod-1"}

Good::

    up{cluster=~"$cluster"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity

_LABELS = frozenset({"env", "environment", "cluster", "region", "datacenter", "dc", "stage"})


@rule("DK331", Severity.INFO, on=Query)
def fixed_environment(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role not in ("panel", "annotation") or query.board is None:
        return
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            if matcher.label in _LABELS and matcher.op == "=" and matcher.value and not matcher.variable:
                chosen = query.board.by_name.get(matcher.label)
                if chosen is not None and chosen.kind != "constant":
                    message = f"{matcher} does not follow ${matcher.label} of the dashboard"
                    yield Finding(message, span=selector.span, severity=Severity.WARNING)
                else:
                    yield Finding(f"{matcher} is written into the query", "a variable", span=selector.span)
