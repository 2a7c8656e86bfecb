"""The bare name of a histogram.

A classic histogram is stored as ``_bucket``, ``_sum`` and ``_count``; under its own name there is nothing, and the
panel is empty. The catalogue says which names are histograms.

Bad::

    rate(http_request_duration_seconds[5m])

Good::

    rate(http_request_duration_seconds_count[5m])
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import called_above, selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK312", Severity.ERROR, on=Query)
def histogram_name(query: Query, facts: Facts) -> Iterator[Finding]:
    if facts.metrics is None:
        return
    for selector, place in selectors(query):
        if any(name.startswith("histogram_") for name in called_above(place)):
            continue  # a native histogram is asked so
        bare = selector.named and not facts.metrics.knows(selector.name)
        if bare and facts.metrics.base_kind(selector.name) == "histogram":
            message = f"{selector.name} is a histogram: there are no series of that name"
            hint = f"{selector.name}_bucket, {selector.name}_sum or {selector.name}_count"
            yield Finding(message, hint, span=selector.span)
