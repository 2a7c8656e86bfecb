"""Where panels stand, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Panel, mapping, objects, text
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity
from dashkit.spec.layout import overlaps


@rule("DK106", Severity.WARNING, on=Board)
def duplicate_panel_id(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Two panels have the same id.

    Links to a panel, alerts and annotations of it go by the id: they lead to either of the two. Grafana gives
    one of them a new id when it opens the dashboard, and another one each time.
    """
    seen: dict[int, Panel] = {}
    for panel in board.panels:
        if panel.id > 0:
            first = seen.setdefault(panel.id, panel)
            if first is not panel:
                message = f"panel {panel.name!r} has the id {panel.id} of panel {first.name!r}"
                yield Finding(message, "dashkit check --fix gives it an id of its own", panel=panel, pointer="/id")


@rule("DK107", Severity.WARNING, on=Board)
def overlap(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Two panels stand on the same place.

    Grafana pushes one of them down when it draws the dashboard; what the author sees is not what the file says,
    and the next save from the UI moves half of the dashboard in the diff.
    """
    rows = [board.json, *(panel.json for panel in board.panels if panel.kind == "row")]
    by_object = {id(panel.json): panel for panel in board.panels}
    for row in rows:
        standing = [dict(entry) for entry in objects(row.get("panels")) if _numbers(entry.get("gridPos"))]
        originals = {id(copy): entry for copy, entry in zip(standing, _standing(row), strict=True)}
        for first, second in overlaps(standing):
            panel, other = by_object[id(originals[id(second)])], by_object[id(originals[id(first)])]
            yield Finding(f"it stands on panel {other.name!r}", panel=panel, pointer="/gridPos")


def _standing(row: object) -> list[object]:
    return [entry for entry in objects(mapping(row).get("panels")) if _numbers(entry.get("gridPos"))]


def _numbers(place: object) -> bool:
    at = mapping(place)
    return bool(at) and all(isinstance(at.get(key, 0), int | float) for key in "xywh")


@rule("DK108", Severity.WARNING, on=Panel)
def off_the_grid(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel leaves the grid of 24 columns, or has no size.

    Grafana squeezes it back in, somewhere else than the file says.
    """
    if panel.kind == "row":
        return  # a row is as wide as the page, whatever it says
    at = mapping(panel.json.get("gridPos"))
    x, y, w, h = (at.get(key) for key in "xywh")
    numbers = all(isinstance(value, int | float) for value in (x, y, w, h))
    if at and numbers and (x < 0 or y < 0 or w < 1 or h < 1 or x + w > 24):  # type: ignore[operator]
        yield Finding(f"x={x}, y={y}, {w}x{h} does not fit a grid of 24 columns", pointer="/gridPos")


@rule("DK201", Severity.WARNING, on=Panel)
def panel_title(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel that shows data has no title.

    People call a panel by its title, alerts link to it, and screen readers read it. A panel with an empty title
    on purpose (a number that explains itself beside another) deserves at least a description.
    """
    if panel.shows_queries and not panel.title.strip():
        severity = Severity.INFO if panel.description else None
        yield Finding("the panel has no title", pointer="/title", severity=severity)


@rule("DK202", Severity.INFO, on=Panel)
def panel_description(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel does not say what good looks like.

    At three in the morning the title "Queue depth" does not tell whether 4,000 is a lot. The description shows
    behind the (i).
    """
    if panel.shows_queries and not panel.description.strip():
        yield Finding("the panel has no description", pointer="/description")


@rule("DK211", Severity.INFO, on=Board)
def duplicate_panel_title(board: Board, context: CheckContext) -> Iterator[Finding]:
    """Two panels of one row and one kind have the same title.

    Nobody can tell which of the two a message or a colleague speaks of.
    """
    seen: dict[tuple[str, str, str], Panel] = {}
    for panel in board.panels:
        if panel.title and panel.shows_queries and not panel.json.get("repeat"):
            first = seen.setdefault((panel.row, panel.title, panel.kind), panel)
            if first is not panel:
                yield Finding(f"another panel of the row is called {panel.title!r} too", panel=panel, pointer="/title")


@rule("DK214", Severity.ERROR, on=Panel)
def repeat(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel or row repeats for a variable that does not exist, or that has only one value.

    Without the variable Grafana draws the panel once, with the name of the variable in its queries. With a
    variable that holds one value there is nothing to repeat.
    """
    name = text(panel.json.get("repeat")).removeprefix("$").strip("{}")
    if not name:
        return
    variable = panel.board.by_name.get(name)
    if variable is None:
        yield Finding(f"it repeats for ${name}, which the dashboard does not have", pointer="/repeat")
    elif not variable.multi and variable.kind != "interval":
        message = f"it repeats for ${name}, which has one value at a time"
        yield Finding(message, f"let ${name} be multi-value", pointer="/repeat", severity=Severity.WARNING)


RULES = (
    duplicate_panel_id,
    overlap,
    off_the_grid,
    panel_title,
    panel_description,
    duplicate_panel_title,
    repeat,
)
