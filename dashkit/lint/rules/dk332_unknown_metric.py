"""A metric that the catalogue does not have, or a recorded series that nothing records.

A misspelt name is no error to Prometheus: the panel is empty, the alert never fires. The catalogue is written by
hand or by `dashkit metrics pull`; ``check.metrics`` of dashkit.yaml says where it is. Without one, alerts are looked
at all the same for names with a colon, which recording rules make, and which none of the project's does.

Bad::

    rate(http_request_total[5m])

Good::

    rate(http_requests_total[5m])
"""

from __future__ import annotations

import difflib
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
        yield from _unrecorded(query, facts)
        return
    for selector, _place in selectors(query):
        name = selector.name
        if selector.named and not index.knows(name) and index.base_kind(name) != "histogram":
            near = index.nearest(name)
            hint = f"did you mean {near}?" if near else "if it is new, add it to the catalogue: dashkit metrics pull"
            yield Finding(f"no metric {name} in the catalogue", hint, span=selector.span)


def _unrecorded(query: Query, facts: Facts) -> Iterator[Finding]:
    if facts.recorded is None or query.role != "alert":
        return
    for selector, _place in selectors(query):
        name = selector.name
        if selector.named and ":" in name and name not in facts.recorded:
            near = difflib.get_close_matches(name, facts.recorded, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else "record it in an alert module, or name a catalogue that has it"
            )
            yield Finding(f"no rule of the project records {name}: the alert never fires", hint, span=selector.span)
