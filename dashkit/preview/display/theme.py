"""The colours and the font of Grafana's dark and light themes, and what colours are called there."""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache
from typing import NamedTuple

from dashkit.preview.display.colour import Channels, Colour, brightness, channels, contrast, paint_of, same

FONT = "'Inter', 'Helvetica', 'Arial', sans-serif"


class _Text(NamedTuple):
    primary: Colour
    secondary: Colour
    disabled: Colour
    link: Colour
    max_contrast: Colour


class _Background(NamedTuple):
    #: Of the page.
    canvas: Colour

    #: Of panels.
    primary: Colour

    #: Of what stands out from either, such as a row of a table below the pointer.
    secondary: Colour

    #: Of what lies above them.
    elevated: Colour


class _Border(NamedTuple):
    weak: Colour
    medium: Colour
    strong: Colour


TEXT = _Text(
    primary=Colour("#ccccdc", "#24292e"),
    secondary=Colour("#ccccdca6", "#24292ebf"),
    disabled=Colour("#ccccdc9c", "#24292ea6"),
    link=Colour("#6e9fff", "#1f62e0"),
    max_contrast=Colour("#ffffff", "#000000"),
)
BACKGROUND = _Background(
    canvas=Colour("#111217", "#fbfbfb"),
    primary=Colour("#181b1f", "#ffffff"),
    secondary=Colour("#22252b", "#f4f5f5"),
    elevated=Colour("#22252b", "#ffffff"),
)
BORDER = _Border(
    weak=Colour("#ccccdc1f", "#24292e1f"),
    medium=Colour("#ccccdc33", "#24292e4d"),
    strong=Colour("#ccccdc4d", "#24292e66"),
)
PRIMARY = Colour("#3d71d9", "#3871dc")
SUCCESS = Colour("#1a7f4b", "#1b855e")
WARNING = Colour("#ff9900", "#ff9900")
ERROR = Colour("#d10e5c", "#e0226e")

FALLBACK = same("#808080")
"""What Grafana paints with where nobody chose a colour."""

#: From pale to deep. The light theme takes each colour one step deeper than the dark one does.
_HUES = {
    "red": ("#ffa6b0", "#ff7383", "#f2495c", "#e02f44", "#c4162a", "#ad0317"),
    "orange": ("#ffcb7d", "#ffb357", "#ff9830", "#ff780a", "#fa6400", "#e55400"),
    "yellow": ("#fff899", "#ffee52", "#fade2a", "#f2cc0c", "#e0b400", "#cc9d00"),
    "green": ("#c8f2c2", "#96d98d", "#73bf69", "#56a64b", "#37872d", "#19730e"),
    "blue": ("#c0d8ff", "#8ab8ff", "#5794f2", "#3274d9", "#1f60c4", "#1250b0"),
    "purple": ("#deb6f2", "#ca95e5", "#b877d9", "#a352cc", "#8f3bb8", "#7c2ea3"),
}
_SHADES = ("super-light-", "light-", "", "semi-dark-", "dark-")

NAMED: dict[str, Colour] = {
    **{
        f"{shade}{hue}": Colour(steps[at], steps[at + 1])
        for hue, steps in _HUES.items()
        for at, shade in enumerate(_SHADES)
    },
    "text": TEXT.primary,
    "panel-bg": BACKGROUND.primary,
    "transparent": Colour("#00000000", "#ffffff00"),
}
"""The colours that have a name of Grafana's own."""

_CSS = {
    "aqua": "#00ffff", "black": "#000000", "blue": "#0000ff", "fuchsia": "#ff00ff", "gray": "#808080",
    "green": "#008000", "lime": "#00ff00", "maroon": "#800000", "navy": "#000080", "olive": "#808000",
    "orange": "#ffa500", "purple": "#800080", "red": "#ff0000", "silver": "#c0c0c0", "teal": "#008080",
    "white": "#ffffff", "yellow": "#ffff00",
}  # fmt: skip

