"""Where panels go."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.document.layout import arrange, grid_height, overlaps
from dashkit.errors import SpecError


def panel(title: str, **grid: int) -> dict[str, Any]:
    return {"type": "timeseries", "title": title, **({"gridPos": grid} if grid else {})}


def places(panels: list[dict[str, Any]]) -> dict[str, tuple[int, int, int, int]]:
    return {p["title"]: tuple(p["gridPos"][key] for key in "xywh") for p in panels}  # type: ignore[misc]


def test_panels_without_a_place_flow_left_to_right_and_wrap() -> None:
    found = places(arrange([panel("a", w=16, h=8), panel("b", w=8, h=10), panel("c", w=24, h=4)]))
    assert found == {"a": (0, 0, 16, 8), "b": (16, 0, 8, 10), "c": (0, 10, 24, 4)}


def test_a_row_starts_a_new_line_and_what_it_holds_follows_it() -> None:
    row = {"type": "row", "title": "r", "collapsed": False, "panels": [panel("in", w=12, h=8)]}
    found = arrange([panel("a", w=6, h=4), row])
    assert places(found) == {"a": (0, 0, 6, 4), "r": (0, 4, 24, 1), "in": (0, 5, 12, 8)}
    assert row["panels"] == []


def test_a_collapsed_row_keeps_its_panels_and_the_next_follows_at_once() -> None:
    row = {"type": "row", "title": "r", "collapsed": True, "panels": [panel("in", w=12, h=8)]}
    found = arrange([row, panel("after", w=12, h=8)])
    assert places(found) == {"r": (0, 0, 24, 1), "after": (0, 1, 12, 8)}
    assert places(row["panels"]) == {"in": (0, 1, 12, 8)}


def test_panels_come_back_in_reading_order() -> None:
    found = arrange(
        [panel("low", x=0, y=8, w=12, h=8), panel("right", x=12, y=0, w=12, h=8), panel("left", x=0, y=0, w=12, h=8)]
    )
    assert [p["title"] for p in found] == ["left", "right", "low"]


def test_a_flowing_panel_goes_below_those_with_a_place() -> None:
    assert places(arrange([panel("fixed", x=0, y=0, w=24, h=8), panel("flows")]))["flows"] == (0, 8, 12, 8)


def test_overlapping_panels_are_an_error_that_names_both() -> None:
    with pytest.raises(SpecError, match="'a' and 'b' overlap"):
        arrange([panel("a", x=0, y=0, w=12, h=8), panel("b", x=11, y=7, w=12, h=8)])


def test_a_panel_beyond_the_grid_is_an_error() -> None:
    with pytest.raises(SpecError, match="'a' does not fit the grid"):
        arrange([panel("a", x=20, y=0, w=12, h=8)])


def test_a_file_from_grafana_may_overlap_as_grafana_pushes_panels_apart() -> None:
    found = arrange([panel("a", x=0, y=0, w=12, h=8), panel("b", x=11, y=7, w=14, h=8)], strict=False)
    assert len(found) == 2


def test_overlaps_of_many_panels_are_found_without_comparing_all_pairs() -> None:
    panels = [panel(str(i), x=0, y=i * 4, w=24, h=4) for i in range(500)]
    assert overlaps(panels) == []
    panels[300]["gridPos"]["h"] = 5
    assert [(a["title"], b["title"]) for a, b in overlaps(panels)] == [("300", "301")]


@pytest.mark.parametrize(("pixels", "units"), [("250px", 7), (100, 3), ("10px", 3), (None, 7), ("odd", 7)])
def test_old_heights_in_grid_units(pixels: Any, units: int) -> None:
    assert grid_height(pixels) == units
