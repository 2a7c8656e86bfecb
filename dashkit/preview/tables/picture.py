"""Draw a table as shapes: as many rows as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.preview.display.colour import Colour
from dashkit.preview.display.theme import BORDER, TEXT
from dashkit.preview.scene import Box, Gradient, Group, Path, Rect, Shape, Text
from dashkit.preview.tables.cells import Cell, Ground, Maker, Words
from dashkit.preview.tables.columns import Column
from dashkit.preview.tables.contents import FONT, LINE, aligned, baselines, drawn_content, lines_of
from dashkit.preview.tables.rows import Total, Totals
from dashkit.preview.text import text_width
from dashkit.preview.texts.inline import BOLD
from dashkit.preview.texts.wrap import wrapped

PADDING = 6.0
#: The least height of the header and of the footer, without its line.
EDGE = 28.0
_TOP = 3.0
_ARROW = 16.0
_EXTRA = 4.0


def drawn_table(
    columns: Sequence[Column],
    makers: Sequence[Maker],
    rows: Sequence[int],
    totals: Totals,
    height: float,
    header: bool,
    box: Box,
) -> list[Shape]:
    """Return header, rows and footer; ``height`` is that of a row whose cells do not wrap."""
    shapes: list[Shape] = []
    top = box.y
    if header:
        names = [_name_lines(column) for column in columns]
        tall = max(EDGE, max(map(len, names), default=1) * LINE + 2 * _TOP) + 1
        for column, x, lines in zip(columns, _places(columns, box), names, strict=True):
            shapes += _name(column, lines, Box(x, top, column.width, tall - 1))
        top += tall
        shapes.append(Rect(box.x, top - 1, box.width, 1, BORDER.weak))
    count = max(map(len, totals), default=0)
    bottom = box.bottom - (max(EDGE, count * LINE + 2 * _TOP) + 1 if count else 0)
    body = Box(box.x, top, box.width, max(0.0, bottom - top))
    shapes.append(Group(tuple(_body(columns, makers, rows, height, body)), clip=body))
    if count:
        shapes.append(Rect(box.x, bottom, box.width, 1, BORDER.weak))
        shapes += _footer(columns, totals, Box(box.x, bottom + 1, box.width, box.bottom - bottom - 1))
    return [Group(tuple(shapes), clip=box)]


def _places(columns: Sequence[Column], box: Box) -> list[float]:
    """Return the left edge of each column."""
    places, x = [], box.x
    for column in columns:
        places.append(x)
        x += column.width
    return places


def _name_lines(column: Column) -> list[str]:
    room = column.width - 2 * PADDING - (_ARROW + _EXTRA if column.order else 0)
    return wrapped(column.name, room, FONT, BOLD, most=10) if column.wrap_name else [column.name]


def _name(column: Column, lines: Sequence[str], box: Box) -> list[Shape]:
    arrow = _ARROW + _EXTRA if column.order else 0.0
    room = box.inset(left=PADDING, right=PADDING + (_EXTRA if column.align == "end" else 0))
    width = min(max(text_width(line, FONT, BOLD) for line in lines), max(1.0, room.width - arrow))
    free = room.width - width - arrow
    left = room.x + {"start": 0.0, "middle": free / 2, "end": free}[column.align]
    shapes: list[Shape] = []
    for line, y in zip(lines, baselines(len(lines), box), strict=True):
        shapes.append(Text(left, y, line, FONT, TEXT.primary, weight=BOLD, width=width + 1))
    if column.order:
        shapes.append(
            _arrow(left + width + _EXTRA + _ARROW / 2, box.y + box.height / 2, up=column.order == "ascending")
        )
    return shapes


def _arrow(x: float, y: float, *, up: bool) -> Path:
    tip, back = (y - 4.5, 4.0) if up else (y + 4.5, -4.0)
    shaft = [("M", x, y - 4.5), ("L", x, y + 4.5)]
    head = [("M", x - 4, tip + back), ("L", x, tip), ("L", x + 4, tip + back)]
    return Path([*shaft, *head], stroke=TEXT.primary, width=1.7)


def _body(
    columns: Sequence[Column], makers: Sequence[Maker], rows: Sequence[int], height: float, box: Box
) -> list[Shape]:
    shapes: list[Shape] = []
    places = _places(columns, box)
    y = box.y
    for row in rows:
        if y >= box.bottom:
            break
        cells = [make(row) for make in makers]
        tall = max((_height(cell, column, height) for cell, column in zip(cells, columns, strict=True)), default=height)
        for cell, column, x in zip(cells, columns, places, strict=True):
            if x < box.right:
                shapes += _cell(cell, column, Box(x, y, column.width, tall), last=column is columns[-1])
        y += tall
        shapes.append(Rect(box.x, y - 1, box.width, 1, BORDER.weak))
    return shapes


def _height(cell: Cell, column: Column, least: float) -> float:
    if not column.wrap or not isinstance(cell.content, Words):
        return least
    return max(least, len(lines_of(cell.content, column, column.width - 2 * PADDING - 1)) * LINE + 2 * PADDING + 1)


def _cell(cell: Cell, column: Column, box: Box, *, last: bool) -> list[Shape]:
    inside = box.inset(right=0 if last else 1, bottom=1)
    shapes: list[Shape] = []
    if cell.ground:
        shapes.append(Rect(*inside, fill=_paint(cell.ground, inside)))
    if not last:
        shapes.append(Rect(inside.right, box.y, 1, box.height, BORDER.weak))
    room = inside.inset(PADDING, PADDING, PADDING, PADDING)
    ink = cell.ink or (TEXT.link if cell.links else TEXT.primary)
    content = drawn_content(cell, column, ink, room)
    if not cell.links:
        return [*shapes, *content]
    titles = ", ".join(link.title for link in cell.links)
    return [*shapes, Group(tuple(content), label=titles, link=cell.links[0].url)]


def _paint(ground: Ground, box: Box) -> Colour | Gradient:
    """Return a background that changes its colour along a line that falls by 30 degrees."""
    first, second = ground
    if first == second:
        return first
    across, down = 0.8660, 0.5
    half = (box.width * across + box.height * down) / 2
    x, y = box.x + box.width / 2, box.y + box.height / 2
    ends = (x - across * half, y - down * half, x + across * half, y + down * half)
    return Gradient(*ends, ((0, first), (1, second)))


def _footer(columns: Sequence[Column], totals: Totals, box: Box) -> list[Shape]:
    shapes: list[Shape] = []
    for column, x, lines in zip(columns, _places(columns, box), totals, strict=True):
        room = Box(x, box.y, column.width, box.height).inset(left=PADDING, right=PADDING)
        for total, y in zip(lines, baselines(len(lines), box), strict=True):
            shapes += _total(total, column, room, y)
    return shapes


def _total(total: Total, column: Column, room: Box, y: float) -> list[Shape]:
    if not total.label or not total.value:
        alone = total.label or total.value
        return [aligned(alone, column, TEXT.primary, room, y, weight=BOLD)] if alone else []
    label = Text(room.x, y, total.label, 12, TEXT.secondary, width=room.width)
    return [label, Text(room.right, y, total.value, FONT, TEXT.primary, "end", weight=BOLD, width=room.width)]
