"""The legend of a panel: a list or a table, below the plot or right of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, texts
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.theme import BORDER, TEXT
from dashkit.preview.fields.reduce import NAMES, reduced
from dashkit.preview.plots.legend_order import arrows, in_order
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.scene import Box, Html, Options, Rect, Shape, Text
from dashkit.preview.svg import both
from dashkit.preview.text import text_width

FONT = 12
ROW = 24
#: The mark of a series, and the gap to its name.
_MARK, _MARK_HEIGHT, _GAP = 14, 4, 8
_AFTER = 10
_BEFORE = 4
_CELL = 8
#: The space between letters, as a part of their size.
_APART = 0.0125
#: A legend takes at most this part of a panel's height (below) or width (on the right).
_HIGHEST, _WIDEST = 0.35, 0.6
_ON_RIGHT = " (right y-axis)"


class Item(NamedTuple):
    """An entry of a legend: the number of its series, its values as text, and whether its axis is on the right.

    ``numbers`` are what the values say, where a table may be sorted by them.
    """

    number: int
    name: str
    colour: Colour
    values: tuple[str, ...] = ()
    right: bool = False
    numbers: tuple[float | None, ...] = ()


class Legend(NamedTuple):
    """A legend and the room that it takes; without items it takes none."""

    items: Sequence[Item]
    titles: tuple[str, ...]
    table: bool
    side: bool
    box: Box
    #: What stands above the names of a table.
    head: str = "Name"


def items_of(series: Sequence[Series], options: Options, right: frozenset[int] = frozenset()) -> list[Item]:
    """Return the entries for series, with the calculations that the options ask for."""
    calcs = texts(mapping(options.get("legend")).get("calcs"))
    items = []
    for one in series:
        if one.hidden_from("legend"):
            continue
        values = reduced(one.field.values, calcs) if calcs else {}
        calculated = tuple(_calculated(one, calc, values.get(calc)) for calc in calcs)
        numbers = tuple(numeric(values.get(calc)) for calc in calcs)
        items.append(Item(one.number, one.name, one.colour, calculated, one.number in right, numbers))
    return items


def _calculated(series: Series, calc: str, value: Any) -> str:
    if calc in ("count", "countAll", "changeCount", "distinctCount"):
        return str(value if value is not None else "")
    return series.show(value).text.whole


def legend(items: Sequence[Item], options: Options, box: Box) -> Legend:
    """Return the legend of a panel, placed inside its box."""
    wanted = mapping(options.get("legend"))
    if not items or wanted.get("showLegend") is False or wanted.get("displayMode") == "hidden":
        return Legend((), (), False, False, Box(box.x, box.bottom, 0, 0))
    table, side = wanted.get("displayMode") == "table", wanted.get("placement") == "right"
    titles = tuple(NAMES.get(calc, calc) for calc in texts(wanted.get("calcs")))
    if table:
        items = in_order(items, titles, wanted)
        titles = arrows(titles, wanted)
    if side:
        width = wanted.get("width")
        width = (
            float(width)
            if isinstance(width, int | float)
            else min(_natural_width(items, titles, table), box.width * _WIDEST)
        )
        return Legend(items, titles, table, True, Box(box.right - width, box.y, width, box.height))
    rows = len(items) + 1 if table else _rows(items, titles, box.width)
    height = min(rows * ROW, round(box.height * _HIGHEST))
    return Legend(items, titles, table, False, Box(box.x, box.bottom - height, box.width, height))


def _text_of(item: Item, titles: Sequence[str]) -> str:
    """Return name and values as a list shows them."""
    values = "  ".join(f"{title}: {value}" for title, value in zip(titles, item.values, strict=False))
    return f"{item.name}  {values}" if values else item.name


def _item_width(item: Item, titles: Sequence[str]) -> float:
    return _MARK + _GAP + _spaced(_text_of(item, titles)) + _AFTER


def _spaced(text_: str) -> float:
    """Return the width of a text of a page, which sets letters a little apart."""
    return text_width(text_, FONT) + len(text_) * FONT * _APART


def _rows(items: Sequence[Item], titles: Sequence[str], width: float) -> int:
    rows, used = 1, float(_BEFORE)
    for item in items:
        needed = _item_width(item, titles)
        if used + needed > width and used > _BEFORE:
            rows, used = rows + 1, float(_BEFORE)
        used += needed
    return rows


def _in_table(item: Item) -> str:
    return f"{item.name}{_ON_RIGHT}" if item.right else item.name


def _column_widths(items: Sequence[Item], titles: Sequence[str]) -> list[float]:
    names = max((text_width(_in_table(item), FONT) for item in items), default=0)
    columns = [_MARK + _GAP + max(names, text_width("Name", FONT)) + 2 * _CELL]
    for number, title in enumerate(titles):
        texts = [item.values[number] for item in items if number < len(item.values)]
        widest = max([text_width(title, FONT), *(text_width(entry, FONT) for entry in texts)])
        columns.append(widest + 2 * _CELL)
    return columns


def _natural_width(items: Sequence[Item], titles: Sequence[str], table: bool) -> float:
    if table:
        return sum(_column_widths(items, titles)) + 2 * _CELL
    return max(_item_width(item, titles) for item in items) + 2 * _CELL


def drawn_legend(placed: Legend) -> list[Shape]:
    """Return the legend as shapes."""
    if not placed.items:
        return []
    shapes = _table_shapes(placed) if placed.table else _list_shapes(placed)
    return [Html(placed.box, _table_html(placed) if placed.table else _list_html(placed), tuple(shapes))]


def _mark(x: float, y: float, item: Item) -> Rect:
    return Rect(x, y - _MARK_HEIGHT / 2, _MARK, _MARK_HEIGHT, item.colour, radius=2)


def _list_shapes(placed: Legend) -> list[Shape]:
    box, shapes = placed.box, list[Shape]()
    x, y, end = box.x + _BEFORE, box.y + ROW / 2, box.right
    for item in placed.items:
        needed = _item_width(item, placed.titles)
        if item.right and not placed.side:
            end -= needed
            start = end
        else:
            if x > box.x + _BEFORE and (placed.side or x + needed > box.right):
                x, y = box.x + _BEFORE, y + ROW
            start = x
            x += needed
        if y > box.bottom:
            break
        room = min(needed - _MARK - _GAP, box.right - start - _MARK - _GAP)
        shapes.append(_mark(start, y, item))
        shapes.append(
            Text(start + _MARK + _GAP, y + FONT * 0.36, _text_of(item, placed.titles), FONT, TEXT.primary, width=room)
        )
    return shapes


def _table_shapes(placed: Legend) -> list[Shape]:
    box = placed.box
    widths = _column_widths(placed.items, placed.titles)
    total = sum(widths)
    # A table fills its width; each column grows in proportion, as in a browser.
    widths = [width * box.width / total for width in widths]
    shapes: list[Shape] = []
    y = box.y + ROW / 2
    name_x = box.x + _CELL + _MARK + _GAP
    shapes.append(Text(name_x, y + FONT * 0.36, placed.head, FONT, TEXT.link))
    edges = [box.x + sum(widths[: number + 2]) - _CELL for number in range(len(placed.titles))]
    for title, edge in zip(placed.titles, edges, strict=True):
        shapes.append(Text(edge - 3, y + FONT * 0.36, title, FONT, TEXT.link, "end"))
    for item in placed.items:
        y += ROW
        if y > box.bottom:
            break
        shapes.append(Rect(box.x, y - ROW / 2, box.width, 1, BORDER.weak))
        shapes.append(_mark(box.x + _CELL, y, item))
        shapes.append(
            Text(name_x, y + FONT * 0.36, _in_table(item), FONT, TEXT.primary, width=widths[0] - _MARK - _GAP - _CELL)
        )
        for value, edge in zip(item.values, edges, strict=False):
            shapes.append(Text(edge, y + FONT * 0.36, value, FONT, TEXT.primary, "end"))
    return shapes


def _button(item: Item, text_: str) -> str:
    mark = f'<i class="mark" style="background:{both(item.colour)}"></i>'
    return f'<button type="button" data-series="{item.number}">{mark}<span>{escape(text_)}</span></button>'


def _list_html(placed: Legend) -> str:
    def entry(item: Item) -> str:
        values = "".join(
            f'<span class="calc">{escape(title)}: {escape(value)}</span>'
            for title, value in zip(placed.titles, item.values, strict=False)
        )
        return f"<li{' class=right' if item.right else ''}>{_button(item, item.name)}{values}</li>"

    kind = "side" if placed.side else "below"
    return f'<ul class="legend {kind}">{"".join(map(entry, placed.items))}</ul>'


def _table_html(placed: Legend) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in placed.titles)
    rows = "".join(
        f"<tr><td>{_button(item, _in_table(item))}</td>{''.join(f'<td>{escape(value)}</td>' for value in item.values)}</tr>"
        for item in placed.items
    )
    return f'<table class="legend"><thead><tr><th>{escape(placed.head)}</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
