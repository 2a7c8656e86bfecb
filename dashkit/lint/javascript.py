"""JavaScript's regular expressions, as far as Python can read them."""

from __future__ import annotations

import re

_NAMED = re.compile(r"\(\?<(?![=!])")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


def compiled(written: str) -> re.Pattern[str]:
    """Grafana's regex of a variable: between slashes with flags, else of the whole value.

    Raises:
        re.error: Python cannot read it; JavaScript perhaps can.
    """
    found = re.fullmatch(r"/(.*)/([a-z]*)", written, re.DOTALL)
    body, flags = (found[1], found[2]) if found else (f"^{written}$", "")
    bits = 0
    for flag in flags:
        bits |= _FLAGS.get(flag, 0)
    return re.compile(_NAMED.sub("(?P<", body), bits)
