"""Two dashboards have the same uid.

The uid is what Grafana knows a dashboard by: the second one overwrites the first, and with file provisioning the
whole provider loses the right to write.

Bad::

    checkout.json and payments.json both with "uid": "overview"

Good::

    "uid": "checkout-overview" and "uid": "payments-overview"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, Project
from dashkit.model.problem import Severity


@rule("DK104", Severity.ERROR, on=Project)
def duplicate_uid(project: Project, facts: Facts) -> Iterator[tuple[Board, Finding]]:
    seen: dict[str, Board] = {}
    for board in project.boards:
        if not board.uid:
            continue
        first = seen.setdefault(board.uid, board)
        if first is not board:
            message = f"uid {board.uid!r} is also that of {first.title!r} in {first.source.path}"
            yield board, Finding(message, pointer="/uid")
