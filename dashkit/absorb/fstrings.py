"""Change the text of an f-string where one of its literal parts says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEAD = re.compile(r"(?i)(f|rf|fr)('''|\"\"\"|'|\")")


@dataclass(frozen=True, slots=True)
class _Part:
    """A literal part, or an expression in braces: where it stands in the code, and the text of a literal one."""

    start: int
    end: int
    text: str | None


def within(code: str, old: str, new: str) -> Iterator[str]:
    """Yield the code of f-strings that say ``new`` where this one says ``old``, if one literal part holds the whole change.

    What its expressions say is not known, so there may be several, of which only one is right.
    """
    head = _HEAD.match(code)
    if head is None or "r" in head[1].lower() or not code.endswith(head[2]):
        return
    quote = head[2]
    parts = list(_parts(code, head.end(), len(code) - len(quote)))
    if not _reads_alike(code, parts):
        return
    for index, part in enumerate(parts):
        if part.text is None:
            continue
        for found in _changes(parts, index, old, new):
            written = code[: part.start] + _escaped(found, quote) + code[part.end :]
            if _valid(written):
                yield written


def _changes(parts: list[_Part], index: int, old: str, new: str) -> Iterator[str]:
    """Yield what a literal part would have to say."""
    before = "".join("(?:.*)" if one.text is None else re.escape(one.text) for one in parts[:index])
    after = "".join("(?:.*)" if one.text is None else re.escape(one.text) for one in parts[index + 1 :])
    text = parts[index].text or ""
    for match in re.finditer(f"(?={re.escape(text)})", old):
        start, end = match.start(), match.start() + len(text)
        head, tail = old[:start], old[end:]
        fits = re.fullmatch(before, head, re.DOTALL) and re.fullmatch(after, tail, re.DOTALL)
        if fits and new.startswith(head) and new.endswith(tail) and len(new) >= len(head) + len(tail):
            yield new[len(head) : len(new) - len(tail)]


def _parts(code: str, start: int, end: int) -> Iterator[_Part]:
    at = begin = start
    while at < end:
        if code[at : at + 2] in ("{{", "}}") or code[at] == "\\":
            at += 2
        elif code[at] == "{":
            yield _Part(begin, at, _text(code[begin:at]))
            close = _closing(code, at, end)
            yield _Part(at, close, None)
            at = begin = close
        else:
            at += 1
    yield _Part(begin, end, _text(code[begin:end]))


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


def _text(code: str) -> str:
    """Return what a literal part says."""
    plain = code.replace("{{", "{").replace("}}", "}")
    try:
        return str(
            ast.literal_eval(f'"""{plain}"""' if '"""' not in plain and not plain.endswith('"') else f"'''{plain}'''")
        )
    except (SyntaxError, ValueError):
        return plain


def _reads_alike(code: str, parts: list[_Part]) -> bool:
    """Return whether Python divides the string in the same way."""
    try:
        read = ast.parse(code, mode="eval").body
    except SyntaxError:
        return False
    if not isinstance(read, ast.JoinedStr):
        return False
    texts = [str(one.value) for one in read.values if isinstance(one, ast.Constant)]
    return texts == [one.text for one in parts if one.text] and len(read.values) == sum(one.text != "" for one in parts)


def _escaped(text: str, quote: str) -> str:
    """Return a text as a literal part of an f-string with these quotes."""
    plain = text.replace("\\", "\\\\").replace("{", "{{").replace("}", "}}")
    if len(quote) == 3:
        return plain.replace(quote, "".join(f"\\{one}" for one in quote))
    return plain.replace(quote, f"\\{quote}").replace("\n", "\\n")


def _valid(code: str) -> bool:
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        return False
    return True
