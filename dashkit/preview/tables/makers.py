"""The cells of a table, row by row: what their kind makes of a value, with links, and colours of the whole row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashkit.preview.data import Data
from dashkit.preview.display.theme import readable_on
from dashkit.preview.frames import Frame
from dashkit.preview.links import Link, link_maker, linked_fields
from dashkit.preview.tables.cells import Cell, Maker
from dashkit.preview.tables.columns import Column
from dashkit.preview.tables.kinds import kind


def makers(columns: Sequence[Column], frame: Frame, names: Sequence[str], data: Data) -> list[Maker]:
    """Return the makers of the cells of all columns; ``names`` are those of all fields of the frame."""
    fields = linked_fields(frame, names, data.zone)
    plain = []
    for column in columns:
        own = next(one for one in fields if one.field is column.field)
        plain.append(_maker(column, link_maker(own, fields, frame, data.time)))
    leader = next((number for number, column in enumerate(columns) if _paints_rows(column)), None)
    if leader is None:
        return plain
    ground_of = plain[leader]
    return [one if number == leader else _on_row(one, ground_of) for number, one in enumerate(plain)]


def _paints_rows(column: Column) -> bool:
    return column.kind == "color-background" and column.style.get("applyToRow") is True


def _on_row(maker: Maker, leader: Maker) -> Maker:
    def make(row: int) -> Cell:
        cell, ground = maker(row), leader(row).ground
        if cell.ground or not ground:
            return cell
        return cell._replace(ground=ground, ink=cell.ink or readable_on(ground[1]))

    return make


def _maker(column: Column, links: Callable[[int], tuple[Link, ...]]) -> Maker:
    make = kind(column.kind)(column)
    values = column.field.values

    def cell(row: int) -> Cell:
        return make(values[row])._replace(links=links(row))

    return cell
