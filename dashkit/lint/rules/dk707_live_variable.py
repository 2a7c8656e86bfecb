"""A variable finds no values (`--live`).

The list at the top of the page is empty, and with it every panel that uses the variable.

Bad::

    label_values(up{job="ap"}, instance)

Good::

    label_values(up{job="api"}, instance)
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK707", Severity.ERROR, on=type(None))
def live_variable(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
