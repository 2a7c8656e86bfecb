"""Two panels of one row and one kind have the same title.

Nobody can tell which of the two a message or a colleague speaks of.

Bad::

    "Latency" and "Latency" in the row Checkout

Good::

    "Latency p50" and "Latency p99"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, Panel
from dashkit.model.problem import Severity


@rule("DK211", Severity.INFO, on=Board)
def duplicate_panel_title(board: Board, facts: Facts) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str], Panel] = {}
    for panel in board.panels:
        if panel.title and panel.shows_queries and not panel.json.get("repeat"):
            first = seen.setdefault((panel.row, panel.title, panel.kind), panel)
            if first is not panel:
                yield Finding(f"another panel of the row is called {panel.title!r} too", panel=panel, pointer="/title")
