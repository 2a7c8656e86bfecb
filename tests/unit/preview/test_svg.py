"""Scenes as SVG and PNG, and the widths of text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from dashkit.preview.display.colour import Colour, same
from dashkit.preview.png import png
from dashkit.preview.scene import Box, Gradient, Group, Html, Line, Path, Rect, Scene, Shape, Text
from dashkit.preview.svg import both, dark, light, number, svg, written
from dashkit.preview.text import fitted, text_width

RED = Colour("#ff0000", "#aa0000")


def element(*shapes: Shape, **options: object) -> ElementTree.Element:
    return ElementTree.fromstring(svg(Scene(100, 50, shapes), dark, **options))  # type: ignore[arg-type]


def test_colours_are_those_of_one_theme_or_of_both() -> None:
    assert (dark(RED), light(RED), both(RED)) == ("#ff0000", "#aa0000", "light-dark(#aa0000,#ff0000)")
    assert both(same("#123456")) == "#123456"


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (1.26, "1.3"), (-0.01, "0"), (10, "10"), (0.5, "0.5")])
def test_coordinates_are_as_short_as_a_tenth_of_a_pixel_allows(value: float, text: str) -> None:
    assert number(value) == text


def test_a_path_goes_on_from_the_point_before_and_repeats_no_command() -> None:
    assert written([("M", 10, 0), ("L", 11, -2), ("L", 13.24, -1.5), ("Z",), ("M", 0, 0)]) == "M10 0l1-2 2.2 .5ZM0 0"


def test_steps_of_a_long_path_do_not_add_up_their_rounding() -> None:
    segments = [("M", 0, 0), *(("L", 0.333 * number, 0) for number in range(1, 301))]
    steps = written(segments).removeprefix("M0 0l").split()
    assert sum(map(float, steps[::2])) == pytest.approx(99.9, abs=0.06)


def test_hostile_texts_stay_texts() -> None:
    evil = '"><script>alert(1)</script>'
    found = element(Text(0, 0, evil, 12, RED), Group((Rect(0, 0, 1, 1, RED),), label=evil, link=f"/d/x?{evil}"))
    assert [one.text for one in found.iter() if one.tag.endswith("}text")] == [evil]
    assert not [one for one in found.iter() if one.tag.endswith("script")]


def test_text_that_does_not_fit_is_cut_off_and_keeps_its_whole_as_a_title() -> None:
    found = element(Text(0, 10, "a very long name of a series", 12, RED, width=60))
    (text,) = [one for one in found.iter() if one.tag.endswith("}text")]
    assert (text.text or "").endswith("…")
    assert [one.text for one in text] == ["a very long name of a series"]


def test_one_gradient_serves_all_that_use_it_and_ids_are_unique_in_a_page() -> None:
    gradient = Gradient(0, 0, 0, 10, ((0, RED), (1, same("#000000"))))
    found = element(Rect(0, 0, 1, 1, gradient), Rect(1, 1, 1, 1, gradient), name="p1")
    (defined,) = [one for one in found.iter() if one.tag.endswith("linearGradient")]
    assert defined.get("id", "").startswith("p1")


def test_parts_of_a_page_are_drawn_in_pictures_only() -> None:
    part = Html(Box(0, 0, 10, 10), "<b>x</b>", (Text(0, 0, "drawn", 12, RED),))
    assert "drawn" in svg(Scene(10, 10, (part,)), dark)
    assert "drawn" not in svg(Scene(10, 10, (part,)), dark, parts=True)


def test_a_picture_is_the_same_each_time_and_has_the_size_of_the_scene() -> None:
    shapes = (
        Rect(0, 0, 100, 50, same("#181b1f")),
        Text(5, 20, "Requests", 12, RED),
        Line(0, 0, 9, 9, RED),
        Path((("M", 0, 0),)),
    )
    text = svg(Scene(100, 50, shapes), dark)
    first = png(text)
    assert first == png(text)
    assert (int.from_bytes(first[16:20]), int.from_bytes(first[20:24])) == (100, 50)
    doubled = png(text, scale=2)
    assert int.from_bytes(doubled[16:20]) == 200


def test_wide_letters_and_heavy_weights_take_more_room() -> None:
    assert text_width("WWW", 12) > text_width("iii", 12)
    assert text_width("Requests", 12, 700) > text_width("Requests", 12)
    assert text_width("abc", 24) == pytest.approx(2 * text_width("abc", 12))


def test_fitted_text_fits() -> None:
    text = "a very long name of a series"
    for width in (0, 5, 20, 60, 1000):
        shown = fitted(text, width, 12)
        assert text_width(shown, 12) <= width
        assert shown in ("", text) or shown.endswith("…")
