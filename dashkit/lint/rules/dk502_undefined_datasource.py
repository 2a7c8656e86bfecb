"""A datasource variable that the dashboard does not have.

Everything with it says "Datasource ${...} was not found". Exports for sharing name theirs ``${DS_...}`` and list
them under ``__inputs``; a push of one without that list ends so.

Bad::

    {"datasource": {"uid": "${prometheus}"}}    and no variable prometheus

Good::

    datasource_variable("prometheus", "prometheus")
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, datasource_uses
from dashkit.model.problem import Severity
from dashkit.promql.variables import find


@rule("DK502", Severity.ERROR, on=Board)
def undefined_datasource(board: Board, facts: Facts) -> Iterator[Finding]:
    for use in datasource_uses(board):
        for reference in find(use.uid):
            if reference.name not in board.by_name:
                known = ", ".join(f"${{{name}}}" for name in board.datasource_variables)
                hint = f"it has {known}" if known else "it has no datasource variable"
                message = f"datasource {use.uid} of {use.what}: the dashboard has no such variable"
                yield Finding(message, hint, panel=use.panel, pointer=use.pointer)