_PALETTE = """
green semi-dark-yellow blue orange red purple dark-green dark-yellow dark-blue dark-orange dark-red dark-purple
super-light-green super-light-yellow super-light-blue super-light-orange super-light-red super-light-purple
#447ebc #c15c17 #890f02 #0a437c #6d1f62 #584477 #b7dbab #f4d598 #70dbed #f9ba8f #f29191 #82b5d8 #e5a8e2 #aea2e0
#629e51 #e5ac0e #64b0c8 #e0752d #bf1b00 #0a50a1 #962d82 #614d93 #9ac48a #f2c96d #65c5db #f9934e #ea6460 #5195ce
#d683ce #806eb7 #3f6833 #967302 #2f575e #99440a #58140c #052b51 #511749 #3f2b5b #e0f9d7 #fceaca #cffaff #f9e2d2
#fce2de #badff4 #f9d9f9 #dedaf7
"""

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(\s*([^()]+?)\s*\)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")

#: A colour this bright needs dark text; one this translucent lets the panel shine through.
_BRIGHT = 180
_TRANSLUCENT = 0.3
_ON_BRIGHT = "#202226"
_ON_DARK = "#f7f8fa"
#: Colours that stand out less from a panel are not chosen by the name of a series.
_READABLE_CONTRAST = 3


@lru_cache(maxsize=1024)
def named(name: str) -> Colour:
    """Return the colour that a dashboard calls so: by Grafana's name, as CSS writes it, or that of text if nobody knows."""
    if not name:
        return FALLBACK
    if name in NAMED:
        return NAMED[name]
    text = name.strip().lower()
    paint = _CSS.get(text) or _read_hex(text) or _read_function(text)
    return same(paint) if paint else TEXT.primary


def _read_hex(text: str) -> str:
    if not _HEX.fullmatch(text):
        return ""
    return "#" + "".join(digit * 2 for digit in text[1:]) if len(text) <= 5 else text


def _read_function(text: str) -> str:
    found = _FUNCTION.fullmatch(text)
    written = re.split(r"[\s,/]+", found[2]) if found else []
    if found is None or len(written) not in (3, 4) or not all(map(_is_number, written)):
        return ""
    of_all = (255, 255, 255, 1) if found[1] == "rgb" else (1, 1, 1, 1)
    *three, alpha = (_amount(part, whole) for part, whole in zip((*written, "1")[:4], of_all, strict=True))
    if found[1] == "hsl":
        hue, saturation, lightness = three
        three = [value * 255 for value in colorsys.hls_to_rgb(hue / 360 % 1, lightness, saturation)]
    red, green, blue = three
    return paint_of(Channels(red, green, blue, alpha))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.removesuffix("%").removesuffix("deg")) is not None


def _amount(text: str, whole: float) -> float:
    if text.endswith("%"):
        return float(text[:-1]) / 100 * whole
    return float(text.removesuffix("deg"))


PALETTE = tuple(named(name) for name in _PALETTE.split())
"""What series are painted with, one after the other."""


def readable_on(background: Colour) -> Colour:
    """Return the colour of text that is read best on a background."""
    return Colour(_readable_on(background.dark, _ON_DARK), _readable_on(background.light, _ON_BRIGHT))


def _readable_on(background: str, on_panel: str) -> str:
    if channels(background).alpha < _TRANSLUCENT:
        return on_panel
    return _ON_BRIGHT if brightness(background) > _BRIGHT else _ON_DARK


def by_name(series: str) -> Colour:
    """Return the colour that a series has wherever it is shown: it comes from its name."""
    number = 5381
    for letter in reversed(_utf16(series)):
        number = (number * 33 ^ letter) & 0xFFFFFFFF
    return Colour(*(choices[number % len(choices)] for choices in _readable_palette()))


def _utf16(text: str) -> memoryview:
    return memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")


@lru_cache(maxsize=1)
def _readable_palette() -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(paint for paint in paints if contrast(paint, ground) >= _READABLE_CONTRAST)
        for paints, ground in zip(zip(*PALETTE, strict=True), BACKGROUND.primary, strict=True)
    )
