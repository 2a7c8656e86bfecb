"""Two variables have the same name.

Grafana shows both at the top of the page, and uses one: a choice in the other changes nothing.

Bad::

    {"templating": {"list": [{"name": "job"}, {"name": "job"}]}}

Good::

    {"templating": {"list": [{"name": "job"}, {"name": "instance"}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity


@rule("DK406", Severity.ERROR, on=Board)
def duplicate_variable(board: Board, facts: Facts) -> Iterator[Finding]:
    seen: set[str] = set()
    for variable in board.variables:
        if variable.name in seen:
            pointer = f"{variable.pointer.removeprefix(board.prefix)}/name"
            yield Finding(f"two variables are called {variable.name!r}", pointer=pointer)
        seen.add(variable.name)
