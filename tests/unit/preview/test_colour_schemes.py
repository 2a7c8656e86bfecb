"""Ranges of colours: where they begin and end in each theme."""

from __future__ import annotations

import pytest

from dashkit.preview.display.colour import brightness
from dashkit.preview.display.colour_schemes import scheme_colours


@pytest.mark.parametrize("name", ["Blues", "Greens", "Oranges", "YlOrRd", "BuPu"])
def test_few_are_near_to_the_panel_and_many_stand_out_in_both_themes(name: str) -> None:
    few, *_, many = scheme_colours(name, 16)
    assert brightness(few.dark) < brightness(many.dark)
    assert brightness(few.light) > brightness(many.light)


@pytest.mark.parametrize("name", ["Spectral", "RdYlGn", "RdBu", "Viridis", "Turbo", "Rainbow"])
def test_other_ranges_are_the_same_in_both_themes(name: str) -> None:
    assert all(colour.dark == colour.light for colour in scheme_colours(name, 16))


def test_the_most_are_red_where_a_range_has_red() -> None:
    assert scheme_colours("RdYlGn", 3)[-1].dark == "#a50026"
    assert scheme_colours("RdYlGn", 3)[0].dark == "#006837"
    assert scheme_colours("RdYlGn", 3, reverse=True)[0].dark == "#a50026"


def test_there_are_as_many_colours_as_steps() -> None:
    for steps in (1, 2, 64):
        assert len(scheme_colours("Magma", steps)) == steps
