"""A metric that the catalogue does not have.

A misspelt name is no error to Prometheus: the panel is empty, the alert never fires. The catalogue is written by
hand or by `dashkit metrics pull`; ``check.metrics`` of dashkit.yaml says where it is.

Bad::

    rate(http_request_total[5m])

Good::

    rate(http_requests_total[5m])
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK332", Severity.ERROR, on=Query)
def unknown_metric(query: Query, facts: Facts) -> Iterator[Finding]:
    index = facts.metrics
    if index is None:
        return
    for selector, _place in selectors(query):
        name = selector.name
        if selector.named and not index.knows(name) and index.base_kind(name) != "histogram":
            near = index.nearest(name)
            hint = f"did you mean {near}?" if near else "if it is new, add it to the catalogue: dashkit metrics pull"
            yield Finding(f"no metric {name} in the catalogue", hint, span=selector.span)
