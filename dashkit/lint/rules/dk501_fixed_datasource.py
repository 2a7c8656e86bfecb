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
from dashkit.lint.subjects import Board, datasource_uid, mapping, objects
from dashkit.model.problem import Severity
from dashkit.spec.datasources import NO_REAL


@rule("DK501", Severity.WARNING, on=Board)
def fixed_datasource(board: Board, facts: Facts) -> Iterator[Finding]:
    if facts.datasources:
        return  # the project says which exist: DK503 looks at those
    told: set[str] = set()
    for panel in (entry for entry in board.panels if entry.shows_queries):
        for value in (panel.datasource, *(datasource_uid(target.get("datasource")) for target in panel.targets)):
            if _fixed(value) and value not in told:
                told.add(value)
                yield Finding(
                    f"datasource {value!r} is written into the panel", "a variable", panel=panel, pointer="/datasource"
                )
    for variable in board.variables:
        value = datasource_uid(variable.json.get("datasource"))
        if _fixed(value) and value not in told:
            told.add(value)
            pointer = variable.pointer.removeprefix(board.prefix)
            message = f"datasource {value!r} is written into the variable ${variable.name}"
            yield Finding(message, "a variable", pointer=f"{pointer}/datasource")
    for number, entry in enumerate(objects(mapping(board.json.get("annotations")).get("list"))):
        value = datasource_uid(entry.get("datasource"))
        if _fixed(value) and value not in told:
            told.add(value)
            message = f"datasource {value!r} is written into the annotation {entry.get('name')!r}"
            yield Finding(message, "a variable", pointer=f"/annotations/list/{number}/datasource")


def _fixed(value: str) -> bool:
    return value not in NO_REAL and "$" not in value and "[[" not in value
