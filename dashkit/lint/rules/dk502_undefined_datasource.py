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
from dashkit.lint.subjects import Board, datasource_uid, mapping, objects
from dashkit.model.problem import Severity
from dashkit.promql.variables import find


@rule("DK502", Severity.ERROR, on=Board)
def undefined_datasource(board: Board, facts: Facts) -> Iterator[Finding]:
    told: set[str] = set()
    for panel in (entry for entry in board.panels if entry.shows_queries):
        for value in (panel.datasource, *(datasource_uid(target.get("datasource")) for target in panel.targets)):
            for name in _undefined(value, board) - told:
                told.add(name)
                message = f"datasource ${{{name}}}: the dashboard has no such variable"
                yield Finding(message, _known(board), panel=panel, pointer="/datasource")
    for variable in board.variables:
        for name in _undefined(datasource_uid(variable.json.get("datasource")), board) - told:
            told.add(name)
            pointer = f"{variable.pointer.removeprefix(board.prefix)}/datasource"
            yield Finding(
                f"datasource ${{{name}}} of ${variable.name}: there is no such variable", _known(board), pointer=pointer
            )
    for number, entry in enumerate(objects(mapping(board.json.get("annotations")).get("list"))):
        for name in _undefined(datasource_uid(entry.get("datasource")), board) - told:
            told.add(name)
            message = f"datasource ${{{name}}} of annotation {entry.get('name')!r}: there is no such variable"
            yield Finding(message, _known(board), pointer=f"/annotations/list/{number}/datasource")


def _undefined(value: str, board: Board) -> set[str]:
    return {reference.name for reference in find(value) if reference.name not in board.by_name}


def _known(board: Board) -> str:
    names = ", ".join(f"${{{name}}}" for name in board.datasource_variables)
    return f"it has {names}" if names else "it has no datasource variable"
