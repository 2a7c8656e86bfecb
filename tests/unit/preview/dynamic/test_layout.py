"""Layouts of the v2 schema: tabs, rows, grids, what repeats in them and what is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.preview.blocks import arranged, columns, every_item, sized
from dashkit.preview.dynamic.layout import Sight, blocks
from dashkit.preview.layout import Auto, Block, Item, Section, Tabs
from dashkit.preview.variables import Variable
from dashkit.promql import interpolate
from dashkit.promql.interpolate import Chosen, Values
from tests.support.dynamic import auto, board, grid, named, rows, tabs, thing

JOBS = Chosen(("a", "b"), several=True, texts=("A", "B"), name="job")


def seen(layout: dict[str, Any], values: Values | None = None, panels: int = 9) -> list[Block]:
    def own(listed: Sequence[Any], around: Values) -> tuple[Sequence[Variable], Values]:
        return [], {one["spec"]["name"]: Chosen((one["spec"]["query"],)) for one in listed}

    def hidden(group: object, around: Values, item: Item | None) -> str:
        return str(group) if group else ""

    def name(title: str, around: Values) -> str:
        return interpolate.interpolate(title, around, {}, interpolate.glob)

    return blocks(layout, values or {}, Sight(board(grid(), panels)["elements"], name, hidden, own))


def keys(found: Sequence[Block]) -> list[str]:
    return [item.key for item in every_item(found)]


def test_tabs_have_the_parameters_that_grafana_gives_them_in_addresses() -> None:
    inner = tabs({"title": "Überblick & mehr", "layout": grid(1)}, {"title": "Slow  ones!", "layout": grid(2)})
    (outer,) = seen(tabs({"title": "One two", "layout": rows({"title": "Row", "layout": inner})}, {"title": "x"}))
    assert isinstance(outer, Tabs)
    assert (outer.key, [tab.slug for tab in outer.tabs]) == ("dtab", ["one-two", "x"])
    row = outer.tabs[0].inner[0]
    assert isinstance(row, Section)
    (found,) = row.inner
    assert isinstance(found, Tabs)
    assert (found.key, [tab.slug for tab in found.tabs]) == ("one-two-row-dtab", ["berblick-mehr", "slow-ones"])


def test_the_open_tab_is_the_one_that_is_asked_for_else_the_first() -> None:
    layout = tabs({"title": "A", "layout": grid(1)}, {"title": "B", "layout": grid(2)})

    def shown(asked: Mapping[str, str]) -> list[str]:
        return [item.key for item, _ in sized(arranged(seen(layout), (), (), asked), 1408)]

    assert shown({}) == shown({"dtab": "gone"}) == shown({"other-dtab": "b"}) == ["p1"]
    assert shown({"dtab": "b"}) == ["p2"]
    assert [item.key for item, _ in sized(seen(layout), 1408, every=True)] == ["p1", "p2"]


def test_each_tab_can_be_asked_for_even_if_titles_say_the_same_or_nothing() -> None:
    (bar,) = seen(tabs(*({"title": title} for title in ("A", "A!", "\u76e3\u8996", "", "a 2"))))
    assert isinstance(bar, Tabs)
    assert [tab.slug for tab in bar.tabs] == ["a", "a-2", "tab-2", "tab-3", "a-2-2"]


def test_nested_tabs_open_on_their_own() -> None:
    inner = tabs({"title": "C", "layout": grid(1)}, {"title": "D", "layout": grid(2)})
    layout = tabs({"title": "A", "layout": grid(3)}, {"title": "B", "layout": inner})
    asked = {"dtab": "b", "b-dtab": "d"}
    assert [item.key for item, _ in sized(arranged(seen(layout), (), (), asked), 1408)] == ["p2"]


def test_rows_nest_fold_and_hide_their_header() -> None:
    inner = rows({"title": "In", "collapse": True, "layout": grid(1)}, {"title": "On", "layout": grid(2)})
    found = seen(rows({"title": "Out", "layout": inner}, {"hideHeader": True, "collapse": True, "layout": grid(3)}))
    out, bare = found
    assert isinstance(out, Section)
    assert isinstance(bare, Section)
    assert (out.row, out.folded, bare.row, bare.folded) == ({"type": "row", "title": "Out"}, False, None, False)
    assert [item.key for item, _ in sized(found, 1408)] == ["p2", "p3"]
    (folded, _) = out.inner
    assert isinstance(folded, Section)
    opened = arranged(found, [out.key], [folded.key], {})
    assert [item.key for item, _ in sized(opened, 1408)] == ["p3"]
    assert [item.key for item, _ in sized(arranged(found, [], [folded.key], {}), 1408)] == ["p1", "p2", "p3"]


def test_panels_in_a_row_stand_right_of_its_header() -> None:
    found = seen(rows({"title": "R", "layout": auto(1, maxColumnCount=1)}))
    assert [size.width for _, size in sized(found, 1408)] == [1384]


def test_rows_tabs_and_panels_repeat_for_the_values_of_a_variable() -> None:
    again = {"mode": "variable", "value": "job"}
    found = seen(rows({"title": "$job", "repeat": again, "layout": grid(1)}), {"job": JOBS})
    assert [section.scoped["job"].values for section in found if isinstance(section, Section)] == [("a",), ("b",)]
    assert keys(found) == ["p1", "p1-1"]
    (bar,) = seen(tabs({"title": "Of $job", "repeat": again, "layout": auto(1)}), {"job": JOBS})
    assert isinstance(bar, Tabs)
    assert [tab.slug for tab in bar.tabs] == ["of-a", "of-b"]
    assert [tab.items[0].scoped["job"].shown for tab in bar.tabs] == ["A", "B"]
    copies = list(every_item(seen(auto(1, item={"repeat": again}), {"job": JOBS})))
    assert [(item.key, item.scoped["job"].values) for item in copies] == [("p1", ("a",)), ("p1.1", ("b",))]
    placed = list(every_item(seen(grid(1, repeat=again | {"direction": "v"}), {"job": JOBS})))
    assert [(item.x, item.y) for item in placed] == [(0, 0), (0, 8)]


def test_what_repeats_for_an_unknown_variable_is_shown_once() -> None:
    found = seen(rows({"title": "R", "repeat": {"value": "gone"}, "layout": auto(1, item={"repeat": {"value": "x"}})}))
    assert keys(found) == ["p1"]


def test_variables_of_a_row_reach_its_panels_and_nothing_else() -> None:
    own = [thing("CustomVariable", name="zone", query="eu")]
    inner = rows({"title": "In", "layout": grid(1)})
    found = seen(rows({"title": "R", "variables": own, "layout": inner}, {"title": "S", "layout": grid(2)}))
    assert [{name: one.values for name, one in item.scoped.items()} for item in every_item(found)] == [
        {"zone": ("eu",)},
        {},
    ]


def test_what_is_hidden_says_why_and_takes_no_place() -> None:
    items = [
        thing("AutoGridLayoutItem", element=named(1), conditionalRendering="no data"),
        thing("AutoGridLayoutItem", element=named(2)),
    ]
    found = seen(rows(
        {"title": "R", "layout": thing("AutoGridLayout", items=items)},
        {"title": "S", "conditionalRendering": "not prod", "layout": grid(3)},
    ))  # fmt: skip
    assert [item.hidden for item in every_item(found)] == ["no data", "", ""]
    assert [section.hidden for section in found if isinstance(section, Section)] == ["", "not prod"]
    assert [(item.key, size.width) for item, size in sized(found, 1408, every=True)] == [("p2", 1384)]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, (3, 448, 320)),
        ({"maxColumnCount": 4, "columnWidthMode": "narrow", "rowHeightMode": "short"}, (4, 192, 168)),
        ({"columnWidthMode": "wide", "rowHeightMode": "tall"}, (3, 768, 512)),
        ({"columnWidthMode": "custom", "columnWidth": 300, "rowHeightMode": "custom", "rowHeight": 99}, (3, 300, 99)),
        ({"columnWidth": 300, "rowHeight": 99}, (3, 448, 320)),
        ({"columnWidthMode": "custom", "columnWidth": -1, "rowHeightMode": [], "maxColumnCount": 0}, (1, 448, 320)),
    ],
)
def test_an_auto_grid_has_the_sizes_that_its_modes_name(more: dict[str, Any], found: tuple[int, float, float]) -> None:
    (section,) = seen(auto(1, **more))
    assert isinstance(section, Section)
    assert section.auto == (*found, False)


@pytest.mark.parametrize(
    ("grid_of", "items", "width", "count"),
    [
        (Auto(), 6, 1408, 3),  # as many as it may have
        (Auto(), 2, 1408, 2),  # those without a panel collapse
        (Auto(), 6, 1000, 2),  # no column is narrower than it may be
        (Auto(), 6, 344, 1),  # but the page is
        (Auto(2, 768, 512), 4, 1408, 1),
        (Auto(2, 768, 512), 4, 1544, 2),
        (Auto(4, 192, 168), 8, 800, 4),
    ],
)
def test_an_auto_grid_has_as_many_columns_as_fit(grid_of: Auto, items: int, width: float, count: int) -> None:
    assert columns(grid_of, items, width) == count


@given(
    most=st.integers(1, 24), least=st.floats(1, 3000), items=st.integers(1, 40), width=st.floats(100, 4000)
)  # fmt: skip
def test_the_panels_of_an_auto_grid_fill_its_width_and_are_not_too_narrow(
    most: int, least: float, items: int, width: float
) -> None:
    panels = [Item(f"p{number}", {}, 0, 0, 1, 1) for number in range(items)]
    sizes = {size for _, size in sized([Section("s", None, panels, auto=Auto(most, least, 99))], width)}
    ((across, high),) = sizes
    count = columns(Auto(most, least, 99), items, width)
    assert high == 99
    assert count * across + 8 * (count - 1) == pytest.approx(width)
    assert across >= min(least, width / most - 8, width) - 0.001
    assert 1 <= count <= items


def test_each_panel_has_a_key_of_its_own_whatever_its_id() -> None:
    layout = tabs({"title": "A", "layout": grid(1, 1)}, {"title": "B", "layout": auto(1, 2)})
    assert keys(seen(layout)) == ["p1", "p1_2", "p1_3", "p2"]


@pytest.mark.parametrize(
    "layout", [{}, {"kind": "MoonLayout"}, thing("RowsLayout"), thing("GridLayout", items=[{}]), grid(99), {"kind": []}]
)
def test_a_layout_that_places_nothing_shows_nothing(layout: dict[str, Any]) -> None:
    assert seen(layout) == []
