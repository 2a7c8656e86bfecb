"""A query was not asked: the budget was spent, or nobody there answers such queries (`--live`).

Nothing is known of it; that is no reason to call it good.

Bad::

    dashkit check --live --max-queries 10

Good::

    dashkit check --live dashboards/operations
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK708", Severity.INFO, on=type(None))
def live_not_asked(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
