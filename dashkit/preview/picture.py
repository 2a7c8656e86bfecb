"""A whole dashboard, or one panel with its border and title, as one scene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashkit.lint.values import text
from dashkit.preview.blocks import columns, item_size, section_height
from dashkit.preview.chrome import BORDER, HEADER, PADDING, content_corner
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.theme import BACKGROUND, TEXT
from dashkit.preview.display.theme import BORDER as EDGE
from dashkit.preview.draw import Drawn, drawn
from dashkit.preview.fill import NOTE, ROW, TABS
from dashkit.preview.layout import CELL, NARROW, SPACE, Block, Item, Section, Size, Tabs, size_of
from dashkit.preview.panels import UNPADDED
from dashkit.preview.scene import Group, Rect, Scene, Shape, Text
from dashkit.preview.sources.port import DataSource
from dashkit.preview.text import text_width
from dashkit.preview.view import Opened

#: The space around a dashboard.
MARGIN = 16
_TITLE = 14
#: The colour of the line below an open tab.
_OPEN = Colour("#ff8833", "#ff8833")


def panel_picture(panel: Drawn, item: Item, outer: Size) -> Scene:
    """Return a panel with its border and title."""
    shapes: list[Shape] = []
    if item.panel.get("transparent") is not True:
        edge = BORDER / 2
        shapes.append(
            Rect(edge, edge, outer.width - BORDER, outer.height - BORDER, BACKGROUND.primary, EDGE.weak, BORDER, 2)
        )
    if panel.title:
        room = outer.width - 2 * PADDING - 2 * BORDER
        y = BORDER + HEADER / 2 + _TITLE * 0.36
        shapes.append(Text(BORDER + PADDING, y, panel.title, _TITLE, TEXT.primary, weight=500, width=room))
    padded = text(item.panel.get("type")) not in UNPADDED
    corner = content_corner(titled=bool(panel.title), padded=padded)
    shapes.append(Group(panel.scene.shapes, offset=corner))
    return Scene(outer.width, outer.height, shapes, summary=panel.scene.summary)


class _Room(NamedTuple):
    """What is drawn, and the room that it has: its left edge, where it begins, and its width."""

    shown: Opened
    data: DataSource
    left: float
    top: float
    width: float
    narrow: bool

    def below(self, height: float) -> _Room:
        return self._replace(top=self.top + height)

    def inset(self, by: float) -> _Room:
        return self._replace(left=self.left + by, width=self.width - by)


_Part = tuple[list[Shape], float]
"""Shapes, and the height that they take."""


def dashboard_picture(shown: Opened, data: DataSource, width: float) -> Scene:
    """Return all of a dashboard below each other, as wide as a page.

    Folded rows show their title only. Tabs stand below each other, each below its name: so that all panels are to be seen.
    """
    inner = width - 2 * MARGIN
    shapes, below = _blocks(shown.sections, _Room(shown, data, MARGIN, MARGIN, inner, inner < NARROW))
    height = MARGIN + below + MARGIN - SPACE
    return Scene(width, height, [Rect(0, 0, width, height, BACKGROUND.canvas), *shapes])


def _blocks(blocks: Sequence[Block], room: _Room) -> _Part:
    shapes: list[Shape] = []
    height = 0.0
    for block in blocks:
        at = room.below(height)
        more, used = _tabs(block, at) if isinstance(block, Tabs) else _row(block, at)
        shapes += more
        height += used
    return shapes, height


def _tabs(tabs: Tabs, room: _Room) -> _Part:
    room = room.inset(tabs.inset)
    shapes: list[Shape] = []
    height = 0.0
    for number, tab in enumerate(tabs.tabs):
        # Even a hidden tab is shown while it is the open one.
        is_shown = not tab.hidden or number == tabs.active
        name = _noted(room.shown.title_of(tab) or "Tab", tab.hidden)
        shapes += _tab(name, room.below(height), is_shown=is_shown)
        height += TABS
        if is_shown:
            more, used = _inside(tab, room.below(height))
            shapes += more
            height += used
    return shapes, height


def _tab(name: str, room: _Room, *, is_shown: bool) -> list[Shape]:
    """Return the name of a tab with the line below it."""
    base = room.top + TABS - SPACE
    colour = TEXT.primary if is_shown else TEXT.secondary
    shapes: list[Shape] = [
        Rect(room.left, base - 1, room.width, 1, EDGE.weak),
        Text(room.left + 16, base - 14, name, 14, colour, width=room.width - 32),
    ]
    if is_shown:
        wide = min(room.width - 8, 24 + text_width(name, 14))
        shapes.append(Rect(room.left + 4, base - 2, wide, 2, _OPEN, radius=1))
    return shapes


def _noted(name: str, hidden: str) -> str:
    return f"{name} (hidden: {hidden})" if hidden else name


def _row(section: Section, room: _Room) -> _Part:
    if section.row is None and not section.hidden:
        return _inside(section, room)
    name = room.shown.title_of(section) or ("Row" if section.hidden else "")
    mark = "" if section.hidden else "\u203a " if section.folded else "\u2304 "
    colour = TEXT.secondary if section.hidden else TEXT.primary
    title = Text(
        room.left + 8, room.top + CELL / 2 + 5, f"{mark}{_noted(name, section.hidden)}", 16, colour, weight=500,
        width=room.width - 16,
    )  # fmt: skip
    if section.folded or section.hidden:
        return [title], ROW
    shapes, height = _inside(section, room.below(ROW))
    return [title, *shapes], ROW + height


def _inside(section: Section, room: _Room) -> _Part:
    """Return the panels of a section, what of them is hidden, and the rows and tabs in it."""
    room = room.inset(section.inset)
    shapes: list[Shape] = []
    for number, item in enumerate(section.shown):
        outer = item_size(item, section, room.width, narrow=room.narrow)
        x, y = _corner(item, number, section, room, outer)
        picture = panel_picture(drawn(item, room.shown.page, room.data, outer), item, outer)
        shapes.append(Group(picture.shapes, offset=(room.left + x, room.top + y)))
    height = section_height(section, room.width)
    for item in section.items:
        if item.hidden:
            note = _noted(room.shown.title_of(item) or "Panel", item.hidden)
            shapes.append(Text(room.left + 8, room.top + height + 20, note, 14, TEXT.secondary, width=room.width - 16))
            height += NOTE
    more, used = _blocks(section.inner, room.below(height))
    return [*shapes, *more], height + used


def _corner(item: Item, number: int, section: Section, room: _Room, outer: Size) -> tuple[float, float]:
    if section.auto is not None:
        line, column = divmod(number, columns(section.auto, len(section.shown), room.width))
        return column * (outer.width + SPACE), line * (outer.height + SPACE)
    before = size_of(item._replace(width=item.x), room.width, narrow=room.narrow).width + SPACE if item.x else 0.0
    return before, item.y * (CELL + SPACE)
