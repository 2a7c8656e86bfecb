"""Make a change that somebody made to one text in another text that says nearly the same, such as its template. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
#: So many words around a change are looked for at most.
_AROUND = 8


def patched(text: str, old: str, new: str) -> str | None:
    """Return a text changed as ``old`` was changed to ``new``; None if the places are not found in it.

    Blanks of any number count as one, so that the lines of the text stay.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    found: list[tuple[int, int, str]] = []
    for kind, start, end, low, high in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        place = _place(text, before, start, end, found[-1][1] if found else 0)
        if place is None:
            return None
        found.append((*place, "".join(after[low:high])))
    for begin, stop, words in reversed(found):
        text = text[:begin] + words + text[stop:]
    return text


def _place(text: str, before: list[str], start: int, end: int, at: int) -> tuple[int, int] | None:
    """Return where words that are replaced stand in a text, by what stands around them."""
    for around in range(_AROUND, -1, -1):
        if around == 0 and start == end:
            return None
        left, right = before[max(start - around, 0) : start], before[end : end + around]
        for chosen in ((left, right), (left, []), ([], right)):
            if not any(chosen) and start == end:
                continue
            pattern = f"{_pattern(chosen[0])}({_pattern(before[start:end])}){_pattern(chosen[1])}"
            match = re.compile(pattern).search(text, max(at - sum(map(len, left)), 0))
            if match and match.start(1) >= at:
                return match.span(1)
    return None


def _pattern(tokens: list[str]) -> str:
    return "".join(r"\s+" if one.isspace() else re.escape(one) for one in tokens)
