"""Colour, where the reader is a terminal."""

from __future__ import annotations

from collections.abc import Callable

Style = Callable[[str, str], str]
"""Text and the name of a colour (``green``, ``red``, ``yellow``, ``cyan``, ``bold``, ``dim``) to text."""

_CODES = {"green": 32, "red": 31, "yellow": 33, "cyan": 36, "bold": 1, "dim": 2}


def plain(text: str, _color: str) -> str:
    return text


def ansi(text: str, color: str) -> str:
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m"
