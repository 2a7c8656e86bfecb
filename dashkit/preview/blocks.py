"""Go through the sections and tabs of a dashboard: their panels and sizes, and what is folded or open."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from dashkit.preview.layout import CELL, NARROW, SPACE, Auto, Block, Item, Section, Size, Tabs, size_of


def every_item(blocks: Sequence[Block]) -> Iterator[Item]:
    """Yield all panels, wherever they stand, also those that a condition hides."""
    for block in blocks:
        if isinstance(block, Tabs):
            yield from every_item(block.tabs)
        else:
            yield from block.items
            yield from every_item(block.inner)


def sized(
    blocks: Sequence[Block], width: float, *, every: bool = False, narrow: bool | None = None
) -> Iterator[tuple[Item, Size]]:
    """Yield the panels that are shown on so wide a page, with their outer sizes.

    Args:
        every: also those in folded rows and in tabs that are not open.
        narrow: whether panels on 24 columns stand below each other; by default the width says so.
    """
    narrow = width < NARROW if narrow is None else narrow
    for block in blocks:
        if isinstance(block, Tabs):
            tabs = [tab for number, tab in enumerate(block.tabs) if every or number == block.active]
            for tab in tabs:
                yield from _inside(tab, width - block.inset, every=every, narrow=narrow)
        elif not block.hidden and (every or not block.folded):
            yield from _inside(block, width, every=every, narrow=narrow)


def _inside(section: Section, width: float, *, every: bool, narrow: bool) -> Iterator[tuple[Item, Size]]:
    inner = width - section.inset
    for item in section.shown:
        yield item, item_size(item, section, inner, narrow=narrow)
    yield from sized(section.inner, inner, every=every, narrow=narrow)


def item_size(item: Item, section: Section, width: float, *, narrow: bool) -> Size:
    """Return the outer size of a panel in a section that is so wide inside."""
    if section.auto is None:
        return size_of(item, width, narrow=narrow)
    count = columns(section.auto, len(section.shown), width)
    return Size((width - SPACE * (count - 1)) / count, section.auto.height)


def columns(auto: Auto, items: int, width: float) -> int:
    """Return how many columns the panels of an auto grid have on so wide a page: as CSS lays it out, empty ones collapsed."""
    least = min(max(width / auto.columns - SPACE, auto.width), width)
    room = math.floor((width + SPACE) / (least + SPACE)) if least + SPACE > 0 else 1
    return max(1, min(room, items))


def section_height(section: Section, width: float) -> float:
    """Return the height of the panels of a section, with the space below them."""
    if section.auto is None:
        return section.height * (CELL + SPACE)
    shown = len(section.shown)
    return math.ceil(shown / columns(section.auto, shown, width)) * (section.auto.height + SPACE)


def arranged(
    blocks: Sequence[Block], folded: Collection[str], opened: Collection[str], tabs: Mapping[str, str]
) -> list[Block]:
    """Return a layout as a person left it: rows that are folded or opened by their keys, and the open tabs by their slugs."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Tabs):
            wanted = tabs.get(block.key)
            active = next((number for number, tab in enumerate(block.tabs) if tab.slug == wanted), block.active)
            inner = [_arranged(tab, folded, opened, tabs) for tab in block.tabs]
            found.append(block._replace(tabs=inner, active=active))
        else:
            closed = block.key in folded or (block.folded and block.key not in opened)
            found.append(_arranged(block._replace(folded=closed), folded, opened, tabs))
    return found


def _arranged(section: Section, folded: Collection[str], opened: Collection[str], tabs: Mapping[str, str]) -> Section:
    return section._replace(inner=arranged(section.inner, folded, opened, tabs)) if section.inner else section
