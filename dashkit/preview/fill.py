"""Auto grids that fill the screen: their rows share what the rest of a dashboard leaves of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from dashkit.preview.blocks import columns, section_height
from dashkit.preview.layout import CELL, SPACE, Block, Section, Tabs

#: The height of a row's header, of the names of tabs, of a line that says what is hidden, and of a bar of variables.
ROW, TABS, NOTE, VARIABLES = CELL + SPACE, 38 + SPACE, 30, 42


def filled(blocks: Sequence[Block], width: float, room: float) -> list[Block]:
    """Return a layout on so wide a page with the grids that fill the screen higher, if some of the ``room`` is left."""
    growing = [grows(block) for block in blocks]
    extra = room - height_of(blocks, width)
    if extra <= 0 or not any(growing):
        return [*blocks]
    share = extra / sum(growing)
    return [_grown(block, width, share) if grown else block for block, grown in zip(blocks, growing, strict=True)]


def grows(block: Block) -> bool:
    """Return whether there is a grid in a row or in tabs that may take more height."""
    if isinstance(block, Tabs):
        return bool(block.tabs) and grows(block.tabs[block.active])
    if block.folded or block.hidden or not block.fills:
        return False
    return bool(block.auto and block.auto.fills and block.shown) or any(map(grows, block.inner))


def _grown(block: Block, width: float, extra: float) -> Block:
    if isinstance(block, Tabs):
        tabs = [
            _with(tab, width - block.inset, extra) if number == block.active else tab
            for number, tab in enumerate(block.tabs)
        ]
        return block._replace(tabs=tabs)
    return _with(block, width, extra)


def _with(section: Section, width: float, extra: float) -> Section:
    inner = width - section.inset
    if section.auto is None:
        return section._replace(inner=filled(section.inner, inner, height_of(section.inner, inner) + extra))
    lines = math.ceil(len(section.shown) / columns(section.auto, len(section.shown), inner))
    return section._replace(auto=section.auto._replace(height=section.auto.height + extra / lines))


def height_of(blocks: Sequence[Block], width: float) -> float:
    """Return the height of what is shown on so wide a page, in pixels."""
    return sum(_heights(blocks, width))


def _heights(blocks: Sequence[Block], width: float) -> Iterator[float]:
    for block in blocks:
        if isinstance(block, Tabs):
            yield TABS
            yield from _inside(block.tabs[block.active], width - block.inset) if block.tabs else ()
        else:
            yield ROW if block.row is not None or block.hidden else 0
            yield from _inside(block, width) if not block.folded and not block.hidden else ()


def _inside(section: Section, width: float) -> Iterator[float]:
    inner = width - section.inset
    yield section_height(section, inner)
    yield NOTE * sum(1 for item in section.items if item.hidden)
    yield VARIABLES if any(not one.hidden for one in section.variables) else 0
    yield from _heights(section.inner, inner)
