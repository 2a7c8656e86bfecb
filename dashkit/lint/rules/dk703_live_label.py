"""A matcher that no series of the metric satisfies (`--live`).

An error where the metric has no such label at all, a warning where the label has other values: that one may come, as
a status 500 does.

Bad::

    http_requests_total{code="500"}

Good::

    http_requests_total{status="500"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK703", Severity.ERROR, on=type(None))
def live_label(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
