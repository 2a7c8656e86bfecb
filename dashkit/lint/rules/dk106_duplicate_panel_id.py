"""Two panels have the same id.

Links to a panel, alerts and annotations of it go by the id: they lead to either of the two. Grafana gives one of
them a new id when it opens the dashboard, and another one each time.

Bad::

    {"panels": [{"id": 2, "title": "Rate"}, {"id": 2, "title": "Errors"}]}

Good::

    {"panels": [{"id": 2, "title": "Rate"}, {"id": 3, "title": "Errors"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, Panel
from dashkit.model.problem import Severity


@rule("DK106", Severity.WARNING, on=Board)
def duplicate_panel_id(board: Board, facts: Facts) -> Iterator[Finding]:
    seen: dict[int, Panel] = {}
    for panel in board.panels:
        if panel.id > 0:
            first = seen.setdefault(panel.id, panel)
            if first is not panel:
                message = f"panel {panel.name!r} has the id {panel.id} of panel {first.name!r}"
                yield Finding(message, "dashkit check --fix gives it an id of its own", panel=panel, pointer="/id")
