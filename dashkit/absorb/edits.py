"""Edits of a file's text, each at a node of its tree: all else stays as it is, with its comments and its form."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dashkit.absorb.chunks import Chunk, comments_of, parts_of
from dashkit.absorb.source import Container, Source
from dashkit.absorb.unused import without_unused
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

    text = without_unused(source, render(0, len(source.text)))
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
    """Return code as text. What was taken from elsewhere has its comments above it, if it stands among others."""
    parts = []
    for part in code:
        if isinstance(part, str):
            parts.append(part)
            continue
        above, behind = comments_of(source, part.node) if len(code) > 1 else ([], "")
        comments = [*above, *([behind] if behind else [])]
        parts += ["\n", *(f"{one}\n" for one in comments)] if comments else []
        parts.append(render(*source.range(part.node)))
    return "".join(parts)


def _replacement(source: Source, one: Replace) -> _Operation:
    start, end = source.range(one.node)
    return _Operation(start, end, lambda render: _written(one.code, source, render))


def _drop(source: Source, statement: ast.stmt) -> _Operation:
    """Remove a statement with its line and the comments directly above it."""
    start, end = source.range(statement)
    before = [line for line in re.split(r"(?<=\n)", source.text[:start]) if line]
    follows = source.text[end:].partition("\n")[0].strip()
    if (before and before[-1].strip() and not before[-1].endswith("\n")) or (follows and not follows.startswith("#")):
        return _constant(start, end, "pass")  # others stand in its line, too
    if before and not before[-1].strip():
        before.pop()  # the indentation
    while before and before[-1].lstrip().startswith("#"):
        before.pop()
    start = sum(map(len, before))
    end = source.text.find("\n", end) + 1 or len(source.text)
    if not before or not before[-1].strip():  # one blank line is enough
        end += len(source.text[end:]) - len(source.text[end:].lstrip("\n"))
    return _Operation(start, end, lambda render: "")


def _rebuilt(source: Source, node: Container, changes: Sequence[Add | Insert | Remove]) -> _Operation:
    """Write the elements of a container anew: those that stay as they are, and those that are added where they belong."""
    parts = parts_of(source, node)
    found = list(parts.chunks)
    codes: dict[int, Code] = {}

    def new(code: Code) -> Chunk:
        kept = code[0] if len(code) == 1 else ""
        above, behind = comments_of(source, kept.node) if isinstance(kept, Kept) else ([], "")
        usual = parts.usual if parts.usual != " " or not (above or behind) else "\n"
        tail = f"  {behind}" if behind else ""
        chunk = Chunk("".join(f"{usual}{one}" for one in above) + usual, 0, 0, tail=tail)
        codes[id(chunk)] = code
        return chunk

    def chunk_of(item: Item) -> Chunk:
        start, _ = source.range(item)
        return next(one for one in parts.chunks if one.start <= start < one.end)

    for one in sorted(changes, key=lambda one: isinstance(one, Add)):  # arguments by name follow those by position
        if isinstance(one, Insert):
            before = one.before or next(iter(node.keywords if isinstance(node, ast.Call) else ()), None)
            index = len(found) if before is None else found.index(chunk_of(before))
            found.insert(index, new(one.code))
        elif isinstance(one, Add):
            found.append(new((f"{one.name}=", *one.code)))
    removed = [chunk_of(one.item) for one in changes if isinstance(one, Remove)]
    found = [chunk for chunk in found if chunk not in removed]

    def write(render: Render) -> str:
        lone = len(found) == 1 and isinstance(node, ast.Tuple)
        texts = []
        for index, chunk in enumerate(found):
            last = index + 1 == len(found)
            other = chunk is not parts.chunks[-1] if parts.chunks else False
            comma = (
                "," if not last or lone or (parts.chunks and parts.trailing) or (other and parts.usual != " ") else ""
            )
            lead = parts.lead(chunk, found[index - 1] if index else None)
            code = codes.get(id(chunk))
            text = render(chunk.start, chunk.end) if code is None else _written(code, source, render)
            texts.append(f"{lead}{text}{chunk.gap if comma else ''}{comma}{chunk.tail}")
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
