"""The layout of a v2 dashboard as sections and tabs: rows, tabs and panels repeat, and conditions hide some of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.document.layout import COLUMNS
from dashkit.document.v2.down_panels import panel_of
from dashkit.document.v2.loose import positive, spec_of, whole
from dashkit.document.v2.losses import Spot
from dashkit.lint.values import mapping, objects, text
from dashkit.preview.layout import CELL, SPACE, Auto, Block, Item, Section, Tabs, grid_items, one_of
from dashkit.preview.variables import Variable, repeating
from dashkit.promql.interpolate import Values

_WIDTHS = {"narrow": 192.0, "standard": 448.0, "wide": 768.0}
_HEIGHTS = {"short": 168.0, "standard": 320.0, "tall": 512.0}
#: What is in a row stands to the right of its header; tabs in a tab to the right of its name. In pixels.
_IN_ROW, _IN_TAB = 24, 16


@dataclass(frozen=True, slots=True)
class Sight:
    """What a layout is seen with.

    Attributes:
        elements: the panels by name, as the document has them.
        name: fills variables into the title of a row or a tab, as an address has it.
        hidden: says why a condition hides something; with the panel that it is about, if it is one.
        own: returns the variables of a row or tab, and their values.
        keys: those of the panels up to now.
    """

    elements: Mapping[str, Any]
    name: Callable[[str, Values], str]
    hidden: Callable[[object, Values, Item | None], str]
    own: Callable[[Sequence[Any], Values], tuple[Sequence[Variable], Values]]
    keys: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the layout: what makes keys there unique, the slugs of the rows and tabs around, and the variables.

    ``scoped`` are those that the dashboard does not have, or that have other values here.
    """

    values: Values
    key: str = ""
    suffix: str = ""
    slugs: tuple[str, ...] = ()
    scoped: Values = field(default_factory=dict)
    in_tab: bool = False

    def given(self, more: Values, each: Values) -> _Spot:
        """Return the same place with more variables; ``each`` are the values that things repeat for."""
        return replace(self, values={**self.values, **each}, scoped={**self.scoped, **more})


def blocks(layout: Mapping[str, Any], values: Values, sight: Sight) -> list[Block]:
    """Return what a layout shows. What is malformed, or of a kind that is not known, counts as missing."""
    return [block for block in _laid(layout, _Spot(values), sight) if isinstance(block, Tabs) or _shows(block)]


def _shows(section: Section) -> bool:
    return bool(section.row or section.items or section.inner or section.hidden)


def _laid(layout: Mapping[str, Any], spot: _Spot, sight: Sight) -> list[Block]:
    kind, spec = layout.get("kind"), mapping(layout.get("spec"))
    if kind == "TabsLayout":
        return [_tabs(spec, spot, sight)]
    if kind == "RowsLayout":
        return [row for number, one in _numbered(spec.get("rows")) for row in _rows(one, number, spot, sight)]
    if kind == "AutoGridLayout":
        auto = _auto(spec)
        return [Section(f"s{spot.key}", None, _auto_items(spec, auto, spot, sight), scoped=spot.scoped, auto=auto)]
    if kind == "GridLayout":
        return [Section(f"s{spot.key}", None, _grid_items(spec, spot, sight), scoped=spot.scoped)]
    return []


