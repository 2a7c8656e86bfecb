"""How the panels of a row would have to be written so that they stand where they stand now: values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashkit.document.layout import COLUMNS, SIZES, USUAL_SIZE, arrange
from dashkit.importer.places import Box, box, flow
from dashkit.model.notes import LINE_KEY

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel and what is said of its place.

    Attributes:
        kind: the type of the panel, which decides how large it is if nothing is said.
        said: some of ``w``, ``h``, ``x`` and ``y``; a grid says its width, and perhaps its height.
    """

    id: int
    kind: str
    said: Json


@dataclass(frozen=True, slots=True)
class Block:
    """What is written as one: a panel, a grid, or what several panels come from that cannot be told apart.

    Attributes:
        columns: of a grid, else 0. ``height`` is what the grid says for all its panels.
        element: the number of the element of the row in the code that it is; None for a new one.
        solid: whether nothing in it can be changed.
    """

    panels: tuple[Panel, ...]
    columns: int = 0
    height: int | None = None
    element: int | None = None
    solid: bool = False


def arranged(blocks: Sequence[Block], top: int) -> dict[int, Box]:
    """Return where the compiler puts panels that are written like this, by id."""
    made: list[Json] = []
    for block in blocks:
        for index, panel in enumerate(block.panels):
            said = dict(panel.said)
            begins = {LINE_KEY: True} if said.pop("line", False) or (block.columns and index == 0) else {}
            if block.columns:
                said |= {"w": COLUMNS // block.columns, **({"h": block.height} if block.height else {})}
            made.append({"id": panel.id, "type": panel.kind, "gridPos": said, **begins})
    header = {"type": "row", "gridPos": {"x": 0, "y": top - 1, "w": COLUMNS, "h": 1}}
    arrange([{**header, "collapsed": True, "panels": list(made)}], strict=False)
    return {panel["id"]: box(panel) for panel in made}


def rearranged(blocks: Sequence[Block], wanted: Sequence[Json], top: int) -> list[Block] | None:
    """Return the blocks as they have to be written, as like the present ones as possible; None if that is not known.

    Args:
        blocks: as they are written now, without panels that are in this row no more.
        wanted: all panels of the row, in reading order, where they stand now.
        top: the line where they begin.
    """
    target = {panel["id"]: box(panel) for panel in wanted}
    for found in (_adapted(blocks, wanted, top), _refilled(blocks, wanted), _anew(blocks, wanted, top)):
        if found is not None and arranged(found, top) == target:
            return found
    return None


def _adapted(blocks: Sequence[Block], wanted: Sequence[Json], top: int) -> list[Block] | None:
    """Keep all blocks: new panels join the block of the panel before them, and sizes are said where they changed."""
    of = {panel.id: index for index, block in enumerate(blocks) for panel in block.panels}
    present = {panel.id: panel for block in blocks for panel in block.panels}
    now = arranged(blocks, top)
    members: list[list[Panel]] = [[] for _ in blocks]
    order: list[int | Panel] = []
    at: int | None = next((of[panel["id"]] for panel in wanted if panel["id"] in of), None)
    at = at if at is not None and blocks[at].columns else None
    for panel in wanted:
        number = panel["id"]
        if number in of:
            at = of[number]
        if at is None or not (blocks[at].columns or number in of) or (blocks[at].solid and number not in of):
            order.append(_sized(Panel(number, str(panel.get("type")), {}), panel, None))
            continue
        known = present.get(number) or Panel(number, str(panel.get("type")), {})
        members[at].append(known if blocks[at].solid else _sized(known, panel, now.get(number)))
        if at not in order:
            order.append(at)
        elif order[-1] != at:
            return None
    found = []
    for entry in order:
        if isinstance(entry, Panel):
            found.append(Block((entry,)))
        else:
            found.append(_fitted(replace(blocks[entry], panels=tuple(members[entry])), wanted))
    return found


def _sized(panel: Panel, there: Json, before: Box | None) -> Panel:
    """Say the width and the height that a panel has now, if they are other ones than before."""
    _, _, width, height = box(there)
    said = {key: value for key, value in panel.said.items() if key not in ("x", "y")}
    usual = SIZES.get(panel.kind, USUAL_SIZE)
    if before is None:
        said |= {"w": width} if width != usual[0] else {}
        said |= {"h": height} if height != usual[1] else {}
        return Panel(panel.id, panel.kind, said)
    if width != before[2]:
        said["w"] = width
    if height != before[3]:
        said["h"] = height
    return Panel(panel.id, panel.kind, said)


def _fitted(block: Block, wanted: Sequence[Json]) -> Block:
    """Return a grid with as many columns, and as high, as its panels are now."""
    if not block.columns or block.solid:
        return block
    boxes = {panel["id"]: box(panel) for panel in wanted}
    widths = {boxes[panel.id][2] for panel in block.panels}
    heights = {boxes[panel.id][3] for panel in block.panels}
    width = widths.pop() if len(widths) == 1 else 0
    columns = COLUMNS // width if width and COLUMNS % width == 0 else block.columns
    height = block.height if block.height is None or len(heights) > 1 else heights.pop()
    own = ("w", "h") if height is not None else ("w",)  # the grid says these
    panels = tuple(replace(one, said={k: v for k, v in one.said.items() if k not in own}) for one in block.panels)
    return replace(block, columns=columns, height=height, panels=panels)


def _refilled(blocks: Sequence[Block], wanted: Sequence[Json]) -> list[Block] | None:
    """Keep the blocks whose panels stand together as before, and write what is between them anew."""
    places = {panel["id"]: index for index, panel in enumerate(wanted)}
    kept: dict[int, Block] = {}
    for block in blocks:
        if (block.columns or block.solid) and _stands(block, wanted, places):
            kept[places[block.panels[0].id]] = block
        elif block.solid:
            return None
    found: list[Block] = []
    waiting: list[Json] = []
    index = 0
    while index < len(wanted):
        if index in kept:
            found += [*_written(waiting, blocks), kept[index]]
            waiting = []
            index += len(kept[index].panels)
        else:
            waiting.append(wanted[index])
            index += 1
    return [*found, *_written(waiting, blocks)]


def _stands(block: Block, wanted: Sequence[Json], places: Mapping[int, int]) -> bool:
    """Return whether the panels of a block follow each other, and stand to each other as it puts them."""
    numbers = [places.get(panel.id, -1) for panel in block.panels]
    if numbers[0] < 0 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return False
    boxes = [box(wanted[number]) for number in numbers]
    made = arranged([block], boxes[0][1])
    return [made[panel.id] for panel in block.panels] == boxes


def _anew(blocks: Sequence[Block], wanted: Sequence[Json], top: int) -> list[Block] | None:
    """Write all panels anew."""
    return None if any(block.solid for block in blocks) else list(_written(wanted, blocks))


def _written(panels: Sequence[Json], blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield panels as an author writes them who begins anew. A grid of the same panels stays the same element."""
    grids = {tuple(panel.id for panel in block.panels): block for block in blocks if block.columns}
    singles = {block.panels[0].id: block for block in blocks if not block.columns and len(block.panels) == 1}
    for group in flow(panels, box(panels[0])[1]) if panels else ():
        made = []
        for panel, place in group.panels:
            said = {"w": place.width, "h": place.height}
            said |= {"x": place.position[0], "y": place.position[1]} if place.position else {}
            told = {key: value for key, value in said.items() if value is not None}
            made.append(Panel(panel["id"], str(panel.get("type")), told))
        if group.columns:
            same = grids.get(tuple(panel.id for panel in made))
            yield Block(tuple(made), group.columns, group.height, same.element if same else None)
        else:
            for one in made:
                same = singles.get(one.id)
                yield Block((one,), element=same.element if same else None)
