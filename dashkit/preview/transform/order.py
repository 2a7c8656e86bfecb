"""The order of values: numbers, and texts as people sort them (case and accents do not matter)."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from dashkit.preview.fields.scalars import number_of, text_of
from dashkit.preview.frames import FieldType

#: Punctuation in the order of the Unicode collation. It stands between spaces and digits.
_PUNCTUATION = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_DIGITS = re.compile(r"\d+")

Key = tuple[Any, ...]


def collation(written: str, *, numbers: bool = False) -> Key:
    """Return what to sort a text by; with ``numbers``, "9" comes before "10"."""
    plain = "".join(one for one in unicodedata.normalize("NFD", written) if not unicodedata.combining(one)).casefold()
    if not numbers:
        return tuple(_rank(one) for one in plain)
    parts: list[Key] = []
    end = 0
    for found in _DIGITS.finditer(plain):
        parts += [_rank(one) for one in plain[end : found.start()]]
        parts.append((2, len(found[0].lstrip("0")), found[0].lstrip("0")))
        end = found.end()
    return (*parts, *(_rank(one) for one in plain[end:]))


def _rank(character: str) -> Key:
    if character.isspace():
        return (0, 0, character)
    if character.isdigit():
        return (2, 1, character)
    if character in _PUNCTUATION:
        return (1, _PUNCTUATION.index(character), character)
    return (3 if character.isalpha() else 1, len(_PUNCTUATION), character)


def sorted_rows(values: Sequence[Any], kind: FieldType, *, descending: bool) -> list[int]:
    """Return the numbers of rows in the order of a field's values; equal ones stay in their order."""
    if kind == "other":
        return list(range(len(values)))
    keys = [_key(value, kind) for value in values]
    keyed = [(key, row) for row, key in enumerate(keys) if key is not None]
    keyed.sort(key=lambda one: one[0], reverse=descending)
    return [*(row for _, row in keyed), *(row for row, key in enumerate(keys) if key is None)]


def _key(value: Any, kind: FieldType) -> Key | None:
    """Return what to sort a value by, or None if it always comes last. A number that is missing counts as 0."""
    if kind == "boolean":
        return (not value,)
    if kind == "string":
        written = text_of(value)
        return (0, collation(written)) if written else (1, ())
    number = number_of(value)
    if math.isnan(number):
        return None
    return (number,)
