"""A whole dashboard, or one panel with its border and title, as one scene."""

from __future__ import annotations

from dashkit.lint.values import text
from dashkit.preview.chrome import BORDER, HEADER, PADDING, content_corner
from dashkit.preview.display.theme import BACKGROUND, TEXT
from dashkit.preview.display.theme import BORDER as EDGE
from dashkit.preview.draw import Drawn, drawn
from dashkit.preview.layout import CELL, SPACE, Item, Size, size_of
from dashkit.preview.panels import UNPADDED
from dashkit.preview.scene import Group, Rect, Scene, Shape, Text
from dashkit.preview.sources.port import DataSource
from dashkit.preview.view import Opened

#: The space around a dashboard.
MARGIN = 16
_TITLE = 14


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


def dashboard_picture(shown: Opened, data: DataSource, width: float) -> Scene:
    """Return all of a dashboard below each other, as wide as a page; folded rows show their title only."""
    inner = width - 2 * MARGIN
    shapes: list[Shape] = []
    y: float = MARGIN
    for section in shown.sections:
        if section.row is not None:
            mark = "\u203a" if section.folded else "\u2304"
            name = shown.title_of(section)
            shapes.append(
                Text(MARGIN + 8, y + CELL / 2 + 5, f"{mark} {name}", 16, TEXT.primary, weight=500, width=inner - 16)
            )
            y += CELL + SPACE
        if section.folded:
            continue
        for item in section.items:
            outer = size_of(item, inner)
            place = _corner(item, inner)
            picture = panel_picture(drawn(item, shown.page, data, outer), item, outer)
            shapes.append(Group(picture.shapes, offset=(MARGIN + place[0], y + place[1])))
        y += section.height * (CELL + SPACE)
    height = y + MARGIN - SPACE
    return Scene(width, height, [Rect(0, 0, width, height, BACKGROUND.canvas), *shapes])


def _corner(item: Item, inner: float) -> tuple[float, float]:
    before = size_of(item._replace(width=item.x), inner).width + SPACE if item.x else 0.0
    return before, item.y * (CELL + SPACE)
