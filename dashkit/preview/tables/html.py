"""Write a table as HTML, which scrolls."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from html import escape

from dashkit.preview.display.theme import readable_on
from dashkit.preview.links import Link
from dashkit.preview.scene import Box, Scene
from dashkit.preview.svg import both, svg
from dashkit.preview.tables.cells import Cell, Figure, Ground, Image, Listed, Maker, Pills, Rich, Words
from dashkit.preview.tables.columns import Column
from dashkit.preview.tables.rows import Total, Totals

#: More rows, and longer texts, are cut off: a page with all of them would be slow.
MOST_ROWS = 200
_MOST_LETTERS = 2000
#: What is as wide as a letter on average, to find texts that are cut off.
_LETTER = 6.0
_PADDING = 6.0


def table_html(
    columns: Sequence[Column],
    makers: Sequence[Maker],
    rows: Sequence[int],
    totals: Totals,
    height: float,
    header: bool,
    room: float,
) -> str:
    """Return a table; ``height`` is that of its rows, and ``room`` the width that it has."""
    width = sum(column.width for column in columns)
    # Where all columns fit, they go on to do so when a scroll bar takes some of the room.
    one, unit = (room / 100, "%") if 0 < width <= room + 0.5 else (1.0, "px")
    cols = "".join(f'<col style="width:{column.width / one:.2f}{unit}">' for column in columns)
    head = f"<thead><tr>{''.join(map(_name, columns))}</tr></thead>" if header else ""
    body = "".join(
        f"<tr>{''.join(_cell(make(row), column, height) for make, column in zip(makers, columns, strict=True))}</tr>"
        for row in rows[:MOST_ROWS]
    )
    foot = "".join(map(_total, totals, columns))
    foot = f"<tfoot><tr>{foot}</tr></tfoot>" if foot else ""
    hidden = len(rows) - MOST_ROWS
    more = f'<p class="more">and {hidden} more rows</p>' if hidden > 0 else ""
    return (
        f'<table class="cells" style="width:{width / one:.2f}{unit};--row:{height:.0f}px"><colgroup>{cols}</colgroup>'
        f"{head}<tbody>{body}</tbody>{foot}</table>{more}"
    )


def _name(column: Column) -> str:
    arrow = {"": "", "ascending": " <i>↑</i>", "descending": " <i>↓</i>"}[column.order]
    order = f' aria-sort="{column.order}"' if column.order else ""
    name = escape(column.name)
    return f'<th scope="col"{_classes(column, wrap=column.wrap_name)}{order} title="{name}">{name}{arrow}</th>'


def _classes(column: Column, *, wrap: bool, mono: bool = False) -> str:
    found: list[str] = [column.align] if column.align != "start" else []
    found += ["wrap"] if wrap else []
    found += ["mono"] if mono else []
    return f' class="{" ".join(found)}"' if found else ""


def _cell(cell: Cell, column: Column, height: float) -> str:
    content = cell.content
    inside = _content(cell, column, height)
    style = f"background:{_ground(cell.ground)};" if cell.ground else ""
    style += f"color:{both(cell.ink)}" if cell.ink else ""
    style = f' style="{style}"' if style else ""
    mono = isinstance(content, Words) and content.mono
    return f"<td{_classes(column, wrap=column.wrap, mono=mono)}{style}{_title(cell, column)}>{inside}</td>"


def _title(cell: Cell, column: Column) -> str:
    """Return the whole text for those who point at a cell that may not show it."""
    content = cell.content
    if isinstance(content, Words) and not column.wrap and len(content.text) * _LETTER > column.width:
        return f' title="{escape(_short(content.text))}"'
    return ""


def _short(written: str) -> str:
    return written if len(written) <= _MOST_LETTERS else f"{written[:_MOST_LETTERS]}…"


def _ground(ground: Ground) -> str:
    first, second = ground
    return both(first) if first == second else f"linear-gradient(120deg,{both(first)},{both(second)})"


def _content(cell: Cell, column: Column, height: float) -> str:
    links = cell.links
    match cell.content:
        case Words(written, _):
            return _linked(escape(_short(written)), links)
        case Figure() as figure:
            return _linked(_figure(figure, column, height), links)
        case Pills(found):
            pills = (
                f'<span class="pill" style="background:{both(colour)};color:{both(readable_on(colour))}">{escape(said)}</span>'
                for said, colour in found
            )
            return _linked("".join(pills), links)
        case Image(url, said):
            if not url:
                return ""
            picture = f'<img src="{escape(url)}" alt="{escape(said)}" loading="lazy" referrerpolicy="no-referrer">'
            return _linked(picture, links)
        case Rich(written):
            return f'<div class="prose">{_html_of(written)}</div>'
        case Listed():
            return " ".join(_anchor(escape(link.title), link) for link in links)


def _html_of(written: str) -> str:
    # The package `pages` imports the kinds of panels.
    from dashkit.preview.texts.markdown import html_of

    return html_of(_short(written))


def _figure(figure: Figure, column: Column, height: float) -> str:
    size = Box(0, 0, max(1.0, column.width - 2 * _PADDING - 1), height - 2 * _PADDING - 1)
    scene = Scene(size.width, size.height, tuple(figure.draw(size)), summary=figure.text)
    # Ids of gradients must not mean another one elsewhere in the page; equal figures may share them.
    return svg(scene, both, name=f"c{zlib.crc32(repr(scene).encode()):x}")


def _linked(inside: str, links: Sequence[Link]) -> str:
    """Return a content as the first of its links; the others follow as small numbers."""
    if not links:
        return inside
    first, *others = links
    more = "".join(_anchor(f"<sup>{number}</sup>", link) for number, link in enumerate(others, 2))
    return f"{_anchor(inside, first)}{more}"


def _anchor(inside: str, link: Link) -> str:
    new = ' target="_blank" rel="noopener noreferrer"' if link.new_tab else ""
    return f'<a href="{escape(link.url)}" title="{escape(link.title)}"{new}>{inside}</a>'


def _total(lines: Sequence[Total], column: Column) -> str:
    return f"<td{_classes(column, wrap=False)}>{''.join(map(_line, lines))}</td>"


def _line(total: Total) -> str:
    if total.label and total.value:
        return f"<div><small>{escape(total.label)}</small> {escape(_short(total.value))}</div>"
    return f"<div>{escape(_short(total.label or total.value))}</div>"
