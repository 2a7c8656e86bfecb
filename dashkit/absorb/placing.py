"""Put the panels of a row where they stand now: into the rows and the grids of the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashkit.absorb.arrangement import Block, Panel, rearranged
from dashkit.absorb.boards import Board, RowOf
from dashkit.absorb.edits import Code as Text
from dashkit.absorb.edits import Edit, Kept
from dashkit.absorb.lists import Wanted, ordered
from dashkit.absorb.reshape import given
from dashkit.absorb.site import Part
from dashkit.absorb.traced import Dashboard
from dashkit.absorb.tree import Element, Holder
from dashkit.absorb.values import ABSENT, code, using
from dashkit.absorb.ways import Code
from dashkit.authoring.call import Call
from dashkit.document.datasources import References
from dashkit.importer.board import panel_call, with_short_datasources
from dashkit.importer.places import Place, box

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Misplaced:
    """The panels of a row cannot be put where they are, and why.

    Attributes:
        row: for people: ``row 'Errors'``; empty if it may be any.
        record: the number of the call of the row, or of the dashboard; None if it is not known.
    """

    row: str
    why: str
    record: int | None = None


class NotPossibleError(Exception):
    """The code does not let itself be rearranged."""


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """What is needed to rearrange a dashboard.

    Attributes:
        old: what the source makes. ``new`` is what it has to make.
        entries: the variables of the dashboard, for the datasources of new panels.
        wanted: the document to make.
    """

    dashboard: Dashboard
    project: Code
    old: Board
    new: Board
    entries: list[Json]
    wanted: Json


def other_kinds(old: Sequence[RowOf], new: Sequence[RowOf]) -> frozenset[int]:
    """Return the ids of panels that are of another kind now, and so of another usual size."""
    was = {panel["id"]: panel.get("type") for row in old for panel in row.panels}
    now = {panel["id"]: panel.get("type") for row in new for panel in row.panels}
    return frozenset(number for number, kind in now.items() if was.get(number, kind) != kind)


def places(row: RowOf) -> list[tuple[int, int, int, int, int]]:
    """Return the ids of the panels of a row, and where they stand in it."""
    return [(panel["id"], x, y - row.top, w, h) for panel in row.panels for x, y, w, h in [box(panel)]]


class Placing:
    """Puts panels into the code of rows and of other groups.

    Args:
        old: the rows as they are. ``new`` are as they have to be.
        holders: the code of the rows, by their ids.
    """

    def __init__(
        self, one: Rearrangement, old: Sequence[RowOf], new: Sequence[RowOf], holders: Mapping[int, Holder]
    ) -> None:
        self._one, self._holders = one, holders
        self._old = {row.id: row for row in old}
        self._order = {panel["id"]: index for row in old for index, panel in enumerate(row.panels)}
        self._kinds = {panel["id"]: str(panel.get("type")) for row in (*old, *new) for panel in row.panels}
        self._other_kinds = other_kinds(old, new)
        #: The row of each panel, before and now.
        self._was = {panel["id"]: row.id for row in old for panel in row.panels}
        self._is = {panel["id"]: row.id for row in new for panel in row.panels}
        self._panels = {panel["id"]: panel for row in new for panel in row.panels}
        self._homes: dict[int, tuple[Holder, Element]] = {}
        for holder in holders.values():
            self._find_homes(holder)

    def _find_homes(self, holder: Holder) -> None:
        for element in holder.elements:
            if element.grid is not None:
                self._find_homes(element.grid)
            for number in element.ids if element.single else ():
                self._homes[number] = (holder, element)

    def row(self, row: RowOf) -> Iterator[Edit]:
        """Yield the edits of one row. A new one is written whole, with the others."""
        if row.id not in self._old:
            return
        another = any(panel["id"] in self._other_kinds for panel in row.panels)
        if not another and places(row) == places(self._old[row.id]):
            return
        holder = self._holders.get(row.id)
        if holder is None:
            raise NotPossibleError("the code that lists its panels was not found")
        blocks = [self._block(index, element) for index, element in enumerate(holder.elements)]
        stay = [block for block in (self._left(block, row.id) for block in blocks) if block is not None]
        found = rearranged(stay, row.panels, row.top)
        if found is None:
            raise NotPossibleError("some of its panels come from code that makes several of them")
        yield from self._written(holder, blocks, found)

    def _block(self, index: int, element: Element) -> Block:
        ids = sorted(element.ids, key=lambda number: self._order.get(number, 0))
        panels = tuple(
            Panel(number, self._kinds.get(number, ""), self._one.dashboard.said.get(number, {})) for number in ids
        )
        grid = element.grid
        if grid is not None and grid.alone and all(one.single for one in grid.elements):
            record = self._one.project.traced.records[grid.record]
            columns, height = record.positional[0], record.named.get("height")
            own = [
                Panel(one.id, one.kind, {k: v for k, v in one.said.items() if k == "h" and not height})
                for one in panels
            ]
            return Block(tuple(own), columns, height, index)
        return Block(panels, element=index, solid=not element.single)

    def _left(self, block: Block, row: int) -> Block | None:
        """Return a block without the panels that are in this row no more."""
        panels = tuple(panel for panel in block.panels if self._is.get(panel.id) == row)
        if block.solid and 0 < len(panels) < len(block.panels):
            raise NotPossibleError("some of its panels come from code that makes several of them")
        return Block(panels, block.columns, block.height, block.element, block.solid) if panels else None

    def _written(self, holder: Holder, before: Sequence[Block], after: Sequence[Block]) -> Iterator[Edit]:
        if not holder.alone:
            raise NotPossibleError("its code makes other rows, too")
        there = {}
        for block in before:
            assert block.element is not None
            place = holder.place(holder.elements[block.element])
            if place is not None:
                there[block.element] = place
        if len(there) < len(before) and [one.element for one in after] != [one.element for one in before]:
            raise NotPossibleError("its panels come from code that makes several of them")
        wanted: list[Wanted] = []
        for block in after:
            if block.element is None:
                text, edits = self.text(holder, block)
                wanted.append(text)
                yield from edits
            else:
                wanted.append(block.element)
                yield from self._kept(holder, before[block.element], block)
        elsewhere = frozenset(
            block.element for block in before
            if block.element is not None and block.element not in wanted
            and any(panel.id in self._is for panel in block.panels) and not block.columns
        )  # fmt: skip
        yield from ordered(holder.source, holder.container, holder.nodes, there, wanted, elsewhere, holder.begin) or ()

    def _kept(self, holder: Holder, before: Block, after: Block) -> Iterator[Edit]:
        """Yield the edits of an element that stays: the panels of a grid, and what is said of places."""
        element = holder.elements[before.element or 0]
        if element.grid is None:
            for panel, was in zip(after.panels, before.panels, strict=True):
                yield from self._said(panel, was.said) if not after.solid else ()
            return
        if after.solid:
            return
        grid = element.grid
        site = self._one.project.site(grid.record, self._parts(panel.id for panel in before.panels))
        if site is None:
            raise NotPossibleError("the call of a grid was not found")
        if before.columns != after.columns:
            yield from self._must(given(site, "columns", before.columns, after.columns), "the columns of a grid")
        if before.height != after.height:
            yield from self._must(
                given(site, "height", before.height or ABSENT, ABSENT if after.height is None else after.height),
                "the height of a grid",
            )
        numbers = {one.ids[0]: index for index, one in enumerate(grid.elements)}
        there = {index: place for index, one in enumerate(grid.elements) if (place := grid.place(one)) is not None}
        wanted: list[Wanted] = []
        said = {panel.id: panel.said for panel in before.panels}
        for panel in after.panels:
            if panel.id in numbers:
                wanted.append(numbers[panel.id])
                yield from self._said(panel, said[panel.id])
            else:
                text, edits = self.text(grid, Block((panel,)), in_grid=True)
                wanted.append(text)
                yield from edits
        if wanted == list(range(len(grid.elements))):
            return
        if len(there) < len(grid.elements):
            raise NotPossibleError("some of the panels of a grid come from code that makes several of them")
        elsewhere = frozenset(index for number, index in numbers.items() if index not in wanted and number in self._is)
        yield from ordered(grid.source, grid.container, grid.nodes, there, wanted, elsewhere) or ()

    def _parts(self, numbers: Any) -> frozenset[Part]:
        return frozenset((self._one.dashboard.uid, f"panel {number}") for number in numbers)

    def is_somewhere(self, number: int) -> bool:
        """Return whether a panel is still on the dashboard."""
        return number in self._is

    def text(self, holder: Holder, block: Block, *, in_grid: bool = False) -> tuple[Text, list[Edit]]:
        """Return the code of a block that was not there, from the code of its panels, and the edits inside that."""
        text: list[Any] = []
        edits: list[Edit] = []
        for panel in block.panels:
            home = self._homes.get(panel.id)
            text.append(", ")
            if home is None and panel.id in self._was:
                raise NotPossibleError(f"panel {panel.id} comes from code that makes several of them")
            if home is None:
                call = self._new_panel(panel)
                text.append(code(call, holder.source))
                edits += using(holder.source, call)
                continue
            source, element = home[0].source, home[1]
            if source is not holder.source or element.node is None:
                raise NotPossibleError("one of its panels stands in another file")
            text.append(Kept(element.node))
            edits += self._said(panel, None)
        if not block.columns:
            return tuple(text[1:]), edits
        edits += using(holder.source, Call("grid"))
        height = f", height={block.height}" if block.height else ""
        return (f"grid({block.columns}", *text, f"{height})"), edits

    def _new_panel(self, panel: Panel) -> Call:
        entries = References(self._one.entries, {})
        at = (panel.said["x"], panel.said["y"]) if "x" in panel.said else None
        place = Place(panel.said.get("w"), panel.said.get("h"), at)
        call: Call = with_short_datasources(panel_call(self._panels[panel.id], place, entries.default), entries)
        return call

    def _said(self, panel: Panel, before: Mapping[str, Any] | None) -> Iterator[Edit]:
        """Yield the edits that say the place of a panel as ``panel.said`` does. ``before`` is None if that is not known."""
        part = (self._one.dashboard.uid, f"panel {panel.id}")
        site = self._one.project.site(self._one.dashboard.panels.get(panel.id), frozenset({part}))
        for name, key in (("width", "w"), ("height", "h")):
            value = panel.said.get(key)
            if before is not None and before.get(key) == value:
                continue
            ways = given(site, name, ABSENT, ABSENT if value is None else value) if site else iter(())
            if value is None:
                yield from next(ways, ())
            else:
                yield from self._must(ways, f"the {name} of a panel")
        at = (panel.said["x"], panel.said["y"]) if "x" in panel.said else None
        was = (before["x"], before["y"]) if before and "x" in before and "y" in before else None
        if at != was:
            ways = given(site, "position", ABSENT, ABSENT if at is None else at) if site else iter(())
            yield from next(ways, ()) if at is None else self._must(ways, "the position of a panel")

    @staticmethod
    def _must(ways: Iterator[tuple[Edit, ...]], what: str) -> tuple[Edit, ...]:
        found = next(ways, None)
        if found is None:
            raise NotPossibleError(f"{what} is said by code that makes several of them")
        return found
