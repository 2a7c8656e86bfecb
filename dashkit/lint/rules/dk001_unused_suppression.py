"""A suppression that suppresses nothing.

What it was for is mended, or has moved. Left in place it would one day hide something new.

Bad::

    # dashkit: allow[DK204] our own unit    above a panel without any such problem

Good::

    no comment
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK001", Severity.WARNING, on=type(None))
def unused_suppression(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
