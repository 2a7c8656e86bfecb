"""Texts that authors write on several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from itertools import groupby

#: Lines that Markdown does not join with the one before: items of lists, headings, quotes, tables.
_OWN_LINE = re.compile(r"\s*(?:[-*+>|]|#{1,6}(?:\s|$)|\d+[.)](?:\s|$))")

_HEADING = re.compile(r"\s*#{1,6}(?:\s|$)")


def folded(text: str) -> str:
    """Return a Markdown text with a line for each paragraph and for each item of a list, and a blank line between paragraphs."""
    lines = cleandoc(text).splitlines()
    groups = [list(lines) for filled, lines in groupby(lines, key=lambda line: bool(line.strip())) if filled]
    return cleandoc("\n\n".join("\n".join(_joined(group)) for group in groups)).strip()


def _joined(lines: list[str]) -> Iterator[str]:
    line = ""
    for following in lines:
        if line and (_OWN_LINE.match(following) or _HEADING.match(line)):
            yield line
            line = _begun(following)
        else:
            line = f"{line} {' '.join(following.split())}" if line else _begun(following)
    yield line


def _begun(line: str) -> str:
    """Return the first line of a paragraph or an item. Only an item keeps its indent, which says what it belongs to."""
    return line.rstrip() if _OWN_LINE.match(line) else " ".join(line.split())
