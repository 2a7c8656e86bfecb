"""What a cell of a table consists of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dashkit.preview.display.colour import Colour
from dashkit.preview.links import Link
from dashkit.preview.scene import Box, Shape
from dashkit.preview.tables.pills import Pill

Ground = tuple[Colour, Colour]
"""The background of a cell: its colours at the top left and at the bottom right."""


class Words(NamedTuple):
    text: str
    mono: bool = False


class Figure(NamedTuple):
    """Something that is drawn; ``text`` says what it shows."""

    draw: Callable[[Box], Sequence[Shape]]
    text: str


class Pills(NamedTuple):
    pills: Sequence[Pill]


class Image(NamedTuple):
    url: str
    text: str


class Rich(NamedTuple):
    """Markdown."""

    text: str


class Listed(NamedTuple):
    """The titles of the cell's links."""


Content = Words | Figure | Pills | Image | Rich | Listed


class Cell(NamedTuple):
    content: Content
    ink: Colour | None = None
    ground: Ground | None = None
    links: tuple[Link, ...] = ()


Maker = Callable[[int], Cell]
"""Returns the cell in a row of one column."""
