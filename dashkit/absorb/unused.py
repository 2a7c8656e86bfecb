"""Leave out imports that nothing needs any more after an edit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dashkit.absorb.source import Source


def without_unused(before: Source, text: str) -> str:
    """Return a text without the imports that were used before an edit and are not any more.

    Others that are not used stay: they may be there for another reason.
    """
    used = _used(before.tree)
    if "__all__" in used or before.path.endswith("__init__.py"):
        return text
    try:
        while (place := next(_unused(Source(before.path, text), used), None)) is not None:
            text = text[: place[0]] + text[place[1] :]
    except SyntaxError:
        return text  # it will not be taken
    return text


def _used(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _unused(source: Source, used: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where the names stand that are not used any more, with what goes with them."""
    now = _used(source.tree)
    for node in source.tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for index, one in enumerate(node.names):
            name = one.asname or one.name.partition(".")[0]
            if name in used and name not in now:
                yield _line(source, node) if len(node.names) == 1 else _name(source, node.names, index)


def _line(source: Source, node: ast.Import | ast.ImportFrom) -> tuple[int, int]:
    start, end = source.range(node)
    return start, source.text.find("\n", end) + 1 or len(source.text)


def _name(source: Source, names: list[ast.alias], index: int) -> tuple[int, int]:
    """Return where a name stands, with the comma that belongs to it."""
    start, end = source.range(names[index])
    if index + 1 < len(names):
        return start, source.range(names[index + 1])[0]
    return source.range(names[index - 1])[1], end
