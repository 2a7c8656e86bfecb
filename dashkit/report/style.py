"""Colour for terminals, and cells for Markdown tables."""

from __future__ import annotations

from collections.abc import Callable

Style = Callable[[str, str], str]
"""A function from a text and the name of a colour (``green``, ``red``, ``yellow``, ``cyan``, ``bold``, ``dim``) to a text."""

_LINE_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
CHANGE_COLOURS = {"+": "green", "-": "red", "~": "yellow"}
_CODES = {"green": 32, "red": 31, "yellow": 33, "cyan": 36, "bold": 1, "dim": 2}


def plain(text: str, _color: str) -> str:
    return text


def ansi(text: str, color: str) -> str:
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m"


def diff_line(line: str, style: Style) -> str:
    """Return a line of a unified diff in its colour."""
    colour = _LINE_COLOURS.get(line[:1])
    return style(line, colour) if colour else line


def table_cell(text: str) -> str:
    """Return text on one line that cannot break out of a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
