"""The dashboard does not say what it is for.

Off by default. The description is shown in lists and behind the (i) beside the title.

Bad::

    dashboard("Checkout", uid="checkout", ...)

Good::

    dashboard("Checkout", uid="checkout", description="Is the shop able to sell?", ...)
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, text
from dashkit.model.problem import Severity


@rule("DK113", Severity.OFF, on=Board)
def description(board: Board, facts: Facts) -> Iterator[Finding]:
    if not text(board.json.get("description")).strip():
        yield Finding("the dashboard has no description", pointer="/description")
