"""Wording for messages."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """Return a number with its noun: ``1 dashboard``, ``2 dashboards``."""
    return f"{number} {word}{'' if number == 1 else 's'}"
