"""Change what string literals say where they say it: in one literal of several, or in one literal part of an f-string.

What stands around it stays as it is written, with its quotes, its escapes and its lines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

_HEAD = re.compile(r"(?i)(f|rf|fr|r|u|)('''|\"\"\"|'|\")")
_BETWEEN = re.compile(r"(?:\s|\\\r?\n|#[^\n]*\n)*")
_ESCAPE = re.compile(r"\\(?:\r?\n|x..|u.{4}|U.{8}|N\{[^}]*\}|[0-7]{1,3}|.)", re.DOTALL)
_PERCENT = re.compile(r"%(?:\(\w*\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z]")
_LINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class _Unit:
    """What code writes as one: a character, an escape, a doubled brace. ``text`` is None for what is computed."""

    start: int
    end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """Neighbouring units of a literal that say a text, or one that is computed.

    Attributes:
        doubled: the characters that are written twice.
    """

    units: tuple[_Unit, ...]
    quote: str = ""
    raw: bool = False
    doubled: str = ""

    @property
    def text(self) -> str | None:
        """What it says; None if it is computed."""
        texts = [unit.text for unit in self.units]
        return None if None in texts else "".join(text for text in texts if text is not None)


def within(code: str, old: str, new: str, form: str = "") -> Iterator[str]:
    """Yield the code of literals that say ``new`` where these say ``old``, if one part of them holds the whole change.

    What is computed in them is not known, so there may be several, of which only one is right.

    Args:
        code: one or more string literals beside each other, or joined with ``+``.
        form: ``%`` or ``{`` if they are a template that is filled so.
    """
    parts = _divided(code, form)
    if parts is None or not _reads_as(code, parts, form):
        return
    texts = [part.text for part in parts]
    for index, part in enumerate(parts):
        if part.text is None or ("\n" in new and "\n" not in old and len(part.quote) == 1):
            continue
        for found in list(_changes(texts, index, old, new)) or _folded_changes(texts, index, old, new):
            written = _written(code, part, found)
            if _reads_as(written, [*parts[:index], _saying(part, found), *parts[index + 1 :]], form):
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


def _written(code: str, part: _Part, text: str) -> str:
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


def _escaped(text: str, part: _Part) -> str:
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


def _saying(part: _Part, text: str) -> _Part:
    return replace(part, units=(_Unit(0, 0, text),))


def _divided(code: str, form: str) -> list[_Part] | None:
    """Divide literals into parts; None if the code is anything else."""
    parts: list[_Part] = []
    at = 0
    while at < len(code):
        head = _HEAD.match(code, at)
        if head is None:
            return None
        prefix, quote = head[1].lower(), head[2]
        units, at = _units(code, head.end(), quote, raw="r" in prefix, braces="f" in prefix)
        doubled = "{}" if "f" in prefix or form == "{" else "%" if form == "%" else ""
        empty = _Part((_Unit(head.end(), head.end(), ""),), quote, "r" in prefix, doubled)
        if not units or units[0].text is None:
            parts.append(empty)
        for computed, group in groupby(_filled(units, form), key=lambda unit: unit.text is None):
            found = tuple(group)
            parts += [_Part((one,)) for one in found] if computed else [_Part(found, quote, "r" in prefix, doubled)]
        if units and units[-1].text is None:
            end = at - len(quote)
            parts.append(replace(empty, units=(_Unit(end, end, ""),)))
        between = _BETWEEN.match(code, at)
        at = between.end() if between else at
    return parts


def _units(code: str, at: int, quote: str, *, raw: bool, braces: bool) -> tuple[list[_Unit], int]:
    """Return what stands between the quotes, and where the literal ends."""
    units: list[_Unit] = []
    while at < len(code) and not code.startswith(quote, at):
        line = _LINE.match(code, at)
        if code[at] == "\\" and raw:
            found = _Unit(at, at + 2, code[at : at + 2])
        elif code[at] == "\\":
            escape = _ESCAPE.match(code, at)
            end = escape.end() if escape else at + 1
            found = _Unit(at, end, _meaning(code[at:end]))
        elif braces and code[at : at + 2] in ("{{", "}}"):
            found = _Unit(at, at + 2, code[at])
        elif braces and code[at] == "{":
            found = _Unit(at, _closing(code, at, len(code)), None)
        else:
            found = _Unit(at, line.end(), "\n") if line else _Unit(at, at + 1, code[at])
        units.append(found)
        at = found.end
    return units, at + len(quote)


def _meaning(escape: str) -> str:
    try:
        return str(ast.literal_eval(f'"{escape}"')) if escape != "\\'" else "'"
    except (SyntaxError, ValueError):
        return escape


def _filled(units: Sequence[_Unit], form: str) -> Iterator[_Unit]:
    """Yield units with those of a template's fields as one that is computed."""
    text = "".join(unit.text or "\0" for unit in units)
    if not form or any(len(unit.text or "") != 1 for unit in units):
        yield from units
        return
    at = 0
    while at < len(units):
        if text[at : at + 2] in ("%%",) if form == "%" else text[at : at + 2] in ("{{", "}}"):
            yield _Unit(units[at].start, units[at + 1].end, text[at])
            at += 2
            continue
        field = _PERCENT.match(text, at) if form == "%" else None
        end = field.end() if field else _closing(text, at, len(text)) if form == "{" and text[at] == "{" else at + 1
        yield units[at] if end == at + 1 else _Unit(units[at].start, units[end - 1].end, None)
        at = end


def _closing(code: str, at: int, end: int) -> int:
    """Return where an expression in braces ends."""
    depth, quote = 0, ""
    while at < end:
        one = code[at]
        if quote:
            quote = "" if one == quote else quote
        elif one in "'\"":
            quote = one
        elif one in "{[(":
            depth += 1
        elif one in "}])":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return end


def _reads_as(code: str, parts: Sequence[_Part], form: str) -> bool:
    """Return whether Python reads the code as these parts."""
    try:
        read = ast.parse(f"({code}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return False
    values = read.values if isinstance(read, ast.JoinedStr) else [read]
    if form:
        return isinstance(read, ast.Constant) and isinstance(read.value, str) and _fits(read.value, parts)
    told = [str(one.value) if isinstance(one, ast.Constant) else None for one in values]
    return _joined(told) == _joined([part.text for part in parts])


def _fits(template: str, parts: Sequence[_Part]) -> bool:
    """Return whether a template has the texts of these parts, whatever its fields are."""
    patterns = []
    for part in parts:
        text = part.text
        for one in part.doubled if text is not None else "":
            text = str(text).replace(one, one * 2)
        patterns.append(".*" if text is None else re.escape(text))
    return re.fullmatch("".join(patterns), template, re.DOTALL) is not None


def _joined(texts: Sequence[str | None]) -> list[str | None]:
    """Return texts with neighbouring ones as one."""
    found: list[str | None] = []
    for text in texts:
        if text is not None and found and found[-1] is not None:
            found[-1] += text
        elif text != "":
            found.append(text)
    return found
