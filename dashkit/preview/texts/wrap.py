"""Break text into lines, as a browser does where it wraps."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from dashkit.preview.text import text_width


def wrapped(
    written: str, width: float, size: float, weight: int = 400, *, mono: bool = False, most: int = 1000
) -> list[str]:
    """Return the lines of a text, at least one and at most so many; words that are wider than a line are broken."""
    lines: list[str] = []
    for paragraph in written.splitlines() or [""]:
        for line in _lines(paragraph, width, size, weight, mono):
            lines.append(line)
            if len(lines) == most:
                return lines
    return lines


def wrapped_code(written: str, width: float, size: float, *, most: int = 1000) -> list[str]:
    """Return the lines of monospaced text, whose spaces stay as they are."""
    letters = max(1, int(width / text_width(" ", size, mono=True)))
    lines: list[str] = []
    for line in (written.splitlines() or [""])[:most]:
        lines += textwrap.wrap(
            line[: letters * most], letters, drop_whitespace=False, replace_whitespace=False, tabsize=4, break_on_hyphens=False
        ) or [""]  # fmt: skip
    return lines[:most]


def _lines(paragraph: str, width: float, size: float, weight: int, mono: bool) -> Iterator[str]:
    space = text_width(" ", size, weight, mono=mono)
    line, used = "", 0.0
    for word in paragraph.split():
        needed = text_width(word, size, weight, mono=mono)
        if line and used + space + needed <= width:
            line, used = f"{line} {word}", used + space + needed
            continue
        if line:
            yield line
        *full, line = pieces(word, width, size, weight, mono=mono)
        yield from full
        used = text_width(line, size, weight, mono=mono)
    yield line


def pieces(word: str, width: float, size: float, weight: int = 400, *, mono: bool = False) -> list[str]:
    """Return a word in pieces that fit in a line, or of one letter where even that does not."""
    if text_width(word, size, weight, mono=mono) <= width:
        return [word]
    found, start, used = list[str](), 0, 0.0
    for place, letter in enumerate(word):
        needed = text_width(letter, size, weight, mono=mono)
        if used + needed > width and place > start:
            found.append(word[start:place])
            start, used = place, 0.0
        used += needed
    return [*found, word[start:]]
