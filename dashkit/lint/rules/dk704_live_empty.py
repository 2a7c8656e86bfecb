"""A query whose series all exist gives nothing now (`--live`).

Its sides do not match, or its condition holds for none. Where the panel says what that means (``noValue``) it is an
info.

Bad::

    up == 0    in a table that stays blank

Good::

    up == 0    in a table that says "All instances answer"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK704", Severity.WARNING, on=type(None))
def live_empty(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
