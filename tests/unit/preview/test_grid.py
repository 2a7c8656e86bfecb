"""Places of several values in one panel."""

from __future__ import annotations

import pytest

from dashkit.preview.gauges.grid import column, grid, orientation_of, row
from dashkit.preview.scene import Box


def test_a_row_fills_the_width_and_a_column_the_height() -> None:
    box = Box(10, 20, 100, 50)
    assert row(2, box, 10) == [Box(10, 20, 45, 50), Box(65, 20, 45, 50)]
    assert column(2, box, 10) == [Box(10, 20, 100, 20), Box(10, 50, 100, 20)]


def test_places_that_are_too_small_reach_beyond_the_box() -> None:
    assert row(4, Box(0, 0, 40, 10), 0, least=25)[-1].right == 100
    assert column(4, Box(0, 0, 10, 40), 0, least=25)[-1].bottom == 100


def test_places_of_a_column_are_not_higher_than_allowed() -> None:
    assert column(1, Box(0, 0, 10, 400), 0, most=300)[0].height == 300


def test_a_wide_box_has_one_row_and_a_high_one_has_one_column() -> None:
    assert {place.y for place in grid(3, Box(0, 0, 344, 110), 3)} == {0}
    assert {place.x for place in grid(3, Box(0, 0, 110, 344), 3)} == {0}


def test_the_last_row_fills_its_width() -> None:
    places = grid(5, Box(0, 0, 300, 200), 0)
    assert [place.y for place in places] == [0, 0, 0, 100, 100]
    assert places[-1].width == 150
    assert places[-1].right == 300


@pytest.mark.parametrize("count", [1, 2, 7, 60, 1000])
def test_all_places_lie_in_the_box(count: int) -> None:
    places = grid(count, Box(0, 0, 400, 200), 3)
    assert len(places) == count
    assert max(place.right for place in places) <= 400 + 1e-6
    assert max(place.bottom for place in places) <= 200 + 1e-6


def test_bars_stand_in_a_wide_box_and_lie_in_a_high_one_unless_somebody_says_otherwise() -> None:
    wide, high = Box(0, 0, 200, 100), Box(0, 0, 100, 200)
    assert orientation_of("auto", wide) == orientation_of(None, wide) == "vertical"
    assert orientation_of("auto", high) == "horizontal"
    assert orientation_of("horizontal", wide) == "horizontal"