def _numbered(value: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, entry in enumerate(objects(value)):
        yield number, mapping(entry.get("spec"))


def _repeats(spec: Mapping[str, Any], spot: _Spot) -> Iterator[tuple[int, _Spot]]:
    """Yield the place of each copy of what may repeat for a variable, with its number."""
    name = text(mapping(spec.get("repeat")).get("value"))
    chosen = spot.values.get(name) if name else None
    if chosen is None:
        yield 0, spot
        return
    for number in range(len(chosen.values)):
        one = {name: one_of(chosen, number)}
        yield number, spot.given(one, one)


def _groups(spec: Mapping[str, Any], number: int, spot: _Spot, word: str, sight: Sight) -> Iterator[Section]:
    """Yield the copies of a row or tab."""
    for copy, place in _repeats(spec, spot):
        mark = f"-{copy}" if copy else ""
        variables, values = sight.own(objects(spec.get("variables")), place.values)
        place = place.given(values, repeating(variables, values))
        title = spec.get("title")
        slug = _slug(sight.name(title if isinstance(title, str) else word, place.values))
        place = replace(
            place, key=f"{place.key}.{number}{mark}", suffix=place.suffix + mark, slugs=(*place.slugs, slug)
        )
        place = replace(place, in_tab=word == "Tab")
        section = Section(
            f"{word[0].lower()}{place.key}", {"type": "row", "title": text(title)}, (),
            scoped=place.scoped, hidden=sight.hidden(spec.get("conditionalRendering"), place.values, None),
            slug=slug, variables=variables,
        )  # fmt: skip
        yield _with(section, mapping(spec.get("layout")), place, sight)


def _with(section: Section, layout: Mapping[str, Any], spot: _Spot, sight: Sight) -> Section:
    """Return a row or tab with what is in it: its own grid, or more rows or tabs."""
    found = _laid(layout, spot, sight)
    if layout.get("kind") in ("GridLayout", "AutoGridLayout") and isinstance(found[0], Section):
        return section._replace(items=found[0].items, auto=found[0].auto)
    return section._replace(inner=found)


def _rows(spec: Mapping[str, Any], number: int, spot: _Spot, sight: Sight) -> Iterator[Section]:
    bare = spec.get("hideHeader") is True
    for row in _groups(spec, number, spot, "Row", sight):
        section = row._replace(fills=spec.get("fillScreen") is True)
        if bare:  # what has no header cannot be folded
            yield section._replace(row=None)
        else:
            yield section._replace(folded=spec.get("collapse") is True, inset=_IN_ROW)


def _tabs(spec: Mapping[str, Any], spot: _Spot, sight: Sight) -> Tabs:
    tabs = [tab for number, one in _numbered(spec.get("tabs")) for tab in _groups(one, number, spot, "Tab", sight)]
    return Tabs(
        f"tabs{spot.key}", "-".join([*spot.slugs, "dtab"]), _reachable(tabs), inset=_IN_TAB if spot.in_tab else 0
    )


def _reachable(tabs: Sequence[Section]) -> list[Section]:
    """Return tabs with slugs that differ; Grafana has the same for tabs of one title, and none for a title in Chinese."""
    found: dict[str, Section] = {}
    for tab in tabs:
        slug, number = tab.slug, 1
        while not slug or slug in found:
            number += 1
            slug = f"{tab.slug or 'tab'}-{number}"
        found[slug] = tab._replace(slug=slug)
    return [*found.values()]


def _slug(title: str) -> str:
    """Return a title as Grafana writes it into addresses."""
    return re.sub(" +", "-", re.sub(r"[^\w ]+", "", title.lower(), flags=re.ASCII))


def _auto(spec: Mapping[str, Any]) -> Auto:
    width = positive(spec.get("columnWidth")) if spec.get("columnWidthMode") == "custom" else 0
    height = positive(spec.get("rowHeight")) if spec.get("rowHeightMode") == "custom" else 0
    return Auto(
        max(1, whole(spec.get("maxColumnCount"), 3)),
        width or _WIDTHS.get(text(spec.get("columnWidthMode")), _WIDTHS["standard"]),
        height or _HEIGHTS.get(text(spec.get("rowHeightMode")), _HEIGHTS["standard"]),
        spec.get("fillScreen") is True,
    )


def _auto_items(spec: Mapping[str, Any], auto: Auto, spot: _Spot, sight: Sight) -> list[Item]:
    # Where panels are compared one by one, they have the size of about that many units.
    width, height = max(1, COLUMNS // auto.columns), math.ceil((auto.height + SPACE) / (CELL + SPACE))
    found = []
    for _, entry in _numbered(spec.get("items")):
        panel = _panel(entry, sight)
        for copy, place in _repeats(entry, spot) if panel is not None else ():
            assert panel is not None
            key = _key(f"p{panel['id']}{place.suffix}{f'.{copy}' if copy else ''}", sight)
            item = Item(key, panel, 0, 0, width, height, place.scoped)
            found.append(item._replace(hidden=sight.hidden(entry.get("conditionalRendering"), place.values, item)))
    return found


def _grid_items(spec: Mapping[str, Any], spot: _Spot, sight: Sight) -> list[Item]:
    members = []
    for _, entry in _numbered(spec.get("items")):
        panel = _panel(entry, sight)
        if panel is not None:
            members.append({**panel, **_place(entry)})
    items = grid_items(members, spot.values, spot.scoped, spot.suffix)
    return [item._replace(key=_key(item.key, sight)) for item in items]


def _place(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = {"h": ("height", 3), "w": ("width", 6), "x": ("x", 0), "y": ("y", 0)}
    repeat = mapping(entry.get("repeat"))
    return {
        "gridPos": {short: whole(entry.get(name), default) for short, (name, default) in names.items()},
        "repeat": text(repeat.get("value")),
        "repeatDirection": repeat.get("direction"),
        "maxPerRow": repeat.get("maxPerRow"),
    }


def _panel(entry: Mapping[str, Any], sight: Sight) -> dict[str, Any] | None:
    """Return the panel of an item in classic words; None if there is none."""
    element = mapping(sight.elements.get(text(mapping(entry.get("element")).get("name"))))
    panel = panel_of(dict(element), Spot([])) if element else None
    return None if panel is None else {**panel, "id": whole(spec_of(element).get("id"), 0)}


def _key(wanted: str, sight: Sight) -> str:
    """Return a key that no other panel has."""
    key, number = wanted, 1
    while key in sight.keys:
        number += 1
        key = f"{wanted}_{number}"
    sight.keys.add(key)
    return key
