"""Edits of a file's text, each at a node of its tree: all else stays as it is, with its comments and its form."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dashkit.absorb.source import Container, Source
from dashkit.errors import InputError
from dashkit.importer.module import sorted_names

Render = Callable[[int, int], str]
Item = ast.expr | ast.keyword


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Code that stands elsewhere in the file, with the edits in it."""

    node: ast.expr


Code = tuple[str | Kept, ...]
"""Code to write: text, and what is taken from elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Replace:
    """Write other code in place of an expression."""

    source: Source
    node: ast.expr
    code: Code


@dataclass(frozen=True, slots=True, eq=False)
class Add:
    """Give a call one more argument by name."""

    source: Source
    call: ast.Call
    name: str
    code: Code


@dataclass(frozen=True, slots=True, eq=False)
class Insert:
    """Write one more element before another one, or at the end: an argument by position, or an element of a list."""

    source: Source
    container: Container
    before: Item | None
    code: Code


@dataclass(frozen=True, slots=True, eq=False)
class Remove:
    """Leave an argument or an element out."""

    source: Source
    container: Container
    item: Item


@dataclass(frozen=True, slots=True, eq=False)
class Drop:
    """Leave a statement out."""

    source: Source
    statement: ast.stmt


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """Import helpers."""

    source: Source
    names: frozenset[str]


Edit = Replace | Add | Insert | Remove | Drop | Use


@dataclass(frozen=True, slots=True, eq=False)
class _Operation:
    """What is written in place of a part of the text."""

    start: int
    end: int
    write: Callable[[Render], str]


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """Return the text of a file with all edits made."""
    edits = [one for one in edits if one.source is source]
    operations = sorted(_operations(source, edits), key=lambda one: (one.start, -one.end))

    def render(start: int, end: int, above: tuple[_Operation, ...] = ()) -> str:
        parts, at = [], start
        for one in operations:
            if one.start >= at and one.end <= end and one not in above:
                parts += [source.text[at : one.start], one.write(lambda a, b, one=one: render(a, b, (*above, one)))]  # type: ignore[misc]
                at = one.end
        return "".join([*parts, source.text[at:end]])

    text = render(0, len(source.text))
    windows = "\r\n" in source.text and "\n" not in source.text.replace("\r\n", "")
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if windows else text


def _operations(source: Source, edits: Sequence[Edit]) -> Iterator[_Operation]:
    containers: dict[ast.AST, list[Add | Insert | Remove]] = {}
    for one in edits:
        if isinstance(one, Add):
            containers.setdefault(one.call, []).append(one)
        elif isinstance(one, Insert | Remove):
            containers.setdefault(one.container, []).append(one)
    # These come first, as the only element of one stands in the very same place.
    for node, changes in containers.items():
        assert isinstance(node, Container)
        yield _rebuilt(source, node, changes)
    for one in edits:
        if isinstance(one, Replace):
            yield _replacement(source, one)
        elif isinstance(one, Drop):
            yield _drop(source, one.statement)
    names = {name for one in edits if isinstance(one, Use) for name in one.names} - set(source.imported.values())
    if names:
        yield _import(source, names)


def _written(code: Code, source: Source, render: Render) -> str:
    return "".join(part if isinstance(part, str) else render(*source.range(part.node)) for part in code)


def _replacement(source: Source, one: Replace) -> _Operation:
    start, end = source.range(one.node)
    return _Operation(start, end, lambda render: _written(one.code, source, render))


def _drop(source: Source, statement: ast.stmt) -> _Operation:
    """Remove a statement with its line and the comments directly above it."""
    start, end = source.range(statement)
    before = source.text[:start].splitlines(keepends=True)
    if before and not before[-1].strip():
        before.pop()  # the indentation
    while before and before[-1].lstrip().startswith("#"):
        before.pop()
    start = sum(map(len, before))
    end = source.text.find("\n", end) + 1 or len(source.text)
    if not before or not before[-1].strip():  # one blank line is enough
        end += len(source.text[end:]) - len(source.text[end:].lstrip("\n"))
    return _Operation(start, end, lambda render: "")


@dataclass(slots=True, eq=False)
class _Chunk:
    """An element: white space and comments before it, its code, and a comment behind its comma."""

    lead: str
    start: int
    end: int
    tail: str = ""
    code: Code | None = None

    def text(self, source: Source, render: Render) -> str:
        return render(self.start, self.end) if self.code is None else _written(self.code, source, render)


@dataclass(slots=True)
class _Parts:
    """The elements of a container by their first places, and what stands before the closing bracket.

    Attributes:
        trailing: whether a comma follows the last one.
    """

    start: int
    end: int
    chunks: list[_Chunk] = field(default_factory=list)
    trailing: bool = True
    rest: str = ""

    @property
    def usual(self) -> str:
        """What stands before an element: a space, or what begins its line."""
        lead = self.chunks[0].lead if self.chunks else ""
        return f"\n{lead.rpartition(chr(10))[2]}" if "\n" in lead else " "

    def lead(self, chunk: _Chunk, before: _Chunk | None) -> str:
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


def _parts(source: Source, node: Container) -> _Parts:
    """Divide what stands between the brackets of a call, a list, a tuple or a dict at its commas."""
    begin, end = source.range(node)
    if isinstance(node, ast.Call):
        begin = source.range(node.func)[1]
    tokens = [one for one in source.tokens if begin <= one[2] and one[3] <= end]
    inside = _inside_brackets(tokens, always=not isinstance(node, ast.Tuple))
    parts = _Parts(begin, end) if inside is None else _Parts(tokens[inside - 1][3], end - 1)
    depth, at, code = 0, parts.start, None
    for kind, text, start, stop in tokens if inside is None else tokens[inside:-1]:
        if kind in _NO_CODE:
            continue
        if depth == 0 and text == ",":
            assert code is not None
            parts.chunks.append(_Chunk(source.text[at : code[0]], *code))
            at, code = stop, None
            continue
        depth += (text in _OPEN) - (text in _CLOSE)
        code = (code[0] if code else start, stop)
    if code is not None:
        parts.chunks.append(_Chunk(source.text[at : code[0]], *code))
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


def _take_comments(parts: _Parts) -> None:
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


def _rebuilt(source: Source, node: Container, changes: Sequence[Add | Insert | Remove]) -> _Operation:
    """Write the elements of a container anew: those that stay as they are, and those that are added where they belong."""
    parts = _parts(source, node)
    found = list(parts.chunks)

    def chunk_of(item: Item) -> _Chunk:
        start, _ = source.range(item)
        return next(one for one in parts.chunks if one.start <= start < one.end)

    for one in changes:
        if isinstance(one, Insert):
            before = one.before or next(iter(node.keywords if isinstance(node, ast.Call) else ()), None)
            index = len(found) if before is None else found.index(chunk_of(before))
            found.insert(index, _Chunk(parts.usual, 0, 0, code=one.code))
        elif isinstance(one, Add):
            found.append(_Chunk(parts.usual, 0, 0, code=(f"{one.name}=", *one.code)))
    removed = [chunk_of(one.item) for one in changes if isinstance(one, Remove)]
    found = [chunk for chunk in found if chunk not in removed]

    def write(render: Render) -> str:
        lone = len(found) == 1 and isinstance(node, ast.Tuple)
        texts = []
        for index, chunk in enumerate(found):
            last = index + 1 == len(found)
            new = chunk is not parts.chunks[-1] if parts.chunks else False
            comma = "," if not last or lone or (parts.chunks and parts.trailing) or (new and parts.usual != " ") else ""
            lead = parts.lead(chunk, found[index - 1] if index else None)
            texts.append(f"{lead}{chunk.text(source, render)}{comma}{chunk.tail}")
        return "".join(texts) + parts.rest if found else ""

    return _Operation(parts.start, parts.end, write)


def _import(source: Source, names: set[str]) -> _Operation:
    """Add names to the import from the helpers, or write one."""
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "dashkit.authoring" and not node.level:
            given = {one.name: f"{one.name} as {one.asname}" if one.asname else one.name for one in node.names}
            told = [given.get(name, name) for name in sorted_names({*given, *names})]
            start, end = source.range(node)
            many = "\n" in source.text[start:end] or sum(map(len, told)) + 2 * len(told) > 80
            inner = "".join(f"\n    {one}," for one in told)
            written = f"from dashkit.authoring import {f'({inner}{chr(10)})' if many else ', '.join(told)}"
            return _constant(start, end, written)
    at = _after_imports(source)
    return _constant(at, at, f"from dashkit.authoring import {', '.join(sorted_names(names))}\n")


def _constant(start: int, end: int, text: str) -> _Operation:
    return _Operation(start, end, lambda render: text)


def _after_imports(source: Source) -> int:
    """Return where the line after the docstring and the imports begins."""
    end = 0
    for node in source.tree.body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and not end
        if not docstring and not isinstance(node, ast.Import | ast.ImportFrom):
            break
        end = source.text.find("\n", source.range(node)[1]) + 1
        if not end:
            raise InputError("its last line has no end", where=source.path)
    return end
