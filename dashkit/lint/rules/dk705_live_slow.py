"""A query took long (`--live`, `--slow`).

Each browser asks it at each refresh. A recording rule, a shorter range or fewer series help.

Bad::

    histogram_quantile(0.99, sum by (le) (rate(every_request_bucket[1d])))

Good::

    the same of a recorded series
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK705", Severity.WARNING, on=type(None))
def live_slow(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
