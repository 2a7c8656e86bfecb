"""The call that makes a dashboard of the v2 schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.authoring.call import Call, changed
from dashkit.document.datasources import References
from dashkit.document.v2.loose import mapping, objects, spec_of, text
from dashkit.document.v2.settings import variables as classic_variables
from dashkit.document.walk import entries
from dashkit.importer.board import board, groups, panel_call, with_short_datasources
from dashkit.importer.conditions import show_when
from dashkit.importer.places import Place
from dashkit.importer.settings import variables
from dashkit.model.panel_id import panel_id
from dashkit.quiet.drawn import drawn
from dashkit.quiet.dynamic import Dynamic, at_place, flat

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Board:
    """The panels by the names of their elements, in classic words, and the datasources of the dashboard."""

    panels: dict[str, Json]
    references: References


def dynamic_board(document: Dynamic) -> Call:
    """Return the call of `new_dashboard` that makes a document of the v2 schema."""
    lowered, names = document.lowered, document.names
    by_id = {panel.get("id"): panel for panel in flat(lowered) if panel.get("type") != "row"}
    shown = _Board(
        {name: by_id[number] for name, number in names.items() if number in by_id},
        References(entries(lowered, "templating"), {}),
    )
    call = board(document.uid, {**lowered, "panels": []})
    panels = with_short_datasources(list(_layout(mapping(document.spec.get("layout")), shown)), shown.references)
    by_number = {number: name for name, number in names.items()}
    panels = changed(panels, lambda one: _named(one, by_number))
    return Call(call.helper, call.arguments, {**call.keywords, "panels": panels})


def _layout(layout: Json, shown: _Board) -> Iterator[Any]:
    """Yield what stands one after another in a layout."""
    spec = spec_of(layout)
    kind = layout.get("kind")
    if kind == "TabsLayout":
        yield Call("tabs", tuple(_group("tab", tab, shown) for tab in objects(spec.get("tabs"))))
    elif kind == "RowsLayout":
        yield from _rows(objects(spec.get("rows")), shown)
    elif kind == "AutoGridLayout":
        yield _auto_grid(spec, shown)
    else:
        yield from _grid(spec, shown)


def _rows(rows: list[Json], shown: _Board) -> Iterator[Any]:
    """Yield rows. What has no header and no title stands between them, unless it would join its neighbour."""
    before = ""
    for row in rows:
        spec = spec_of(row)
        kind = str(mapping(spec.get("layout")).get("kind"))
        bare = spec.keys() <= {"title", "collapse", "hideHeader", "layout"} and spec.get("hideHeader") is True
        joins = kind == "GridLayout" and before == kind
        if bare and not text(spec.get("title")) and len(rows) > 1 and kind != "RowsLayout" and not joins:
            yield from _layout(mapping(spec.get("layout")), shown)
            before = kind
        else:
            yield _group("row", row, shown)
            before = ""


def _group(helper: str, group: Json, shown: _Board) -> Call:
    spec = spec_of(group)
    own = variables(classic_variables(spec))
    condition = spec.get("conditionalRendering")
    named = {
        **({"collapsed": True} if spec.get("collapse") else {}),
        **({"header": False} if spec.get("hideHeader") else {}),
        **({"repeat": mapping(spec["repeat"]).get("value")} if spec.get("repeat") else {}),
        **({"when": show_when(condition)} if condition else {}),
        **({"variables": own} if own else {}),
    }
    return Call(helper, (text(spec.get("title")), *_layout(mapping(spec.get("layout")), shown)), named)


def _grid(spec: Json, shown: _Board) -> Iterator[Any]:
    placed = []
    for item in objects(spec.get("items")):
        panel, inner = _panel(item, shown), spec_of(item)
        if panel is not None:
            repeat = mapping(inner.get("repeat"))
            more = {
                "repeat": repeat.get("value"),
                "repeatDirection": repeat.get("direction"),
                "maxPerRow": repeat.get("maxPerRow"),
            }
            placed.append(
                {**panel, **{key: value for key, value in more.items() if value}, "gridPos": at_place(item)["gridPos"]}
            )
    yield from groups(drawn(placed), 0, shown.references.default)


def _auto_grid(spec: Json, shown: _Board) -> Call:
    made = []
    for item in objects(spec.get("items")):
        panel, inner = _panel(item, shown), spec_of(item)
        if panel is None:
            continue
        call = panel_call(panel, Place(), shown.references.default)
        rest = dict(call.keywords)
        if inner.get("repeat"):
            rest["repeat"] = mapping(inner["repeat"]).get("value")
        if inner.get("conditionalRendering"):
            rest["when"] = show_when(inner["conditionalRendering"])
        made.append(Call(call.helper, call.arguments, rest))
    return Call("auto_grid", tuple(made), auto_grid_options(spec))


def auto_grid_options(spec: Json) -> Json:
    """Return the arguments of `auto_grid` that say what an auto grid says of itself."""
    sizes = {
        name: spec.get(key) if spec.get(f"{key}Mode") == "custom" else spec.get(f"{key}Mode", "standard")
        for name, key in (("min_width", "columnWidth"), ("height", "rowHeight"))
    }
    named = {name: value for name, value in sizes.items() if value != "standard"}
    if spec.get("maxColumnCount", 3) != 3:
        named["max_columns"] = spec["maxColumnCount"]
    if spec.get("fillScreen"):
        named["fill_screen"] = True
    return named


def _panel(item: Json, shown: _Board) -> Json | None:
    return shown.panels.get(text(mapping(spec_of(item).get("element")).get("name")))


def _named(call: Call, names: Mapping[Any, str]) -> Call:
    """Say the name of an element as the key of its panel, where it is not the one that Grafana gives."""
    number = call.keywords.get("key")
    name = names.get(number, "") if isinstance(number, int) else ""
    if not name or name == f"panel-{number}":
        return call
    raw = {"raw": {**call.keywords.get("raw", {}), "id": number}} if panel_id(name) != number else {}
    return Call(call.helper, call.arguments, {**call.keywords, "key": name, **raw})
