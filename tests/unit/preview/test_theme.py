"""The colours of both themes, and the arithmetic of colours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashkit.preview.display import theme
from dashkit.preview.display.colour import (
    Colour,
    brighten,
    contrast,
    darken,
    faded,
    is_opaque,
    lighten,
    luminance,
    mix,
    over,
    same,
    shift,
    spline,
)
from dashkit.preview.display.theme import by_name, named, readable_on
from tests.conftest import ROOT

FACTS = ROOT / "tests/preview/facts"
THEMES: Any = json.loads((FACTS / "display.json").read_text(encoding="utf-8"))["themes"]
FONT = json.loads((FACTS / "display.json").read_text(encoding="utf-8"))["font"]
BY_NAME: Any = json.loads((FACTS / "modes_and_times.json").read_text(encoding="utf-8"))["by_name"]
MODES = pytest.mark.parametrize("mode", ["dark", "light"])


def of(colour: Colour, mode: str) -> str:
    return colour.dark if mode == "dark" else colour.light


@MODES
def test_named_colours_are_those_of_grafana(mode: str) -> None:
    wanted = {name: paint.lower() for name, paint in THEMES[mode]["names"].items()}
    assert {name: of(named(name), mode) for name in wanted} == wanted


@MODES
def test_the_palette_is_that_of_grafana(mode: str) -> None:
    assert [of(colour, mode) for colour in theme.PALETTE] == [paint.lower() for paint in THEMES[mode]["palette"]]


@MODES
def test_texts_backgrounds_and_borders_are_those_of_grafana(mode: str) -> None:
    facts = THEMES[mode]
    found: dict[str, Any] = {
        "text": {**theme.TEXT._asdict(), "maxContrast": theme.TEXT.max_contrast},
        "background": theme.BACKGROUND._asdict(),
        "border": theme.BORDER._asdict(),
    }
    for group, colours in found.items():
        wanted = {name: of(named(written), mode) for name, written in facts[group].items()}
        assert {name: of(colours[name], mode) for name in wanted} == wanted
    for name in ("primary", "success", "warning", "error"):
        assert of(getattr(theme, name.upper()), mode) == facts[name]
    assert theme.FONT == FONT


@pytest.mark.parametrize(
    ("written", "paint"),
    [
        ("#abc", "#aabbcc"),
        ("#abcd", "#aabbccdd"),
        ("#A1B2C3", "#a1b2c3"),
        ("#a1b2c380", "#a1b2c380"),
        ("rgb(1, 2, 3)", "#010203"),
        ("rgba(255,0,0,0.5)", "#ff000080"),
        ("rgb(100% 0% 0% / 50%)", "#ff000080"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ("hsla(0, 100%, 50%, .2)", "#ff000033"),
        (" White ", "#ffffff"),
        ("RED", "#ff0000"),
        ("navy", "#000080"),
    ],
)
def test_colours_can_be_written_as_in_css(written: str, paint: str) -> None:
    assert named(written) == same(paint)


@pytest.mark.parametrize(
    "written", ["nonsense", "#12345", "#ggg", "rgb(1, 2)", "rgb(a, b, c)", "hsl(1,2,3,4,5)", "rgb(1--2,3,4)"]
)
def test_what_is_no_colour_is_that_of_text(written: str) -> None:
    assert named(written) == theme.TEXT.primary


def test_no_name_is_grey_and_transparent_paints_nothing() -> None:
    assert named("") == same("#808080")
    assert named("transparent") == Colour("#00000000", "#ffffff00")


def test_series_have_colours_by_their_names() -> None:
    assert {name: list(by_name(name)) for name in BY_NAME} == BY_NAME


def test_text_on_bright_colours_is_dark() -> None:
    assert readable_on(named("green")) == same("#f7f8fa")
    assert readable_on(named("super-light-yellow")) == same("#202226")
    assert readable_on(Colour("#ffffff", "#000000")) == Colour("#202226", "#f7f8fa")


def test_text_on_what_shines_through_is_that_of_the_panel() -> None:
    assert readable_on(faded(named("white"), 0.2)) == Colour("#f7f8fa", "#202226")
    assert readable_on(faded(named("white"), 0.3)) == same("#202226")


def test_a_colour_can_fade() -> None:
    assert faded(same("#102030"), 0.5) == same("#10203080")
    assert faded(same("#10203080"), 1) == same("#102030")
    assert is_opaque(same("#102030"))
    assert not is_opaque(Colour("#102030", "#10203080"))


def test_colours_mix_in_each_theme() -> None:
    assert mix(Colour("#000000", "#ffffff"), Colour("#ffffff", "#000000"), 0.25) == Colour("#404040", "#bfbfbf")
    assert mix(same("#00000000"), same("#000000"), 0.5) == same("#00000080")
    assert over(same("#ffffff80"), Colour("#000000", "#ffffff")) == Colour("#808080", "#ffffff")


def test_colours_become_lighter_darker_brighter_and_turn() -> None:
    assert lighten(same("#804040"), 0.1) == same("#a25151")
    assert darken(same("#804040"), 0.1) == same("#5e2f2f")
    assert lighten(same("#804040"), 2) == same("#ffffff")
    assert brighten(same("#0000fe"), 0.1) == same("#1919ff")
    assert shift(same("#ff0000"), hue=120) == same("#00ff00")
    assert shift(same("#ff0000"), hue=-120) == same("#0000ff")


def test_a_spline_begins_and_ends_at_its_colours_and_passes_the_others_by() -> None:
    along = spline([same("#000000"), same("#ffffff"), same("#000000")])
    assert along(0) == along(-1) == along(1) == along(2) == same("#000000")
    assert along(0.5) == same("#aaaaaa")
    assert spline([same("#000000"), same("#ffffff")])(0.5) == same("#808080")


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#ffffff", "#000000") == contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert luminance("#73bf69") == pytest.approx(0.419, abs=0.0005)
