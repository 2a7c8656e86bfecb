"""The part of the font that a page carries with it."""

from __future__ import annotations

import base64
import io
from functools import cache

from dashkit.preview.text import font_file

_SIGNS = "µμΩ–—‘’“”…•›⌄€←↑→↓∞−×°²³◐"  # noqa: RUF001 - just these
#: Latin with accents, and the signs that units and texts use.
_CHARACTERS = (*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, _SIGNS))
_FEATURES = ["kern", "tnum", "calt", "ccmp", "locl", "mark"]
_WEIGHTS = (400, 600)


@cache
def embedded_font() -> str:
    """Return the font as an address with the data in it, for `src` in a style sheet."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(io.BytesIO(font_file().read_bytes()))
    options = subset.Options()
    options.layout_features, options.hinting = _FEATURES, False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_CHARACTERS)
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"opsz": 14, "wght": _WEIGHTS}, inplace=True)
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    return f"data:font/woff;base64,{base64.b64encode(written.getvalue()).decode()}"
