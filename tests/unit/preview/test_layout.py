"""Places of panels: rows, repetition, overlaps."""

from __future__ import annotations

from typing import Any

from dashkit.preview.layout import Item, sections, size_of
from dashkit.promql.interpolate import Chosen

JOBS = Chosen(("a", "b", "c"), several=True, texts=("A", "B", "C"), name="job")


def panel(number: int, x: int, y: int, w: int = 8, h: int = 8, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "stat", "gridPos": {"x": x, "y": y, "w": w, "h": h}, **more}


def row(number: int, y: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "row", "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}, **more}


def places(items: Any) -> list[tuple[str, int, int, int, int]]:
    return [(item.key, item.x, item.y, item.width, item.height) for item in items]


def test_panels_belong_to_the_row_above_them() -> None:
    found = sections({"panels": [panel(1, 0, 0), row(2, 8), panel(3, 0, 9), panel(4, 8, 9)]}, {})
    assert [(section.key, [item.key for item in section.items]) for section in found] == [
        ("top", ["p1"]), ("r2", ["p3", "p4"]),
    ]  # fmt: skip
    assert places(found[1].items) == [("p3", 0, 0, 8, 8), ("p4", 8, 0, 8, 8)]


def test_a_collapsed_row_keeps_its_panels_and_is_folded() -> None:
    (section,) = sections({"panels": [row(1, 0, collapsed=True, panels=[panel(2, 0, 1)])]}, {})
    assert section.folded
    assert [item.key for item in section.items] == ["p2"]


def test_a_panel_repeats_side_by_side_and_moves_what_follows() -> None:
    spec = {"panels": [panel(1, 0, 0, repeat="job", maxPerRow=2), panel(2, 0, 8)]}
    (section,) = sections(spec, {"job": JOBS})
    assert places(section.items) == [
        ("p1", 0, 0, 12, 8), ("p1.1", 12, 0, 12, 8), ("p1.2", 0, 8, 12, 8), ("p2", 0, 16, 8, 8),
    ]  # fmt: skip
    assert [item.scoped["job"].values for item in section.items[:3]] == [("a",), ("b",), ("c",)]
    assert section.items[1].scoped["job"].shown == "B"


def test_panels_move_up_into_free_space() -> None:
    spec = {
        "panels": [
            panel(1, 0, 0, h=3),
            panel(2, 8, 0, h=5),
            panel(3, 0, 7, w=8),
            panel(4, 0, 20, w=16),
            row(5, 40),
            panel(6, 0, 45),
        ]
    }
    top, below = sections(spec, {})
    assert places(top.items) == [("p1", 0, 0, 8, 3), ("p2", 8, 0, 8, 5), ("p3", 0, 3, 8, 8), ("p4", 0, 11, 16, 8)]
    assert places(below.items) == [("p6", 0, 0, 8, 8)]


def test_nothing_moves_up_beside_the_last_copy_of_a_panel() -> None:
    (section,) = sections({"panels": [panel(1, 0, 0, repeat="job", maxPerRow=2), panel(2, 12, 8)]}, {"job": JOBS})
    assert places(section.items)[-1] == ("p2", 12, 16, 8, 8)


def test_a_panel_repeats_downwards_if_it_says_so() -> None:
    (section,) = sections({"panels": [panel(1, 4, 0, repeat="job", repeatDirection="v")]}, {"job": JOBS})
    assert places(section.items) == [("p1", 4, 0, 8, 8), ("p1.1", 4, 8, 8, 8), ("p1.2", 4, 16, 8, 8)]


def test_a_row_repeats_with_its_panels() -> None:
    found = sections({"panels": [row(1, 0, repeat="job"), panel(2, 0, 1)]}, {"job": JOBS})
    assert [section.key for section in found] == ["r1", "r1-1", "r1-2"]
    assert [section.items[0].scoped["job"].values for section in found] == [("a",), ("b",), ("c",)]
    assert len({item.key for section in found for item in section.items}) == 3


def test_a_panel_that_repeats_for_an_unknown_variable_is_shown_once() -> None:
    (section,) = sections({"panels": [panel(1, 0, 0, repeat="gone")]}, {})
    assert [item.key for item in section.items] == ["p1"]


def test_panels_that_overlap_are_pushed_down() -> None:
    (section,) = sections({"panels": [panel(1, 0, 0), panel(2, 4, 4)]}, {})
    assert places(section.items) == [("p1", 0, 0, 8, 8), ("p2", 4, 8, 8, 8)]


def test_odd_places_stay_inside_the_grid() -> None:
    (section,) = sections({"panels": [panel(1, 30, -2, 40, 0), {"id": 2, "gridPos": "x"}]}, {})
    assert all(0 <= item.x < 24 and item.x + item.width <= 24 and item.height >= 1 for item in section.items)


def test_sizes_are_those_of_grafanas_grid() -> None:
    item = Item("p1", {}, 0, 0, 8, 8)
    assert size_of(item, 1408) == (464, 296)
    assert size_of(item, 344).width == 344
