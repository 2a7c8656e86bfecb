"""The dashboard lacks a variable that the project asks for.

Silent unless ``check.variables`` of dashkit.yaml names some::

    check: {variables: [datasource, environment]}

Bad::

    a dashboard without the variable environment

Good::

    the same choice at the top of each page
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity


@rule("DK410", Severity.WARNING, on=Board)
def required_variables(board: Board, facts: Facts) -> Iterator[Finding]:
    for name in facts.variables:
        if name not in board.by_name:
            yield Finding(f"the dashboard has no variable ${name}", pointer="/templating/list")
