"""From positions to flow, and where Grafana draws panels."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashkit.document.layout import overlaps
from dashkit.importer.places import Group, _placed, box, flow
from dashkit.quiet.drawn import drawn


def at(x: int, y: int, w: int, h: int, kind: str = "timeseries", **more: Any) -> dict[str, Any]:
    return {"type": kind, "gridPos": {"x": x, "y": y, "w": w, "h": h}, **more}


def said(groups: list[Group]) -> list[Any]:
    """The groups in short: the columns and the height of a grid, and what each panel says."""
    return [
        (group.columns, group.height, [(place.width, place.height, place.position) for _, place in group.panels])
        for group in groups
    ]


PANELS = st.lists(
    st.builds(
        at, st.integers(0, 26), st.integers(0, 40), st.integers(1, 26), st.integers(1, 12),
        st.sampled_from(["timeseries", "stat", "table", "text", "row"]),
    ),
    max_size=14,
)  # fmt: skip


@given(PANELS)
def test_nothing_overlaps_or_hangs_where_panels_are_drawn_and_it_stays_so(panels: list[dict[str, Any]]) -> None:
    placed = drawn(panels)
    assert overlaps(placed) == []
    assert drawn(placed) == placed
    for x, y, w, h in map(box, placed):
        assert x + w <= 24
        assert y == 0 or any(oy + oh == y and ox < x + w and x < ox + ow for ox, oy, ow, oh in map(box, placed))
        assert h >= 1


@given(PANELS.map(lambda panels: [panel for panel in drawn(panels) if panel["type"] != "row"]).map(drawn))
def test_a_flow_gives_each_panel_its_place(panels: list[dict[str, Any]]) -> None:
    assert _placed(flow(panels, 0), 0) == [box(panel) for panel in panels]


def test_panels_of_usual_size_say_nothing() -> None:
    groups = flow([at(0, 0, 12, 8), at(12, 0, 12, 8), at(0, 8, 24, 8, "table")], 0)
    assert said(groups) == [
        (0, None, [(None, None, None), (None, None, None)]), (0, None, [(None, None, None)])
    ]  # fmt: skip


def test_equal_tiles_are_a_grid_with_one_height() -> None:
    tiles = [at(6 * (n % 4), 3 * (n // 4), 6, 3, "timeseries") for n in range(6)]
    assert said(flow(tiles, 0)) == [(4, 3, [(None, None, None)] * 6)]


def test_one_panel_says_the_height_of_its_line() -> None:
    ((_, _, places),) = said(flow([at(0, 0, 12, 10), at(12, 0, 12, 10)], 0))
    assert places == [(None, 10, None), (None, None, None)]


def test_a_panel_that_stands_apart_says_its_position() -> None:
    groups = flow([at(0, 0, 12, 8), at(12, 0, 6, 8), at(18, 0, 6, 4), at(18, 4, 6, 4)], 0)
    assert said(groups)[-1] == (0, None, [(6, 4, (18, 4))])


def test_panels_of_a_collapsed_row_begin_below_it() -> None:
    row = at(3, 5, 20, 1, "row", collapsed=True, panels=[at(0, 90, 12, 8), at(12, 90, 12, 8)])
    (placed,) = drawn([row])
    assert placed["gridPos"] == {"x": 0, "y": 0, "w": 24, "h": 1}
    assert [box(panel) for panel in placed["panels"]] == [(0, 1, 12, 8), (12, 1, 12, 8)]
