"""Layout, ids and titles of panels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.document.layout import gaps, overlaps
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Panel
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import mapping, objects, text
from dashkit.model.problem import Severity


@rule("DK106", Severity.WARNING, on=Board)
def duplicate_panel_id(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Two panels with the same id.

    Links, alerts and annotations refer to a panel by its id, so it is undefined which of the two they lead to. Grafana gives one
    of them a new id whenever the dashboard is opened, and a different one each time.
    """
    seen: dict[int, Panel] = {}
    for panel in board.panels:
        if panel.id > 0:
            first = seen.setdefault(panel.id, panel)
            if first is not panel:
                message = f"panel {panel.name!r} has the same id {panel.id} as panel {first.name!r}"
                yield Finding(message, "dashkit check --fix gives it a new id", panel=panel, pointer="/id")


@rule("DK107", Severity.WARNING, on=Board)
def overlap(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Overlapping panels.

    Grafana moves one of them down when it draws the dashboard. What you see is not what the file says, and
    the next save in the UI shows half of the dashboard as moved.
    """
    rows = [board.json, *(panel.json for panel in board.panels if panel.kind == "row")]
    by_object = {id(panel.json): panel for panel in board.panels}
    for row in rows:
        placed: list[Any] = [entry for entry in objects(row.get("panels")) if _has_numbers(entry.get("gridPos"))]
        for first, second in overlaps(placed):
            panel, other = by_object[id(second)], by_object[id(first)]
            yield Finding(f"the panel overlaps panel {other.name!r}", panel=panel, pointer="/gridPos")


@rule("DK116", Severity.INFO, on=Board)
def gap(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Empty places between the panels of a row.

    They look as if something were missing. Panels that say no height are as high as their line, and `grid` makes them equally
    wide.
    """
    by_object = {id(panel.json): panel for panel in board.panels}
    for section in _sections(board):
        placed: list[Any] = [entry for entry in section if _has_numbers(entry.get("gridPos"))]
        if any(entry.get("repeat") for entry in placed):
            continue  # how much room the copies take is known only when it is shown
        for beside, what in gaps(placed):
            names = " and ".join(repr(by_object[id(entry)].name) for entry in beside[:3])
            more = f" and {len(beside) - 3} more" if len(beside) > 3 else ""
            verb = "is" if what.startswith("1 ") else "are"
            yield Finding(f"{what} {names}{more} {verb} empty", panel=by_object[id(beside[0])], pointer="/gridPos")


def _sections(board: Board) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the panels of each row, open or not, without the rows themselves."""
    section: list[Mapping[str, Any]] = []
    for entry in objects(board.json.get("panels")):
        if entry.get("type") == "row":
            yield section
            section = []
            yield objects(entry.get("panels"))
        else:
            section.append(entry)
    yield section


def _has_numbers(place: object) -> bool:
    at = mapping(place)
    return bool(at) and all(isinstance(at.get(key, 0), int | float) for key in "xywh")


@rule("DK108", Severity.WARNING, on=Panel)
def off_the_grid(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel outside of the grid of 24 columns, or without a size.

    Grafana squeezes it back in, at a different place than the file says.
    """
    if panel.kind == "row":
        return  # a row is always as wide as the page
    at = mapping(panel.json.get("gridPos"))
    x, y, w, h = (at.get(key) for key in "xywh")
    numbers = all(isinstance(value, int | float) for value in (x, y, w, h))
    if at and numbers and (x < 0 or y < 0 or w < 1 or h < 1 or x + w > 24):  # type: ignore[operator]
        yield Finding(f"x={x}, y={y}, {w}x{h} does not fit into the grid of 24 columns", pointer="/gridPos")


@rule("DK201", Severity.WARNING, on=Panel)
def panel_title(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel without a title.

    People refer to a panel by its title, and screen readers read it out. A panel whose title is empty on purpose,
    such as a number next to a related one, should at least have a description.
    """
    if panel.shows_queries and not panel.title.strip():
        severity = Severity.INFO if panel.description else None
        yield Finding("the panel has no title", pointer="/title", severity=severity)


@rule("DK202", Severity.INFO, on=Panel)
def panel_description(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel without a description.

    At three in the morning the title "Queue depth" does not tell you whether 4,000 is a lot. The description says
    what is normal; Grafana shows it behind the (i).
    """
    if panel.shows_queries and not panel.description.strip():
        yield Finding("the panel has no description", pointer="/description")


@rule("DK211", Severity.INFO, on=Board)
def duplicate_panel_title(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Two panels of the same type and title in a row.

    In a message or a conversation it is not clear which of the two is meant.
    """
    seen: dict[tuple[str, str, str], Panel] = {}
    for panel in board.panels:
        if panel.title and panel.shows_queries and not panel.json.get("repeat"):
            first = seen.setdefault((panel.row, panel.title, panel.kind), panel)
            if first is not panel:
                yield Finding(f"another panel in the row has the title {panel.title!r}", panel=panel, pointer="/title")


@rule("DK214", Severity.ERROR, on=Panel)
def repeat(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel or row that repeats for an unsuitable variable.

    If the variable does not exist, Grafana draws the panel once, with the name of the variable in its queries.
    If it can have only one value, there is nothing to repeat.
    """
    name = text(panel.json.get("repeat")).removeprefix("$").strip("{}")
    if not name:
        return
    variable = panel.board.by_name.get(name)
    if variable is None:
        yield Finding(f"it repeats for ${name}, which is not defined", pointer="/repeat")
    elif not variable.multi and variable.kind != "interval":
        message = f"it repeats for ${name}, which has only one value at a time"
        yield Finding(message, f"make ${name} multi-value", pointer="/repeat", severity=Severity.WARNING)


RULES = (
    duplicate_panel_id,
    overlap,
    off_the_grid,
    gap,
    panel_title,
    panel_description,
    duplicate_panel_title,
    repeat,
)
