"""The layout of a document of the v2 schema as an author writes it: rows, tabs and grids within each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from dashkit.authoring.call import Call
from dashkit.document.v2.loose import mapping, objects, spec_of, text
from dashkit.document.v2.settings import variables as classic_variables
from dashkit.importer.conditions import show_when
from dashkit.importer.dynamic import auto_grid_options
from dashkit.importer.settings import variables
from dashkit.quiet.drawn import drawn
from dashkit.quiet.dynamic import at_place, dynamic, flat

Json = dict[str, Any]
#: Kinds of groups that hold panels.
CELLS = ("grid", "auto_grid")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of a layout.

    Attributes:
        kind: the helper that makes it; ``grid`` for panels that stand in a grid of places, ``new_dashboard`` for the whole.
        options: the arguments of the helper besides the title.
        inside: the groups in it.
        panels: those of a cell: ids, types and places.
        when: the conditions of panels by their ids.
    """

    kind: str
    title: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    inside: tuple[Group, ...] = ()
    panels: tuple[Json, ...] = ()
    when: Mapping[int, Call] = field(default_factory=dict)


def groups_of(uid: str, spec: Json) -> Group:
    """Return the layout of a document of the v2 schema."""
    document = dynamic(uid, spec)
    kinds = {panel.get("id"): panel for panel in flat(document.lowered)}
    shown = {name: kinds[number] for name, number in document.names.items() if number in kinds}
    return Group("new_dashboard", inside=tuple(_layout(mapping(spec.get("layout")), shown)))


def cells(group: Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Group]]:
    """Yield the groups that hold panels, in the order of the layout, with the titles around them."""
    for one in group.inside:
        if one.kind in CELLS:
            yield path, one
        else:
            yield from cells(one, (*path, one.title) if one.title else path)


def pairs(old: Group, new: Group) -> list[tuple[int | None, Group]]:
    """Return each group inside of ``new`` with the number of the one inside of ``old`` that it was; None for a new one."""
    was, now = [_name(one) for one in old.inside], [_name(one) for one in new.inside]
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    same = {low + offset: at + offset for at, low, size in matcher.get_matching_blocks() for offset in range(size)}
    left = [number for number in range(len(was)) if number not in same.values()]
    found = []
    for place, one in enumerate(new.inside):
        number = same.get(place)
        if number is None:
            number = next((other for other in left if was[other] == now[place]), None)
        if number is None:
            number = _most_alike(one, old, left)
        if number in left:
            left.remove(number)
        found.append((number, one))
    return found


def _most_alike(group: Group, old: Group, left: list[int]) -> int | None:
    """Return which of the groups that are left has most of the panels of this one: it was renamed."""
    ids = _ids(group)
    shared = {number: len(ids & _ids(old.inside[number])) for number in left if old.inside[number].kind == group.kind}
    return max((number for number in shared if shared[number]), key=lambda number: shared[number], default=None)


def _ids(group: Group) -> set[int]:
    return {panel["id"] for panel in group.panels} | {number for one in group.inside for number in _ids(one)}


def _name(group: Group) -> tuple[str, str]:
    return group.kind, group.title


def _layout(layout: Json, shown: Mapping[str, Json]) -> Iterator[Group]:
    spec, kind = spec_of(layout), layout.get("kind")
    if kind == "TabsLayout":
        yield Group("tabs", inside=tuple(_group("tab", tab, shown) for tab in objects(spec.get("tabs"))))
    elif kind == "RowsLayout":
        for row in objects(spec.get("rows")):
            inner = spec_of(row)
            bare = inner.get("hideHeader") is True and not text(inner.get("title")) and not _options(inner, row=False)
            yield from _layout(mapping(inner.get("layout")), shown) if bare else [_group("row", row, shown)]
    elif kind == "AutoGridLayout":
        items = [(one, spec_of(one)) for one in _items(spec, shown)]
        when = {
            _panel(item, shown)["id"]: show_when(inner["conditionalRendering"])
            for item, inner in items if inner.get("conditionalRendering")
        }  # fmt: skip
        panels = tuple(_bare(_panel(item, shown)) for item, _ in items)
        yield Group("auto_grid", options=auto_grid_options(spec), panels=panels, when=when)
    else:
        placed = [{**_bare(_panel(one, shown)), "gridPos": at_place(one)["gridPos"]} for one in _items(spec, shown)]
        yield Group("grid", panels=tuple(drawn(placed)))


def _items(spec: Json, shown: Mapping[str, Json]) -> list[Json]:
    return [one for one in objects(spec.get("items")) if _element(one) in shown]


def _element(item: Json) -> str:
    return text(mapping(spec_of(item).get("element")).get("name"))


def _panel(item: Json, shown: Mapping[str, Json]) -> Json:
    return shown[_element(item)]


def _bare(panel: Json) -> Json:
    return {key: value for key, value in panel.items() if key != "gridPos"}


def _group(helper: str, group: Json, shown: Mapping[str, Json]) -> Group:
    spec = spec_of(group)
    inside = tuple(_layout(mapping(spec.get("layout")), shown))
    return Group(helper, text(spec.get("title")), _options(spec, row=helper == "row"), inside)


def _options(spec: Json, *, row: bool) -> Json:
    own = variables(classic_variables(spec))
    condition = spec.get("conditionalRendering")
    return {
        **({"collapsed": True} if spec.get("collapse") else {}),
        **({"header": False} if spec.get("hideHeader") and row else {}),
        **({"repeat": mapping(spec["repeat"]).get("value")} if spec.get("repeat") else {}),
        **({"when": show_when(condition)} if condition else {}),
        **({"variables": own} if own else {}),
    }
