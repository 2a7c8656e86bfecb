"""The elements of a call, a list, a tuple or a dict as parts of the text, with the white space and the comments around them."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass, field

from dashkit.absorb.source import Container, Source


@dataclass(slots=True, eq=False)
class Chunk:
    """An element: white space and comments before it, its code, what stands before its comma, and a comment behind that."""

    lead: str
    start: int
    end: int
    gap: str = ""
    tail: str = ""


@dataclass(slots=True)
class Parts:
    """The elements of a container by their first places, and what stands before the closing bracket.

    Attributes:
        trailing: whether a comma follows the last one.
    """

    start: int
    end: int
    chunks: list[Chunk] = field(default_factory=list)
    trailing: bool = True
    rest: str = ""

    @property
    def usual(self) -> str:
        """What stands before an element: a space, or what begins its line."""
        lead = self.chunks[0].lead if self.chunks else ""
        return f"\n{lead.rpartition(chr(10))[2]}" if "\n" in lead else " "

    def lead(self, chunk: Chunk, before: Chunk | None) -> str:
        """Return what to write before an element that stands behind another one now."""
        if before is not None and before.tail and "\n" not in chunk.lead:
            return next((f"\n{one.lead.rpartition(chr(10))[2]}" for one in self.chunks if "\n" in one.lead), "\n    ")
        was_first = chunk is self.chunks[0] if self.chunks else before is None
        if chunk.lead.strip() or was_first == (before is None):
            return chunk.lead if self.chunks else chunk.lead.lstrip(" ") if before is None else " "
        if self.usual != " ":
            return self.usual if "\n" not in chunk.lead or before is None else chunk.lead
        return "" if before is None else chunk.lead or " "


_OPEN, _CLOSE = ("(", "[", "{"), (")", "]", "}")
_NO_CODE = (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)


def parts_of(source: Source, node: Container) -> Parts:
    """Divide what stands between the brackets of a call, a list, a tuple or a dict at its commas."""
    begin, end = source.range(node)
    if isinstance(node, ast.Call):
        begin = source.range(node.func)[1]
    tokens = [one for one in source.tokens if begin <= one[2] and one[3] <= end]
    inside = _inside_brackets(tokens, always=not isinstance(node, ast.Tuple))
    parts = Parts(begin, end) if inside is None else Parts(tokens[inside - 1][3], end - 1)
    depth, at, code = 0, parts.start, None
    for kind, text, start, stop in tokens if inside is None else tokens[inside:-1]:
        if kind in _NO_CODE:
            continue
        if depth == 0 and text == ",":
            assert code is not None
            parts.chunks.append(Chunk(source.text[at : code[0]], *code, source.text[code[1] : start]))
            at, code = stop, None
            continue
        depth += (text in _OPEN) - (text in _CLOSE)
        code = (code[0] if code else start, stop)
    if code is not None:
        parts.chunks.append(Chunk(source.text[at : code[0]], *code))
        at, parts.trailing = code[1], False
    parts.rest = source.text[at : parts.end]
    _take_comments(parts)
    return parts


def _inside_brackets(tokens: Sequence[tuple[int, str, int, int]], *, always: bool) -> int | None:
    """Return which token is the first one inside the brackets of a container; None for a tuple that has none of its own."""
    first = next((index for index, one in enumerate(tokens) if one[1] in _OPEN), None)
    if always or first is None:
        return None if first is None else first + 1
    depth = 0
    for index, one in enumerate(tokens):
        depth += (one[1] in _OPEN) - (one[1] in _CLOSE)
        if depth == 0 and one[0] not in _NO_CODE:
            return 1 if index == len(tokens) - 1 and first == 0 else None
    return None


def _take_comments(parts: Parts) -> None:
    """Give each element the comment that stands behind its comma."""
    following = [*(chunk.lead for chunk in parts.chunks[1:]), parts.rest][: len(parts.chunks)]
    for index, (chunk, text) in enumerate(zip(parts.chunks, following, strict=True)):
        line, newline, more = text.partition("\n")
        if not line.lstrip().startswith("#"):
            continue
        chunk.tail = line
        if index + 1 < len(parts.chunks):
            parts.chunks[index + 1].lead = newline + more
        else:
            parts.rest = newline + more


def comments_of(source: Source, node: ast.expr) -> tuple[list[str], str]:
    """Return the comments that go with an element of a container: those above it, and the one behind it."""
    holder = source.parents.get(node)
    if not isinstance(holder, Container):
        return [], ""
    start, _ = source.range(node)
    for one in parts_of(source, holder).chunks:
        if one.start <= start < one.end:
            lines = [line.strip() for line in one.lead.split("\n")]
            return [line for line in lines if line.startswith("#")], one.tail.strip()
    return [], ""
