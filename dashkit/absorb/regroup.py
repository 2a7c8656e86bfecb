"""Put the panels, rows and tabs of a dynamic dashboard where they stand now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dashkit.absorb.arrangement import Block, Panel
from dashkit.absorb.boards import RowOf
from dashkit.absorb.edits import Edit
from dashkit.absorb.groups import CELLS, Group, cells, pairs
from dashkit.absorb.lists import Wanted, ordered
from dashkit.absorb.placing import Misplaced, NotPossibleError, Placing, Rearrangement
from dashkit.absorb.reshape import ABSENT, code, given, same, using
from dashkit.absorb.tree import FIXED, Element, Finder, Holder
from dashkit.authoring.call import Call
from dashkit.authoring.call import calls as calls_in

_GROUPS = ("row", "tab", "tabs", "auto_grid")
_SEVERAL = "some of it comes from code that makes several of them"


@dataclass(slots=True)
class _Found:
    """The code of groups, by their identity: what holds their elements, and the element that each of them is."""

    holders: dict[int, Holder] = field(default_factory=dict)
    elements: dict[int, tuple[Holder, Element]] = field(default_factory=dict)


def regroup(one: Rearrangement) -> tuple[Edit, ...] | Misplaced:
    """Return the edits that put everything where it stands now."""
    old, new = one.old.groups, one.new.groups
    assert old is not None
    assert new is not None
    finder, found = Finder(one.dashboard, one.project), _Found()
    top, _ = finder.top()
    try:
        if top is None:
            raise NotPossibleError("the list of what stands on the dashboard was not found")
        _attach(old, top, finder, found)
        matched: list[tuple[Group, Group]] = []
        edits = list(_regrouped(old, new, one, found, matched))
        edits += _placed(one, old, new, found, matched)
    except NotPossibleError as error:
        return Misplaced("", str(error))
    return tuple(edits)


def _attach(group: Group, holder: Holder, finder: Finder, found: _Found) -> None:
    """Find the code of the groups inside of one. Panels that follow each other are one group."""
    found.holders[id(group)] = holder
    runs = list(_runs(holder, finder))
    if len(runs) != len(group.inside):
        raise NotPossibleError(_SEVERAL)
    for (begin, run), inside in zip(runs, group.inside, strict=True):
        if inside.kind == "grid":
            found.holders[id(inside)] = replace(holder, elements=tuple(run), begin=begin)
            continue
        (element,) = run
        found.elements[id(inside)] = holder, element
        inner = finder.holder_of(element)
        if inner is None:
            raise NotPossibleError(_SEVERAL)
        if inside.kind == "auto_grid":
            found.holders[id(inside)] = inner
        else:
            _attach(inside, inner, finder, found)


def _runs(holder: Holder, finder: Finder) -> Iterator[tuple[int, list[Element]]]:
    """Yield each group, and the panels between them together, with the place of the first expression."""
    waiting: list[Element] = []
    begin = 0
    for number, element in enumerate(holder.elements):
        place = holder.place(element)
        at = number if place is None else place
        if finder.helper(element) in _GROUPS:
            if waiting:
                yield begin, waiting
            yield at, [element]
            waiting = []
        else:
            begin = begin if waiting else at
            waiting.append(element)
    if waiting:
        yield begin, waiting


def _regrouped(
    old: Group, new: Group, one: Rearrangement, found: _Found, matched: list[tuple[Group, Group]]
) -> Iterator[Edit]:
    """Yield the edits of groups: what is said of each, which there are, and in which order."""
    pairs_ = pairs(old, new)
    for number, inside in pairs_:
        if number is None:
            continue
        before = old.inside[number]
        matched.append((before, inside))
        if before.kind != "grid":
            yield from _told(before, inside, one, found)
        if before.kind not in CELLS:
            yield from _regrouped(before, inside, one, found, matched)
    order = [number for number, _ in pairs_]
    if order != list(range(len(old.inside))):
        yield from _reordered(old, pairs_, one, found)


def _told(before: Group, after: Group, one: Rearrangement, found: _Found) -> Iterator[Edit]:
    """Yield the edits of the title and the options of a group."""
    _, element = found.elements[id(before)]
    was, now = {"title": before.title, **before.options}, {"title": after.title, **after.options}
    for name in {**was, **now}:
        old, new = was.get(name, ABSENT), now.get(name, ABSENT)
        if same(old, new):
            continue
        site = one.project.site(element.record, frozenset())
        if site is None or not found.holders[id(before)].alone:
            raise NotPossibleError(_SEVERAL)
        # The code makes just this group, as was looked up.
        edits = next(given(replace(site, alike=site.made), name, old, new), None)
        if edits is None:
            raise NotPossibleError(f"the code of a {before.kind} cannot say its {name}")
        yield from edits


def _reordered(
    old: Group, wanted_groups: Sequence[tuple[int | None, Group]], one: Rearrangement, found: _Found
) -> Iterator[Edit]:
    holder = found.holders[id(old)]
    if not holder.alone:
        raise NotPossibleError(_SEVERAL)
    runs: dict[int, list[int]] = {}
    for at, inside in enumerate(old.inside):
        elements = found.holders[id(inside)].elements if inside.kind == "grid" else (found.elements[id(inside)][1],)
        runs[at] = [spot for element in elements if (spot := holder.place(element)) is not None]
        if len(runs[at]) < len(elements):
            raise NotPossibleError(_SEVERAL)
    wanted: list[Wanted] = []
    for number, inside in wanted_groups:
        if number is None:
            text, call = _new(inside, one)
            wanted.append((text,))
            yield from using(holder.source, call)
        else:
            wanted += runs[number]
    there = {spot: spot for spots in runs.values() for spot in spots}
    yield from ordered(holder.source, holder.container, holder.nodes, there, wanted) or ()


def _new(group: Group, one: Rearrangement) -> tuple[str, Call]:
    """Return the code of a group that was not there, with all that is in it."""
    from dashkit.importer.dynamic import dynamic_board
    from dashkit.quiet.dynamic import dynamic

    board = dynamic_board(dynamic(one.dashboard.uid, one.wanted))
    panels = {panel["id"] for _, cell in cells(Group("", inside=(group,))) for panel in cell.panels}
    for call in calls_in(board.keywords["panels"]):
        if call.helper == group.kind and _title(call) == group.title and _keys(call) == panels:
            return code(call), call
    raise NotPossibleError(f"a new {group.kind} {group.title!r} is written by hand")


def _title(call: Call) -> str:
    return str(call.arguments[0]) if FIXED.get(call.helper) and call.arguments else ""


def _keys(call: Call) -> set[int]:
    return {one.keywords["key"] for one in calls_in(call) if isinstance(one.keywords.get("key"), int)}


def _placed(
    one: Rearrangement, old: Group, new: Group, found: _Found, matched: list[tuple[Group, Group]]
) -> Iterator[Edit]:
    """Yield the edits of the panels in grids and auto grids."""
    were = {id(cell): number for number, (_, cell) in enumerate(cells(old), 1)}
    now = {id(after): were[id(before)] for before, after in matched if before.kind in CELLS}
    rows = [RowOf(were[id(cell)], "", {}, 0, cell.panels) for _, cell in cells(old)]
    wanted = [
        RowOf(now.get(id(cell), len(were) + number), "", {}, 0, cell.panels)
        for number, (_, cell) in enumerate(cells(new), 1)
    ]
    holders = {were[id(cell)]: found.holders[id(cell)] for _, cell in cells(old)}
    placing = Placing(one, rows, wanted, holders)
    for (_, cell), row in zip(cells(new), wanted, strict=True):
        if cell.kind == "grid":
            yield from placing.row(row)
        elif row.id in holders:
            yield from _auto(placing, holders[row.id], row, next(one for one in rows if one.id == row.id))


def _auto(placing: Placing, holder: Holder, row: RowOf, before: RowOf) -> Iterator[Edit]:
    """Yield the edits that bring the panels of an auto grid into their order. What several come from stays together."""
    was, now = [panel["id"] for panel in before.panels], [panel["id"] for panel in row.panels]
    if was == now:
        return
    of = {number: index for index, element in enumerate(holder.elements) for number in element.ids}
    there = {index: at for index, one in enumerate(holder.elements) if (at := holder.place(one)) is not None}
    if not holder.alone or len(there) < len(holder.elements):
        raise NotPossibleError(_SEVERAL)
    wanted: list[Wanted] = []
    left = list(row.panels)
    while left:
        number, kind = left[0]["id"], str(left[0].get("type"))
        if number not in of:
            text, edits = placing.text(holder, Block((Panel(number, kind, {}),)))
            wanted.append(text)
            yield from edits
            left.pop(0)
            continue
        together = [one for one in was if of.get(one) == of[number]]
        if [panel["id"] for panel in left[: len(together)]] != together:
            raise NotPossibleError(_SEVERAL)
        wanted.append(of[number])
        del left[: len(together)]
    elsewhere = frozenset(of[number] for number in was if number not in now and placing.is_somewhere(number))
    yield from ordered(holder.source, holder.container, holder.nodes, there, wanted, elsewhere) or ()
