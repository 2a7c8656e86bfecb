"""A suppression whose date has passed.

It was accepted until that day. The problem itself is reported again as well.

Bad::

    # dashkit: allow[DK332] exporter comes in January, until 2020-01-31

Good::

    the metric, or a later date and the reason for it
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK002", Severity.ERROR, on=type(None))
def expired_suppression(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
