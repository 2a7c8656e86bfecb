"""Draw HTML that Markdown was made into, in a simple layout: what a page shows, without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from dashkit.preview.display.theme import BACKGROUND, BORDER, TEXT
from dashkit.preview.scene import Box, Circle, Group, Rect, Shape, Text
from dashkit.preview.texts.html_blocks import Block, Run, blocks
from dashkit.preview.texts.inline import BOLD, SetLine, drawn_line, line_width, lines_of
from dashkit.preview.texts.wrap import wrapped_code

FONT, LINE = 14.0, 22.0
_SPACE = 16.0
#: Size and height of a line of each heading, its weight, and the space below as a part of its size.
_HEADINGS = {
    "h1": (28.0, 32.0, 400), "h2": (24.0, 28.0, 400), "h3": (22.0, 24.0, 400), "h4": (18.0, 22.0, 400),
    "h5": (16.0, 22.0, 400), "h6": (14.0, 22.0, BOLD),
}  # fmt: skip
_BELOW = 0.45
_INDENT = 24.0
_QUOTE = 13.0
_CODE, _CODE_LINE, _CODE_INSIDE = 12.0, 18.9, 10.0
_CELL_X, _CELL_Y = 8.0, 4.0


def drawn_html(html: str, box: Box) -> Group:
    """Return as much of a text as there is room for."""
    shapes: list[Shape] = []
    y = box.y
    found = blocks(html)
    for block, following in zip_longest(found, found[1:]):
        if y >= box.bottom:
            break
        left = block.depth * _INDENT + block.quotes * _QUOTE
        room = box.inset(left=left)
        drawn, height = _drawn(block, Box(room.x, y, max(room.width, 1.0), box.bottom - y))
        shapes += drawn
        below = _SPACE if block.spaced else _HEADINGS[block.kind][0] * _BELOW if block.kind in _HEADINGS else 0.0
        if block.quotes:
            tall = height + (below if following and following.quotes else 0)
            shapes.append(Rect(box.x + block.depth * _INDENT, y, 3, tall, BORDER.strong))
        y += height + below
    return Group(tuple(shapes), clip=box)


def _drawn(block: Block, room: Box) -> tuple[list[Shape], float]:
    """Return the shapes of a block and its height."""
    if block.kind == "hr":
        return [Rect(room.x, room.y, room.width, 1, BORDER.medium)], 1.0
    if block.kind == "table":
        return _table(block.rows, room)
    if block.kind == "pre":
        return _code("".join(run.text for run in block.runs), room)
    size, height, weight = _HEADINGS.get(block.kind, (FONT, LINE, 400))
    lines = lines_of(block.runs, room.width, size, weight)
    shapes = _lines(lines, room, size, height, weight)
    middle = room.y + height / 2
    if block.marker == "•":
        shapes.append(Circle(room.x - 13.5, middle + 0.5, 2.5, TEXT.primary))
    elif block.marker:
        shapes.append(Text(room.x - 6, middle + FONT * 0.36, block.marker, FONT, TEXT.primary, "end"))
    return shapes, len(lines) * height


def _lines(lines: Sequence[SetLine], room: Box, size: float, height: float, weight: int) -> list[Shape]:
    shapes: list[Shape] = []
    for number, line in enumerate(lines):
        if number * height > room.height:
            break
        shapes += drawn_line(line, room.x, room.y + (number + 0.5) * height, size, weight)
    return shapes


def _code(written: str, room: Box) -> tuple[list[Shape], float]:
    inner = max(room.width - 2 * _CODE_INSIDE, 1.0)
    lines = wrapped_code(written, inner, _CODE)
    height = len(lines) * _CODE_LINE + 2 * _CODE_INSIDE
    edge = Rect(room.x + 0.5, room.y + 0.5, room.width - 1, height - 1, BACKGROUND.canvas, BORDER.weak, 1, 2)
    x, y = room.x + _CODE_INSIDE, room.y + _CODE_INSIDE + _CODE_LINE / 2 + _CODE * 0.36
    texts = [
        Text(x, y + number * _CODE_LINE, line, _CODE, TEXT.primary, mono=True)
        for number, line in enumerate(lines)
        if number * _CODE_LINE < room.height
    ]
    return [edge, *texts], height


def _table(rows: Sequence[Sequence[Sequence[Run]]], room: Box) -> tuple[list[Shape], float]:
    widths = _widths(rows, room.width)
    shapes: list[Shape] = []
    y = room.y
    for row in rows:
        cells = [lines_of(runs, width - 2 * _CELL_X - 1, FONT, 400) for runs, width in zip(row, widths, strict=False)]
        height = max(map(len, cells), default=1) * LINE + 2 * _CELL_Y + 1
        x = room.x
        for runs, lines, width in zip(row, cells, widths, strict=False):
            ground = BACKGROUND.secondary if any(run.bold for run in runs) and row is rows[0] else None
            shapes.append(Rect(x + 0.5, y + 0.5, width, height, ground, BORDER.medium))
            inner = Box(x + 1 + _CELL_X, y + 1 + _CELL_Y, width, room.bottom - y)
            shapes += _lines(lines, inner, FONT, LINE, 400)
            x += width
        y += height
        if y > room.bottom:
            break
    return shapes, y - room.y + 1


def _widths(rows: Sequence[Sequence[Sequence[Run]]], room: float) -> list[float]:
    """Return the widths of columns: as wide as their texts, or narrower where those would not fit."""
    count = max(map(len, rows))
    natural = [2 * _CELL_X + 1.0] * count
    for row in rows:
        for number, runs in enumerate(row):
            widest = max(map(line_width, lines_of(runs, 10_000, FONT, 400)))
            natural[number] = max(natural[number], widest + 2 * _CELL_X + 1)
    widths = list(natural)
    for done, number in enumerate(sorted(range(count), key=natural.__getitem__)):
        # Narrow columns leave what they do not need to the wider ones.
        widths[number] = min(natural[number], room / (count - done))
        room -= widths[number]
    return widths
