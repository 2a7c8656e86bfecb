"""Regular expressions in options: as JavaScript reads them, and None where neither side can."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from dashkit.lint import javascript


@lru_cache(maxsize=256)
def pattern(written: str) -> re.Pattern[str] | None:
    """Compile ``/.../flags``, or a regex that must match the whole text; None if it is invalid."""
    try:
        # Python warns of what it may read differently one day; to whom would it say so here?
        with warnings.catch_warnings(action="ignore"):
            return javascript.compiled(written)
    except (re.error, OverflowError, RecursionError):
        return None


@lru_cache(maxsize=256)
def anywhere(written: str) -> re.Pattern[str] | None:
    """Compile a regex without delimiters, which may match any part of a text; None if it is invalid."""
    return pattern(f"/{written}/")


_REFERENCE = re.compile(r"\$(?:(\$)|(&)|(\d\d?)|<([^>]*)>)")


def replaced(found: re.Pattern[str], written: str, template: str, *, everywhere: bool = False) -> str:
    """Return a text with the first match, or all, replaced as JavaScript does: ``$1`` is the first group."""

    def part(match: re.Match[str], reference: re.Match[str]) -> str:
        dollar, whole, number, name = reference.groups()
        if dollar or whole:
            return "$" if dollar else match[0]
        if name is not None:
            return (match.groupdict().get(name) or "") if match.re.groupindex else reference[0]
        # "$10" is the tenth group, or the first one and a zero.
        for digits in (number, number[:1]):
            if 1 <= int(digits) <= match.re.groups:
                return (match[int(digits)] or "") + number[len(digits) :]
        return reference[0]

    return found.sub(
        lambda match: _REFERENCE.sub(lambda reference: part(match, reference), template),
        written,
        0 if everywhere else 1,
    )
