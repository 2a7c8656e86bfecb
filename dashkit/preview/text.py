"""How wide text is, without a browser: from the metrics of the fonts that Grafana uses."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

FAMILY, MONO_FAMILY = "Inter", "Roboto Mono"
#: Each character of the monospaced font is this part of its size wide.
_MONO = 0.6
ELLIPSIS = "…"


@cache
def font_file(family: str = FAMILY) -> Path:
    """Return the file of a font, which has all weights."""
    import fontpkg

    return Path(fontpkg.path(family))


#: Panels are drawn in several threads, and the font reads its tables when they are first used.
_reading = Lock()


@cache
def _font() -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO(font_file().read_bytes()), lazy=True)


@cache
def _advances(weight: int) -> Callable[[str], float]:
    """Return a function from a character to its width, in parts of the font's size."""
    with _reading:
        font = _font()
        glyphs = font.getGlyphSet(location={"wght": weight})
        names = font.getBestCmap()
        per_em = font["head"].unitsPerEm
        wide: float = glyphs[names[ord("m")]].width / per_em

    @cache
    def advance(character: str) -> float:
        name = names.get(ord(character))
        if name is None:
            return wide
        with _reading:
            return float(glyphs[name].width / per_em)

    return advance


@lru_cache(maxsize=20_000)
def text_width(text: str, size: float, weight: int = 400, *, mono: bool = False) -> float:
    """Return the width of a line of text in pixels."""
    if mono:
        return len(text) * size * _MONO
    advance = _advances(weight)
    return sum(map(advance, text)) * size


def fitted(text: str, width: float, size: float, weight: int = 400, *, mono: bool = False) -> str:
    """Return the text, cut off with an ellipsis if it is wider than ``width``."""
    if text_width(text, size, weight, mono=mono) <= width:
        return text
    room = width - text_width(ELLIPSIS, size, weight, mono=mono)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle], size, weight, mono=mono) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS if room >= 0 else ""
