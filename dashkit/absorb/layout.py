"""Put the panels and the rows of a classic dashboard where they stand now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dashkit.absorb.arrangement import rearranged
from dashkit.absorb.boards import Board, RowOf
from dashkit.absorb.edits import Code as Text
from dashkit.absorb.edits import Edit
from dashkit.absorb.lists import Wanted, ordered
from dashkit.absorb.placing import Misplaced, NotPossibleError, Placing, Rearrangement, places
from dashkit.absorb.tree import Holder, Tree, tree
from dashkit.absorb.values import code, using
from dashkit.authoring.call import Call


def differs(old: Board, new: Board) -> list[str]:
    """Return the titles of the rows whose panels stand elsewhere now, are others or are not there any more."""
    there = {row.id: row for row in old.rows}
    found = [row.title for row in new.rows if row.id not in there or places(row) != places(there[row.id])]
    found += [row.title for row in old.rows if row.id not in {one.id for one in new.rows}]
    moved = [row.id for row in old.rows if row.id in {one.id for one in new.rows}] != [
        row.id for row in new.rows if row.id in there
    ]
    return found or (["the order of rows"] if moved else [])


def rearrange(one: Rearrangement) -> tuple[Edit, ...] | Misplaced:
    """Return the edits that put panels and rows where they stand now."""
    row, number = "", 0
    found = tree(one.dashboard, one.project)
    edits: list[Edit] = []
    try:
        placing = Placing(one, one.old.rows, one.new.rows, found.rows)
        for row_of in one.new.rows:
            row, number = f"row {row_of.title!r}" if row_of.id > 0 else "what stands in no row", row_of.id
            edits += placing.row(row_of)
        for row_of in one.old.rows:
            if row_of.id < 0 and all(other.id != row_of.id for other in one.new.rows):
                edits += placing.row(replace(row_of, panels=()))
        row, number = "the order of rows", 0
        edits += _rows(one, found, placing)
    except NotPossibleError as error:
        made = one.project.traced.record_of(one.dashboard.uid)
        whole = made.number if made is not None else None
        return Misplaced(row, str(error), one.dashboard.panels.get(number, whole))
    return tuple(edits)


def _rows(one: Rearrangement, found: Tree, placing: Placing) -> Iterator[Edit]:
    """Yield the edits of the list of rows: those that are gone, new, or in another order."""
    was = [row.id for row in one.old.rows[1:] if row.id > 0]
    here = {row.id for row in one.old.rows}
    now = [row for row in one.new.rows[1:] if row.id > 0 or row.id not in here]
    if was == [row.id for row in now]:
        return
    top = found.top
    if top is None or not top.alone:
        raise NotPossibleError("the list of rows was not found")
    there = {}
    for number, element in found.row_elements.items():
        place = top.place(element)
        if place is not None:
            there[number] = place
    if any(number not in there for number in was):
        raise NotPossibleError("some of the rows come from code that makes several of them")
    wanted: list[Wanted] = []
    for row in now:
        if row.id in there:
            wanted.append(row.id)
        else:
            text, edits = _new_row(placing, top, row)
            wanted.append(text)
            yield from edits
    first = min(there.values(), default=len(top.nodes))  # rows stand behind all that is in none
    yield from ordered(top.source, top.container, top.nodes, there, wanted, begin=first) or ()


def _new_row(placing: Placing, top: Holder, row: RowOf) -> tuple[Text, list[Edit]]:
    blocks = rearranged([], row.panels, row.top)
    if blocks is None:
        raise NotPossibleError("its panels stand where no row puts them")
    text: list[Any] = [f"{top.source.name_of('row') or 'row'}({code(row.title)}"] if row.id > 0 else []
    edits: list[Edit] = [*using(top.source, Call("row"))] if row.id > 0 else []
    for block in blocks:
        part, more = placing.text(top, block)
        text += [", ", *part]
        edits += more
    if row.id < 0:
        return tuple(text[1:]), edits
    text.append("".join(f", {name}={code(value)}" for name, value in row.options.items()) + ")")
    return tuple(text), edits
