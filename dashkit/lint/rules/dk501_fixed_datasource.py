"""A panel, variable or annotation names one datasource instead of a variable.

On another Grafana that uid does not exist, and the panel says "Datasource was not found"; nobody can choose another
one either. Where a context of dashkit.yaml maps datasources, a fixed one is a choice: turn the rule off.

Bad::

    {"datasource": {"type": "prometheus", "uid": "PBFA97CFB590B2093"}}

Good::

    {"datasource": {"type": "prometheus", "uid": "${datasource}"}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, datasource_uses
from dashkit.model.problem import Severity
from dashkit.spec.datasources import NO_REAL


@rule("DK501", Severity.WARNING, on=Board)
def fixed_datasource(board: Board, facts: Facts) -> Iterator[Finding]:
    if facts.datasources:
        return  # the project says which exist: DK503 looks at those
    for use in datasource_uses(board):
        if use.uid not in NO_REAL and "$" not in use.uid and "[[" not in use.uid:
            message = f"datasource {use.uid!r} is written into {use.what}"
            yield Finding(message, "a variable", panel=use.panel, pointer=use.pointer)
