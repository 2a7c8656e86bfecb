"""Draw what stands in one cell of a table."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.preview.display.colour import Colour
from dashkit.preview.display.theme import BORDER, TEXT, readable_on
from dashkit.preview.scene import Box, Group, Rect, Shape, Text
from dashkit.preview.tables.cells import Cell, Figure, Image, Listed, Pills, Rich, Words
from dashkit.preview.tables.columns import Column
from dashkit.preview.tables.pills import Pill
from dashkit.preview.text import text_width
from dashkit.preview.texts.markdown_picture import drawn_html
from dashkit.preview.texts.wrap import wrapped

FONT, LINE = 14.0, 22.0
_SMALL = 12.0
_MONO = 13.0
_PILL, _PILL_SIDE, _GAP = 20.0, 8.0, 4.0


def baselines(count: int, box: Box) -> list[float]:
    """Return the baselines of lines that stand in the middle of a box."""
    first = box.y + box.height / 2 - (count - 1) * LINE / 2 + FONT * 0.36
    return [first + number * LINE for number in range(count)]


def aligned(
    written: str, column: Column, ink: Colour, room: Box, y: float, *, weight: int = 400, mono: bool = False
) -> Text:
    """Return a text in the place that its column gives it."""
    x = room.x + _free(column, room.width)
    size = _MONO if mono else FONT
    return Text(x, y, written, size, ink, column.align, weight=weight, mono=mono, width=max(1.0, room.width))


def _free(column: Column, width: float) -> float:
    """Return what is free to the left of something, of so much room."""
    return {"start": 0.0, "middle": width / 2, "end": width}[column.align]


def lines_of(words: Words, column: Column, width: float) -> list[str]:
    """Return the lines of a text in a column; one if the column does not wrap."""
    if not column.wrap:
        return [words.text]
    return wrapped(words.text, width, _MONO if words.mono else FONT, mono=words.mono, most=50)


def drawn_content(cell: Cell, column: Column, ink: Colour, room: Box) -> Sequence[Shape]:
    """Return what stands in a cell, in its room between the padding."""
    match cell.content:
        case Words() as words:
            lines = lines_of(words, column, room.width)
            places = baselines(len(lines), room)
            return [
                aligned(line, column, ink, room, y, mono=words.mono)
                for line, y in zip(lines, places, strict=True)
                if line
            ]
        case Figure() as figure:
            return figure.draw(room)
        case Pills() as found:
            return [Group(tuple(_pills(found.pills, column, room)), clip=room)]
        case Image() as image:
            return _image(image, column, room)
        case Rich() as rich:
            return [_rich(rich, room)]
        case Listed():
            titles = ", ".join(link.title for link in cell.links)
            return [aligned(titles, column, TEXT.link, room, *baselines(1, room))]


def _pills(pills: Sequence[Pill], column: Column, room: Box) -> list[Shape]:
    widths = [min(text_width(said, _SMALL) + 2 * _PILL_SIDE, room.width) for said, _ in pills]
    total = sum(widths) + _GAP * (len(widths) - 1)
    x = room.x + max(0.0, _free(column, room.width - total))
    middle = room.y + room.height / 2
    shapes: list[Shape] = []
    for (said, colour), width in zip(pills, widths, strict=True):
        shapes.append(Rect(x, middle - _PILL / 2, width, _PILL, colour, radius=_PILL / 2))
        ink, inner = readable_on(colour), max(1.0, width - 2 * _PILL_SIDE + 0.5)
        shapes.append(Text(x + _PILL_SIDE, middle + _SMALL * 0.36, said, _SMALL, ink, width=inner))
        x += width + _GAP
        if x > room.right:
            break
    return shapes


def _image(image: Image, column: Column, room: Box) -> list[Shape]:
    """Return a frame in the place of an image, which a picture does not load."""
    said = image.text or "image"
    width = min(room.width, text_width(said, _SMALL) + 2 * _PILL_SIDE)
    x = room.x + max(0.0, _free(column, room.width - width))
    edge = Rect(x + 0.5, room.y + 0.5, width - 1, room.height - 1, None, BORDER.medium, radius=2)
    y = room.y + room.height / 2 + _SMALL * 0.36
    return [edge, Text(x + width / 2, y, said, _SMALL, TEXT.secondary, "middle", width=max(1.0, width - 4))]


def _rich(rich: Rich, room: Box) -> Group:
    # The package `pages` imports the kinds of panels.
    from dashkit.preview.texts.markdown import html_of

    return drawn_html(html_of(rich.text), room)
