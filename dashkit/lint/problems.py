"""Turn findings about elements into problems with their place."""

from __future__ import annotations

from typing import Any, NamedTuple

from dashkit.document.v2.pointers import native
from dashkit.lint.elements import Alert, Board, Panel, Query, Variable
from dashkit.lint.rule import Finding
from dashkit.model.dashboard import Location
from dashkit.model.problem import Problem, Severity


def problem_of(element: Any, rule: str, severity: Severity, finding: Finding, excerpt: str = "") -> Problem:
    """Return a finding of a rule as a problem; a query without ``excerpt`` shows its own text."""
    place = _place(element, finding)
    is_query = isinstance(element, Query)
    inside = "/expr" if is_query and element.role in ("panel", "annotation") else ""
    return Problem(
        rule=rule,
        severity=severity,
        message=finding.message,
        dashboard=place.dashboard,
        panel=place.name,
        panel_id=place.panel_id,
        pointer=_pointer(element, place.pointer + (finding.pointer or inside)),
        location=place.location,
        hint=finding.hint,
        excerpt=excerpt or (element.text if is_query else ""),
        span=finding.span or (0, 0),
        around=place.around,
    )


def _pointer(element: Any, pointer: str) -> str:
    """Return the place in the document itself of a pointer in the words of the classic schema."""
    board = element if isinstance(element, Board) else getattr(element, "board", None)
    if board is None or not board.is_v2:
        return pointer
    return board.prefix + native(pointer.removeprefix(board.prefix))


class _Place(NamedTuple):
    dashboard: str
    #: The panel, or another part: ``$service``, ``annotation Deploys``, the name of an alert.
    name: str
    pointer: str
    location: Location
    panel_id: int = 0
    #: The tabs and rows around a panel of a dynamic dashboard.
    around: str = ""


def _place(element: Any, finding: Finding) -> _Place:
    if isinstance(element, Panel):
        around = element.row if element.board.is_v2 else ""
        return _Place(element.board.name, element.name, element.pointer, element.source, element.id, around)
    if isinstance(element, Variable):
        return _Place(element.board.name, f"${element.name}", element.pointer, element.source)
    if isinstance(element, Alert):
        return _Place(element.group, element.name, element.pointer, element.source)
    if isinstance(element, Board):
        if isinstance(finding.panel, Panel):
            return _place(finding.panel, finding)
        for variable in element.variables:
            if finding.pointer and f"{element.prefix}{finding.pointer}/".startswith(f"{variable.pointer}/"):
                return _place(variable, finding)._replace(pointer=element.prefix)
        return _Place(element.name, "", element.prefix, element.source)
    assert isinstance(element, Query)
    owner = element.panel or element.alert or element.variable
    if owner is not None:
        return _place(owner, finding)._replace(pointer=element.pointer)
    assert element.board is not None
    name = f"annotation {element.target.get('name', '')}"
    return _Place(element.board.name, name, element.pointer, element.board.source)
