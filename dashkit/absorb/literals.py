"""String literals in parts: what a character, an escape or an expression in braces says, and where it is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from dashkit.importer.code import joined

_HEAD = re.compile(r"(?i)(f|rf|fr|r|u|)('''|\"\"\"|'|\")")
_BETWEEN = re.compile(r"(?:\s|\\\r?\n|#[^\n]*\n)*")
_ESCAPE = re.compile(r"\\(?:\r?\n|x..|u.{4}|U.{8}|N\{[^}]*\}|[0-7]{1,3}|.)", re.DOTALL)
_PERCENT = re.compile(r"%(?:\(\w*\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z]")
_LINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Unit:
    """What code writes as one: a character, an escape, a doubled brace. ``text`` is None for what is computed."""

    start: int
    end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring units of a literal that say a text, or one that is computed.

    Attributes:
        doubled: the characters that are written twice.
    """

    units: tuple[Unit, ...]
    quote: str = ""
    raw: bool = False
    doubled: str = ""

    @property
    def text(self) -> str | None:
        """What it says; None if it is computed."""
        texts = [unit.text for unit in self.units]
        return None if None in texts else "".join(text for text in texts if text is not None)


def saying(part: Part, text: str) -> Part:
    return replace(part, units=(Unit(0, 0, text),))


def divided(code: str, form: str) -> list[Part] | None:
    """Divide literals into parts; None if the code is anything else."""
    parts: list[Part] = []
    at = 0
    while at < len(code):
        head = _HEAD.match(code, at)
        if head is None:
            return None
        prefix, quote = head[1].lower(), head[2]
        units, at = _units(code, head.end(), quote, raw="r" in prefix, braces="f" in prefix)
        doubled = "{}" if "f" in prefix or form == "{" else "%" if form == "%" else ""
        empty = Part((Unit(head.end(), head.end(), ""),), quote, "r" in prefix, doubled)
        if not units or units[0].text is None:
            parts.append(empty)
        for computed, group in groupby(_filled(units, form), key=lambda unit: unit.text is None):
            found = tuple(group)
            parts += [Part((one,)) for one in found] if computed else [Part(found, quote, "r" in prefix, doubled)]
        if units and units[-1].text is None:
            end = at - len(quote)
            parts.append(replace(empty, units=(Unit(end, end, ""),)))
        between = _BETWEEN.match(code, at)
        at = between.end() if between else at
    return parts


def _units(code: str, at: int, quote: str, *, raw: bool, braces: bool) -> tuple[list[Unit], int]:
    """Return what stands between the quotes, and where the literal ends."""
    units: list[Unit] = []
    while at < len(code) and not code.startswith(quote, at):
        line = _LINE.match(code, at)
        if code[at] == "\\" and raw:
            found = Unit(at, at + 2, code[at : at + 2])
        elif code[at] == "\\":
            escape = _ESCAPE.match(code, at)
            end = escape.end() if escape else at + 1
            found = Unit(at, end, _meaning(code[at:end]))
        elif braces and code[at : at + 2] in ("{{", "}}"):
            found = Unit(at, at + 2, code[at])
        elif braces and code[at] == "{":
            found = Unit(at, _closing(code, at, len(code)), None)
        else:
            found = Unit(at, line.end(), "\n") if line else Unit(at, at + 1, code[at])
        units.append(found)
        at = found.end
    return units, at + len(quote)


def _meaning(escape: str) -> str:
    try:
        return str(ast.literal_eval(f'"{escape}"')) if escape != "\\'" else "'"
    except (SyntaxError, ValueError):
        return escape


def _filled(units: Sequence[Unit], form: str) -> Iterator[Unit]:
    """Yield units with those of a template's fields as one that is computed."""
    text = "".join(unit.text or "\0" for unit in units)
    if not form or any(len(unit.text or "") != 1 for unit in units):
        yield from units
        return
    at = 0
    while at < len(units):
        if text[at : at + 2] in ("%%",) if form == "%" else text[at : at + 2] in ("{{", "}}"):
            yield Unit(units[at].start, units[at + 1].end, text[at])
            at += 2
            continue
        field = _PERCENT.match(text, at) if form == "%" else None
        end = field.end() if field else _closing(text, at, len(text)) if form == "{" and text[at] == "{" else at + 1
        yield units[at] if end == at + 1 else Unit(units[at].start, units[end - 1].end, None)
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


def reads_as(code: str, parts: Sequence[Part], form: str) -> bool:
    """Return whether Python reads the code as these parts."""
    try:
        read = ast.parse(f"({code}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return False
    values = read.values if isinstance(read, ast.JoinedStr) else [read]
    if form:
        return isinstance(read, ast.Constant) and isinstance(read.value, str) and _fits(read.value, parts)
    told = [str(one.value) if isinstance(one, ast.Constant) else None for one in values]
    return joined(told) == joined([part.text for part in parts])


def _fits(template: str, parts: Sequence[Part]) -> bool:
    """Return whether a template has the texts of these parts, whatever its fields are."""
    patterns = []
    for part in parts:
        text = part.text
        for one in part.doubled if text is not None else "":
            text = str(text).replace(one, one * 2)
        patterns.append(".*" if text is None else re.escape(text))
    return re.fullmatch("".join(patterns), template, re.DOTALL) is not None
