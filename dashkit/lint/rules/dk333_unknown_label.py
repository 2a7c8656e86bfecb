"""A matcher on a label that the metric does not have.

``{label="x"}`` then finds nothing. ``{label!="x"}`` excludes nothing. The catalogue says which labels a metric has,
scraping's own among them.

Bad::

    http_requests_total{code=~"5.."}

Good::

    http_requests_total{status=~"5.."}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.variables import MARK


@rule("DK333", Severity.ERROR, on=Query)
def unknown_label(query: Query, facts: Facts) -> Iterator[Finding]:
    index = facts.metrics
    if index is None:
        return
    for selector, place in selectors(query):
        labels = index.labels(selector) if selector.named else None
        if labels is None or labels.possible is None:
            continue
        wanted = [
            (matcher.label, matcher.op)
            for matcher in selector.matchers
            if MARK not in matcher.label and not (matcher.op in ("=", "=~") and matcher.matches("") is not False)
        ]
        if query.label and not place.above:
            wanted.append((query.label, "="))
        for label, op in wanted:
            if label not in labels.possible and label != "__name__" and MARK not in label and "$" not in label:
                near = difflib.get_close_matches(label, labels.possible, n=1, cutoff=0.6)
                hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(labels.possible))}"
                severity = None if op in ("=", "=~") else Severity.WARNING
                message = f"{selector.name} has no label {label}"
                yield Finding(message, hint, span=selector.span, severity=severity)
