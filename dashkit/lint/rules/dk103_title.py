"""The dashboard has no title, or one that does not fit.

Grafana refuses an empty title. Its table has room for 189 characters: with MySQL or PostgreSQL a longer one fails,
with SQLite it passes, and the difference shows on the day of the move.

Bad::

    {"title": "  "}

Good::

    {"title": "Checkout: overview"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity


@rule("DK103", Severity.ERROR, on=Board)
def title(board: Board, facts: Facts) -> Iterator[Finding]:
    value = board.title.strip()
    if not value:
        yield Finding("the dashboard has no title", pointer="/title")
    elif len(value) > 189:
        message = f"the title has {len(value)} characters; Grafana's database has room for 189"
        yield Finding(message, pointer="/title")
