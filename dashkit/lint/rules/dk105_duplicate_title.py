"""Two dashboards of one folder have the same title.

Before Grafana 11.3 a save over a title that another dashboard of the folder has replaces THAT dashboard. Later both
exist, and nobody can tell them apart in a list.

Bad::

    two dashboards "Overview" in the folder Shop

Good::

    "Shop: overview" and "Shop: payments"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, Project
from dashkit.model.problem import Severity


@rule("DK105", Severity.ERROR, on=Project)
def duplicate_title(project: Project, facts: Facts) -> Iterator[tuple[Board, Finding]]:
    seen: dict[tuple[object, str], Board] = {}
    for board in project.boards:
        if not board.owned or not board.title:
            continue
        first = seen.setdefault((board.folder, board.title), board)
        if first is not board and first.uid != board.uid:
            message = f"title {board.title!r} is also that of {first.name!r} in the same folder ({first.source.path})"
            yield board, Finding(message, pointer="/title")
