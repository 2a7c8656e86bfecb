"""A variable that nothing uses.

People choose something at the top of the page, and nothing changes. Ad-hoc filters apply by themselves and are
never unused.

Bad::

    a variable region, and no query with $region

Good::

    up{region=~"$region"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity


@rule("DK402", Severity.WARNING, on=Board)
def unused_variable(board: Board, facts: Facts) -> Iterator[Finding]:
    for variable in board.variables:
        if not variable.name or variable.kind in ("adhoc", "system", "groupby") or variable.name in board.used:
            continue
        hidden = variable.kind == "datasource" or any(panel.is_library for panel in board.panels)
        pointer = variable.pointer.removeprefix(board.prefix)
        message = f"nothing uses the variable ${variable.name}"
        yield Finding(message, pointer=pointer, severity=Severity.INFO if hidden else None)
