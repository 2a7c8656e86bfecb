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
from dashkit.lint.subjects import Board, text, used_variables
from dashkit.model.problem import Severity


@rule("DK402", Severity.WARNING, on=Board)
def unused_variable(board: Board, facts: Facts) -> Iterator[Finding]:
    used: set[str] = set()
    for key, value in board.json.items():
        if key != "templating":
            used |= used_variables(value)
    for variable in board.variables:
        others = {name for name in used_variables(dict(variable.json)) if name != variable.name}
        used |= others
    repeated = {text(panel.json.get("repeat")).removeprefix("$") for panel in board.panels}
    for variable in board.variables:
        if (
            variable.name
            and variable.kind not in ("adhoc", "system", "groupby")
            and variable.name not in used | repeated
        ):
            severity = (
                Severity.INFO
                if variable.kind == "datasource" or any(panel.is_library for panel in board.panels)
                else None
            )
            pointer = variable.pointer.removeprefix(board.prefix)
            yield Finding(f"nothing uses the variable ${variable.name}", pointer=pointer, severity=severity)
