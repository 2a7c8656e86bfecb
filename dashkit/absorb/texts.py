"""Change what string literals say where they say it: in one literal of several, or in one literal part of an f-string.

What stands around it stays as it is written, with its quotes, its escapes and its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dashkit.absorb.literals import Part, divided, reads_as, saying


def within(code: str, old: str, new: str, form: str = "") -> Iterator[str]:
    """Yield the code of literals that say ``new`` where these say ``old``, if one part of them holds the whole change.

    What is computed in them is not known, so there may be several, of which only one is right.

    Args:
        code: one or more string literals beside each other, or joined with ``+``.
        form: ``%`` or ``{`` if they are a template that is filled so.
    """
    parts = divided(code, form)
    if parts is None or not reads_as(code, parts, form):
        return
    texts = [part.text for part in parts]
    for index, part in enumerate(parts):
        if part.text is None or ("\n" in new and "\n" not in old and len(part.quote) == 1):
            continue
        for found in list(_changes(texts, index, old, new)) or _folded_changes(texts, index, old, new):
            written = _written(code, part, found)
            if reads_as(written, [*parts[:index], saying(part, found), *parts[index + 1 :]], form):
                yield written


def among(texts: Sequence[str | None], old: str, new: str) -> Iterator[tuple[int, str]]:
    """Yield which of several texts, of which some are not known, would have to say what, so that all say ``new``."""
    for index, text in enumerate(texts):
        if text is not None:
            yield from ((index, found) for found in _changes(texts, index, old, new))


def _changes(texts: Sequence[str | None], index: int, old: str, new: str) -> Iterator[str]:
    """Yield what a part would have to say."""
    before, after = (
        "".join("(?:.*)" if one is None else re.escape(one) for one in side)
        for side in (texts[:index], texts[index + 1 :])
    )
    text = texts[index] or ""
    for match in re.finditer(f"(?={re.escape(text)})", old):
        head, tail = old[: match.start()], old[match.start() + len(text) :]
        fits = re.fullmatch(before, head, re.DOTALL) and re.fullmatch(after, tail, re.DOTALL)
        if fits and new.startswith(head) and new.endswith(tail) and len(new) >= len(head) + len(tail):
            yield new[len(head) : len(new) - len(tail)]


def _folded_changes(texts: Sequence[str | None], index: int, old: str, new: str) -> Iterator[str]:
    """Yield the same for a text of several lines that says one line, such as a query."""
    if " ".join(old.split()) != old or " ".join(new.split()) != new:
        return
    sides = [
        "".join("(?:.*)" if one is None else _flexible(one) for one in side)
        for side in (texts[:index], texts[index + 1 :])
    ]
    text = texts[index] or ""
    found = re.fullmatch(f"({sides[0]}){_flexible(text)}({sides[1]})", old, re.DOTALL)
    if found is None or not (new.startswith(found[1]) and new.endswith(found[2])):
        return
    told = new[len(found[1]) : len(new) - len(found[2])]
    lead, trail = re.match(r"\s*", text), re.search(r"\s*$", text)
    assert lead is not None
    assert trail is not None
    inner = _unfolded(text.strip(), told.strip())
    yield f"{lead[0] or told[: len(told) - len(told.lstrip())]}{inner}{trail[0] or told[len(told.rstrip()) :]}"


def _flexible(text: str) -> str:
    """Return a pattern that matches a text however its white space is written."""
    words = r"\s+".join(re.escape(word) for word in text.split())
    return (r"\s*" if text[:1].isspace() else "") + words + (r"\s*" if text[-1:].isspace() else "")


def _unfolded(text: str, wanted: str) -> str:
    """Return the words of a line, with the lines that a text has between the words that it has, too."""
    words, gaps, told = text.split(), re.findall(r"\s+", text), wanted.split()
    same = 0
    while same < min(len(words), len(told)) and words[same] == told[same]:
        same += 1
    tail = 0
    while tail < min(len(words), len(told)) - same and words[-1 - tail] == told[-1 - tail]:
        tail += 1
    made = []
    for index in range(len(told) - 1):
        # As many words from the end, if what follows is of the same end, and from the beginning else.
        place = index - len(told) + 1 + len(gaps) if index + 1 >= len(told) - tail else index
        kept = index < same or index + 1 >= len(told) - tail or len(told) == len(words)
        made.append(gaps[place] if kept and 0 <= place < len(gaps) else " ")
    return "".join(word + gap for word, gap in zip(told, [*made, ""], strict=True)) if told else ""


def _written(code: str, part: Part, text: str) -> str:
    """Return the code with another text in a part: what the text begins and ends with stays as it is written."""
    units = part.units
    said = part.text or ""
    start, end = units[0].start, units[-1].end
    at = 0
    for unit in units:
        one = unit.text or ""
        if not text[at:].startswith(one):
            break
        at, start = at + len(one), unit.end
    left = text[at:]
    rest = len(said) - at
    for unit in reversed(units):
        one = unit.text or ""
        if unit.start < start or not left.endswith(one) or rest < len(one):
            break
        left, rest, end = left[: len(left) - len(one)], rest - len(one), unit.start
    return code[:start] + _escaped(left, part) + code[end:]


def _escaped(text: str, part: Part) -> str:
    """Return a text as code within a literal."""
    for one in part.doubled:
        text = text.replace(one, one * 2)
    if part.raw:
        return text
    plain = text.replace("\\", "\\\\")
    if len(part.quote) == 3:
        return plain.replace(part.quote, "".join(f"\\{one}" for one in part.quote))
    plain = plain.replace(part.quote, f"\\{part.quote}").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return "".join(one if ord(one) >= 32 else f"\\x{ord(one):02x}" for one in plain)
