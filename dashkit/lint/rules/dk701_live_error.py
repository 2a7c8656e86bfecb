"""The server refuses a query (`--live`).

What it says is what the panel shows behind its red corner: a type mismatch, many-to-many matching, a datasource that
is not there.

Bad::

    rate(http_requests_total[5m]) * on (job) up    with two instances on both sides

Good::

    sum by (job) (rate(http_requests_total[5m])) * on (job) sum by (job) (up)
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK701", Severity.ERROR, on=type(None))
def live_error(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
