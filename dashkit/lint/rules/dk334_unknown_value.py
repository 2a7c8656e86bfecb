"""A matcher on a value that the label is not known to have.

``status="Error"`` finds nothing where the exporter says ``error``. The catalogue has the values, or samples of
them; a value that is right and missing there belongs into it.

Bad::

    payments_total{status="failed"}

Good::

    payments_total{status="error"}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK334", Severity.WARNING, on=Query)
def unknown_label_value(query: Query, facts: Facts) -> Iterator[Finding]:
    index = facts.metrics
    if index is None:
        return
    for selector, _place in selectors(query):
        for matcher in selector.matchers if selector.named else ():
            if matcher.op not in ("=", "=~") or matcher.variable or not matcher.value:
                continue
            values = index.values(selector, matcher.label)
            if values and all(matcher.matches(value) is False for value in values):
                near = difflib.get_close_matches(matcher.value, values, n=1, cutoff=0.6)
                listed = ", ".join(sorted(values)[:6])
                hint = f"did you mean {near[0]!r}?" if near else f"known: {listed}"
                message = f"{selector.name} is not known to have {matcher}"
                yield Finding(message, hint, span=selector.span)
