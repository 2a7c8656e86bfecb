"""The spellings that formatString knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashkit.preview.fields.scalars import number_of


def substring(written: str, start: Any, end: Any) -> str:
    """Return a part of a text; places outside are at its ends, and places that are swapped are put in order."""
    first = _place(start, len(written), 0)
    last = _place(end, len(written), len(written))
    return written[min(first, last) : max(first, last)]


def _place(value: Any, most: int, usual: int) -> int:
    if value is None:
        return usual
    number = number_of(value)
    return int(min(max(number, 0), most)) if number == number else 0


def _sentence(written: str) -> str:
    return written[:1].upper() + written[1:]


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:].lower()


def _title(written: str) -> str:
    return " ".join(_capitalised(word) for word in written.split(" "))


def _pascal(written: str) -> str:
    return "".join(_capitalised(word) for word in written.split(" "))


def _camel(written: str) -> str:
    joined = _pascal(written)
    return joined[:1].lower() + joined[1:]


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "Upper Case": str.upper,
    "Lower Case": str.lower,
    "Sentence Case": _sentence,
    "Title Case": _title,
    "Pascal Case": _pascal,
    "Camel Case": _camel,
    "Snake Case": lambda written: written.lower().replace(" ", "_"),
    "Kebab Case": lambda written: written.lower().replace(" ", "-"),
    "Trim": str.strip,
}
