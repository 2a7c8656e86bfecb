"""From positions to the flow of panels: what stands where it would stand anyway needs no position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashkit.document.layout import COLUMNS, DEFAULT_GRID, SIZES, USUAL_SIZE, arrange
from dashkit.model.notes import LINE_KEY

Json = dict[str, Any]
Box = tuple[int, int, int, int]
"""x, y, width and height."""


@dataclass(slots=True)
class Place:
    """How the place of a panel is said: only what is not None."""

    width: int | None = None
    height: int | None = None
    position: tuple[int, int] | None = None


@dataclass(slots=True)
class Group:
    """Panels that are said together, one after another, or in a grid of ``columns``, which may have one height."""

    panels: list[tuple[Json, Place]] = field(default_factory=list)
    columns: int = 0
    height: int | None = None


@dataclass(slots=True)
class _Line:
    """Panels beside each other, from the left on. ``flows`` if they stand there without a position."""

    panels: list[Json]
    flows: bool = False
    #: Whether only a grid begins this line: the panels before leave room for its first one.
    begins: bool = False

    @property
    def width(self) -> int:
        """The width that all its panels have, 0 if they differ."""
        widths = {box(panel)[2] for panel in self.panels}
        return widths.pop() if len(widths) == 1 else 0

    @property
    def end(self) -> int:
        return sum(box(panel)[2] for panel in self.panels)


def box(panel: Json) -> Box:
    """Return where a panel stands."""
    at = {**DEFAULT_GRID, **(panel.get("gridPos") or {})}
    return at["x"], at["y"], at["w"], at["h"]


def flow(panels: Sequence[Json], top: int) -> list[Group]:
    """Return the panels of a row, or those above the first one, as an author would write them.

    Args:
        panels: in reading order.
        top: the line where they begin.
    """
    groups = list(_groups(_lines(panels, top)))
    if _placed(groups, top) == [box(panel) for panel in panels]:
        return groups
    return [Group([_positioned(panel) for panel in panels])]


def _positioned(panel: Json) -> tuple[Json, Place]:
    x, y, w, h = box(panel)
    return panel, Place(w, h, (x, y))


def _lines(panels: Sequence[Json], top: int) -> list[_Line]:
    lines: list[_Line] = []
    for panel in panels:
        x, y, _, _ = box(panel)
        last = lines[-1] if lines else None
        if last and y == box(last.panels[0])[1] and x == box(last.panels[-1])[0] + box(last.panels[-1])[2]:
            last.panels.append(panel)
        else:
            lines.append(_Line([panel]))
    below, end = top, COLUMNS
    for line in lines:
        x, y, width, _ = box(line.panels[0])
        bottom = y + max(box(panel)[3] for panel in line.panels)
        line.begins = end + width <= COLUMNS
        line.flows = (x, y) == (0, below) and (not line.begins or _fits(line.width))
        below, end = max(below, bottom), line.end if line.flows else COLUMNS
    return lines


def _fits(width: int) -> bool:
    return width > 0 and COLUMNS % width == 0


def _groups(lines: list[_Line]) -> Iterator[Group]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.flows:
            yield Group([_positioned(panel) for panel in line.panels])
            at += 1
            continue
        run = _grid_from(lines, at)
        if run:
            yield _grid(run)
            at += len(run)
        else:
            yield Group(_sizes(line.panels))
            at += 1


def _grid_from(lines: list[_Line], at: int) -> list[_Line]:
    """Return the lines from here on that make a grid; none if the panels can as well stand without one."""
    first = lines[at]
    width = first.width
    usual = {SIZES.get(panel.get("type", ""), USUAL_SIZE)[0] for panel in first.panels} == {width}
    if not _fits(width) or (not first.begins and (usual or len(first.panels) == 1)):
        return []
    run = [first]
    for line in lines[at + 1 :]:
        if not line.flows or line.width != width or run[-1].end != COLUMNS:
            break
        run.append(line)
    return run


def _grid(lines: list[_Line]) -> Group:
    panels = [panel for line in lines for panel in line.panels]
    heights = {box(panel)[3] for panel in panels}
    columns = COLUMNS // box(panels[0])[2]
    if len(heights) == 1:
        return Group([(panel, Place()) for panel in panels], columns, heights.pop())
    sized = [(panel, Place(height=place.height)) for line in lines for panel, place in _sizes(line.panels)]
    return Group(sized, columns)


def _sizes(panels: list[Json]) -> list[tuple[Json, Place]]:
    """Return the panels of a line with the sizes that have to be said. A panel that says no height is as high as its line."""
    highest = max(box(panel)[3] for panel in panels)
    silent = [panel for panel in panels if box(panel)[3] == highest and _usual(panel)[1] <= highest]
    told = any(panel not in silent for panel in panels if box(panel)[3] == highest)
    if not told and silent and all(_usual(panel)[1] < highest for panel in silent):
        silent = silent[1:]  # one has to say it
    found = []
    for panel in panels:
        _, _, w, h = box(panel)
        height = None if any(panel is one for one in silent) else h
        found.append((panel, Place(None if _usual(panel)[0] == w else w, height)))
    return found


def _usual(panel: Json) -> tuple[int, int]:
    return SIZES.get(panel.get("type", ""), USUAL_SIZE)


def _placed(groups: list[Group], top: int) -> list[Box]:
    """Return where the compiler would put the panels."""
    made = [
        _as_written(group, index, panel, place) for group in groups for index, (panel, place) in enumerate(group.panels)
    ]
    header = {"type": "row", "gridPos": {"x": 0, "y": top - 1, "w": COLUMNS, "h": 1}}
    arrange([{**header, "collapsed": True, "panels": list(made)}], strict=False)
    return [box(panel) for panel in made]


def _as_written(group: Group, index: int, panel: Json, place: Place) -> Json:
    at: Json = {"w": COLUMNS // group.columns} if group.columns else {}
    for key, value in (("w", place.width), ("h", place.height or group.height)):
        if value is not None:
            at[key] = value
    if place.position:
        at["x"], at["y"] = place.position
    begins = {LINE_KEY: True} if group.columns and index == 0 else {}
    return {"type": panel.get("type"), "gridPos": at, **begins}
