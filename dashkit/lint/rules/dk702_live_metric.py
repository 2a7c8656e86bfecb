"""A query asks for a metric that the server has not seen for a day (`--live`).

It is misspelt, renamed by its exporter, or not scraped.

Bad::

    rate(http_request_total[5m])

Good::

    rate(http_requests_total[5m])
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK702", Severity.ERROR, on=type(None))
def live_metric(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
