"""The places in a dashboard that name a datasource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.lint.elements import Board, Panel
from dashkit.lint.values import datasource_uid, mapping, objects, text


@dataclass(frozen=True, slots=True)
class DatasourceUse:
    """A place that names a datasource; ``what`` describes it in messages, and ``type`` is empty if the place has none."""

    uid: str
    what: str
    pointer: str
    panel: Panel | None = None
    type: str = ""


def datasource_uses(board: Board) -> Iterator[DatasourceUse]:
    """Yield the first use of each datasource in panels with queries, variables and annotations."""
    first: dict[str, DatasourceUse] = {}
    for use in every_use(board):
        first.setdefault(use.uid, use)
    yield from first.values()


def every_use(board: Board) -> Iterator[DatasourceUse]:
    """Yield each place in panels with queries, variables and annotations; ``uid`` is empty where none is named."""
    for panel in board.panels:
        if panel.shows_queries:
            yield _use(panel.json.get("datasource"), "the panel", "/datasource", panel)
            for number, target in enumerate(panel.targets):
                pointer = f"/targets/{number}/datasource"
                yield _use(target.get("datasource"), "a query of the panel", pointer, panel)
    for variable in board.variables:
        if variable.kind in ("query", "adhoc", "groupby"):
            pointer = f"{variable.pointer.removeprefix(board.prefix)}/datasource"
            yield _use(variable.json.get("datasource"), f"the variable ${variable.name}", pointer)
    for number, entry in enumerate(objects(mapping(board.json.get("annotations")).get("list"))):
        pointer = f"/annotations/list/{number}/datasource"
        yield _use(entry.get("datasource"), f"the annotation {entry.get('name')!r}", pointer)


def _use(value: Any, what: str, pointer: str, panel: Panel | None = None) -> DatasourceUse:
    return DatasourceUse(datasource_uid(value), what, pointer, panel, text(mapping(value).get("type")))
