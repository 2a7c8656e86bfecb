"""Auto grids that fill the screen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.preview.blocks import sized
from dashkit.preview.fill import filled, height_of
from dashkit.preview.layout import Auto, Block, Item, Section, Tabs

WIDTH = 1408.0


def items(count: int) -> list[Item]:
    return [Item(f"p{number}", {}, 0, 0, 24, 4) for number in range(count)]


def filling(count: int = 4, **more: Any) -> Section:
    return Section("s", None, items(count), auto=Auto(2, 192, 168, fills=True), **more)


FIXED = Section("f", None, items(1))
ROW = {"type": "row", "title": "R"}


@pytest.mark.parametrize(
    "blocks",
    [
        [filling()],
        [FIXED, filling()],
        [filling(3), filling(1)],
        [Tabs("t", "dtab", [FIXED, filling()], active=1)],
        [Section("r", ROW, [], inset=24, inner=[filling(), FIXED]), FIXED],
    ],
)
def test_grids_that_fill_the_screen_take_what_is_left_of_it(blocks: list[Block]) -> None:
    assert height_of(filled(blocks, WIDTH, 2000), WIDTH) == pytest.approx(2000)


@pytest.mark.parametrize(
    "blocks",
    [
        [FIXED],
        [filling(0)],
        [Section("s", None, items(2), auto=Auto())],
        [Section("r", ROW, items(2), folded=True, auto=Auto(fills=True))],
        [Section("r", ROW, items(2), hidden="so", auto=Auto(fills=True))],
        [Section("r", ROW, items(2), auto=Auto(fills=True), fills=False)],
        [Tabs("t", "dtab", [FIXED, filling()])],
        [Tabs("t", "dtab", [])],
    ],
)
def test_nothing_else_grows(blocks: list[Block]) -> None:
    assert filled(blocks, WIDTH, 5000) == blocks


@given(room=st.floats(0, 3000), count=st.integers(1, 9))
def test_no_grid_becomes_lower_than_it_is_written(room: float, count: int) -> None:
    heights = {size.height for _, size in sized(filled([filling(count)], WIDTH, room), WIDTH)}
    assert min(heights) >= 168
    assert len(heights) == 1
