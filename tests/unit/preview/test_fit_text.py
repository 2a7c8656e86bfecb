"""Text that is as large as its box allows."""

from __future__ import annotations

import pytest

from dashkit.preview.display.theme import TEXT
from dashkit.preview.gauges.fit_text import drawn_value, fitted_size, text_size, value_width
from dashkit.preview.text import text_width
from dashkit.preview.units import Text as Value


@pytest.mark.parametrize(("width", "height"), [(300, 20), (50, 200), (5, 5), (0, 10), (-1, -1)])
def test_a_fitted_text_is_inside_its_box(width: float, height: float) -> None:
    size = fitted_size("97.5 req/s", width, height, 1.2)
    assert text_width("97.5 req/s", size) <= max(width, 0)
    assert size * 1.2 <= max(height, 0)


def test_a_narrow_box_limits_by_width_and_a_flat_one_by_height() -> None:
    assert fitted_size("wide text", 1000, 24, 1.2) == pytest.approx(20)
    assert fitted_size("wide text", 30, 1000) < fitted_size("wide", 30, 1000)
    assert fitted_size("x", 1000, 1000, most=30) == 30


def test_a_unit_is_smaller_than_its_number_and_stands_right_behind_it() -> None:
    number, unit = drawn_value(Value("", "82.7", " ms"), 10, 50, 40, TEXT.primary, room=300, align=0.5)
    assert unit.size < number.size == 40
    assert (number.anchor, unit.anchor) == ("end", "start")
    assert number.x == unit.x
    assert number.y == unit.y == 50


@pytest.mark.parametrize(("align", "left"), [(0, 0), (0.5, 100), (1, 200)])
def test_a_value_is_aligned_in_its_room(align: float, left: float) -> None:
    value = Value("", "12", "")
    width = value_width(value, 20)
    (drawn,) = drawn_value(value, 0, 0, 20, TEXT.primary, room=width + 200, align=align)
    assert drawn.x == pytest.approx(left)


def test_a_value_without_enough_room_is_cut_off() -> None:
    (drawn,) = drawn_value(Value("", "a very long text", ""), 0, 0, 20, TEXT.primary, room=50)
    assert drawn.text.endswith("…")


@pytest.mark.parametrize(("given", "size"), [(20, 20), (0, None), (-3, None), ("20", None), (None, None), (1e9, 2000)])
def test_a_size_that_an_author_sets_is_a_number_of_pixels(given: object, size: float | None) -> None:
    assert text_size({"text": {"valueSize": given}}, "valueSize") == size
