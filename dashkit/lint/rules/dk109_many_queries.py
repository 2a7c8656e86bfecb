"""The dashboard asks many queries at once.

Each open browser sends all of them at each refresh. Panels in a collapsed row send theirs only once it is opened,
and do not count. The limit is ``check.budgets.dashboard_queries`` of dashkit.yaml. Of a dashboard with more than 5,000
panels the rules look at the first 5,000, and this one says so.

Bad::

    200 queries in open rows, refreshed every 10 seconds by the screen on the wall

Good::

    what is seen first in open rows, the rest in collapsed ones or on a dashboard of its own
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity


@rule("DK109", Severity.WARNING, on=Board)
def many_queries(board: Board, facts: Facts) -> Iterator[Finding]:
    if board.left_out:
        message = f"{len(board.panels) + board.left_out:,} panels; the rules look at the first {len(board.panels):,}"
        yield Finding(message, "no browser shows so many: several dashboards, or a repeated panel")
    collapsed = {f"{panel.pointer}/" for panel in board.panels if panel.json.get("collapsed") is True}
    asked = 0
    for panel in board.panels:
        if not any(panel.pointer.startswith(row) for row in collapsed):
            asked += sum(1 for query in panel.queries if not query.hidden)
    if asked > facts.dashboard_queries:
        message = f"{asked} queries are asked when it opens; the budget is {facts.dashboard_queries}"
        yield Finding(message, "put what is not needed at first sight into collapsed rows")
