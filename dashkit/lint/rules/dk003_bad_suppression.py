"""A suppression without a reason, for a rule that does not exist, or with a date that is none.

It suppresses nothing. Who reads it in a year wants to know why it was right.

Bad::

    # dashkit: allow[DK204]

Good::

    # dashkit: allow[DK204] orders per pallet, the warehouse's own unit
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK003", Severity.ERROR, on=type(None))
def bad_suppression(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
