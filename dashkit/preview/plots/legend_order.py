"""The order of a legend's table: by name or by a calculation, if the panel says so."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from dashkit.lint.values import text

_DIGITS = re.compile(r"(\d+)")
_NAME = "Name"


class _Entry(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def numbers(self) -> Sequence[float | None]: ...


_Item = TypeVar("_Item", bound=_Entry)


def in_order(items: Sequence[_Item], titles: Sequence[str], legend: Mapping[str, Any]) -> Sequence[_Item]:
    """Return entries as the options of a legend sort them: names naturally, calculations by number, no number as the least."""
    column, down = text(legend.get("sortBy")), legend.get("sortDesc") is True
    if column == _NAME:
        return sorted(items, key=lambda item: _natural(item.name), reverse=down)
    if column not in titles:
        return items
    place = list(titles).index(column)

    def number(item: _Item) -> float:
        found = item.numbers[place] if place < len(item.numbers) else None
        found = -math.inf if found is None else found
        return -found if down else found

    return sorted(items, key=number)


def arrows(titles: Sequence[str], legend: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the titles of columns, with an arrow behind the one that a table is sorted by."""
    arrow = "↓" if legend.get("sortDesc") is True else "↑"
    return tuple(f"{title} {arrow}" if title == legend.get("sortBy") else title for title in titles)


def _natural(name: str) -> list[tuple[int, str]]:
    """Return what orders names by their numbers, without regard to case."""
    parts = (part for part in _DIGITS.split(name.casefold()) if part)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
