"""Dashboards of the v2 schema, which Grafana calls dynamic: elements, layouts, conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dashkit._json import pointer_part
from dashkit.document.v2.down import down
from dashkit.document.v2.hoist import hoist
from dashkit.document.v2.parts import parts
from dashkit.document.v2.settings import condition_variables
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import mapping, objects, text
from dashkit.model.problem import Severity


@rule("DK120", Severity.ERROR, on=Board)
def element_missing(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A layout that places an element which does not exist.

    Grafana leaves the place empty, or does not show the dashboard at all.
    """
    elements = mapping(board.raw.get("elements"))
    for name in dict.fromkeys(_placed(board)):
        if name not in elements:
            yield Finding(f"the layout places the element {name!r}, which does not exist", pointer="/elements")


@rule("DK121", Severity.WARNING, on=Board)
def element_placed_once(board: Board, context: CheckContext) -> Iterator[Finding]:
    """An element that the layout places nowhere, or twice.

    What is placed nowhere is never shown, and vanishes with the next save in the UI. What is placed twice is one panel:
    moving or removing one of them surprises the other.
    """
    times = Counter(_placed(board))
    for name in mapping(board.raw.get("elements")) if board.is_v2 else ():
        if times[name] != 1:
            where = "nowhere" if not times[name] else "more than once"
            yield Finding(f"the layout places the element {name!r} {where}", pointer=f"/elements/{pointer_part(name)}")


@rule("DK122", Severity.ERROR, on=Board)
def condition_variable(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A condition on a variable that does not exist.

    It is never true: what depends on it is always hidden, or always shown.
    """
    known = {variable.name for variable in board.variables}
    for part, name in condition_variables(board.raw) if board.is_v2 else ():
        if name not in known:
            what = _name(part.panel)
            yield Finding(f"{what} depends on the variable ${name}, which is not defined", pointer=part.pointer)


@rule("DK123", Severity.WARNING, on=Board)
def empty_tab(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A tab or row without a panel.

    It takes room, and whoever opens it finds nothing.
    """
    found = list(parts(board.raw)) if board.is_v2 else []
    for number, part in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        if "tab" in part.panel and (following is None or len(following.around) <= len(part.around)):
            yield Finding(f"{_name(part.panel)} is empty", pointer=part.pointer)


@rule("DK124", Severity.WARNING, on=Board)
def lost_in_classic(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard of the v2 schema for a Grafana that does not know it, and what is lost there.

    Grafana serves this schema since version 12. An older one gets a classic dashboard. It is an error if the dashboard says
    ``strict=True``.
    """
    if board.is_v2 and context.grafana < 12:
        severity = Severity.ERROR if board.strict else None
        for loss in down(dict(board.raw)).losses:
            message = f"Grafana {context.grafana} does not know the v2 schema. {loss.what}: {loss.message}"
            yield Finding(message, pointer=loss.pointer, severity=severity)


@rule("DK125", Severity.WARNING, on=Board)
def scoped_variable(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A variable of a row or a tab for a Grafana before 13.1, which knows none.

    There it becomes a variable of the whole dashboard. It is an error if the dashboard says ``strict=True``.
    """
    if board.is_v2 and context.grafana < 13:
        for loss in hoist(dict(board.raw))[1]:
            message = f"before 13.1, Grafana has no variables of rows and tabs. {loss.what}: {loss.message}"
            yield Finding(message, pointer=loss.pointer, severity=Severity.ERROR if board.strict else None)


def _placed(board: Board) -> Iterator[str]:
    """Yield the name of the element in each place of the layout."""
    yield from _elements(mapping(board.raw.get("layout"))) if board.is_v2 else ()


def _elements(layout: Any) -> Iterator[str]:
    spec = mapping(layout.get("spec"))
    for item in objects(spec.get("items")):
        yield text(mapping(mapping(item.get("spec")).get("element")).get("name"))
    for group in (*objects(spec.get("rows")), *objects(spec.get("tabs"))):
        yield from _elements(mapping(mapping(group.get("spec")).get("layout")))


def _name(panel: Any) -> str:
    word = "tab" if panel.get("tab") else "row" if panel.get("type") == "row" else "panel"
    return f"{word} {text(panel.get('title'))!r}"


RULES = (element_missing, element_placed_once, condition_variable, empty_tab, lost_in_classic, scoped_variable)
