"""Regular expressions of JavaScript, as far as Python supports them."""

from __future__ import annotations

import re

_NAMED = re.compile(r"\(\?<(?![=!])")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


def compiled(written: str) -> re.Pattern[str]:
    """Compile the regex of a variable as Grafana does: ``/.../flags``, else it must match the whole value.

    Raises:
        re.error: Python does not support it; JavaScript might.
    """
    found = re.fullmatch(r"/(.*)/([a-z]*)", written, re.DOTALL)
    body, flags = (found[1], found[2]) if found else (f"^{written}$", "")
    bits = sum(_FLAGS.get(flag, 0) for flag in set(flags))
    return re.compile(_NAMED.sub("(?P<", body), bits)


def is_global(written: str) -> bool:
    """Return whether a regex, as `compiled` takes it, has the flag ``g``: all its matches are meant."""
    return written.startswith("/") and "g" in written.rpartition("/")[2]
