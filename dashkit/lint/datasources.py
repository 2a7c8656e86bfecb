"""The places in a dashboard that name a datasource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashkit.lint.elements import Board, Panel
from dashkit.lint.values import datasource_uid, mapping, objects


@dataclass(frozen=True, slots=True)
class DatasourceUse:
    """A place that names a datasource; ``what`` describes it in messages."""

    uid: str
    what: str
    pointer: str
    panel: Panel | None = None


def datasource_uses(board: Board) -> Iterator[DatasourceUse]:
    """Yield the first use of each datasource in panels with queries, variables and annotations."""
    first: dict[str, DatasourceUse] = {}
    for use in _every_use(board):
        first.setdefault(use.uid, use)
    yield from first.values()


def _every_use(board: Board) -> Iterator[DatasourceUse]:
    for panel in board.panels:
        if panel.shows_queries:
            yield DatasourceUse(panel.datasource, "the panel", "/datasource", panel)
            for number, target in enumerate(panel.targets):
                uid = datasource_uid(target.get("datasource"))
                yield DatasourceUse(uid, "a query of the panel", f"/targets/{number}/datasource", panel)
    for variable in board.variables:
        if variable.kind in ("query", "adhoc", "groupby"):
            uid = datasource_uid(variable.json.get("datasource"))
            pointer = f"{variable.pointer.removeprefix(board.prefix)}/datasource"
            yield DatasourceUse(uid, f"the variable ${variable.name}", pointer)
    for number, entry in enumerate(objects(mapping(board.json.get("annotations")).get("list"))):
        uid = datasource_uid(entry.get("datasource"))
        yield DatasourceUse(uid, f"the annotation {entry.get('name')!r}", f"/annotations/list/{number}/datasource")
