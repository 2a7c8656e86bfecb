"""Change calls of helpers, lists and dicts that stand in the code: argument by argument, element by element."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from dashkit import authoring
from dashkit.absorb.edits import Add, Edit, Insert, Kept, Remove
from dashkit.absorb.site import Site
from dashkit.absorb.values import ABSENT, Edits, code, identity, named, same, using
from dashkit.authoring.call import Call

Inner = Callable[[Site, ast.expr, Any, Any], Iterator[Edits]]
"""Yields the ways to change an expression in it, as `dashkit.absorb.reshape.reshape` does."""


def arguments(site: Site, node: ast.Call, old: Call, new: Call, inner: Inner) -> Iterator[Edits]:
    """Change the arguments of a call of a helper that stands in the code as it was recognised."""
    source = site.source
    if not source.helper(node) == old.helper == new.helper:
        return
    edits: list[Edit] = []
    was, wanted = named(old), named(new)
    for name in {**was, **wanted}:
        before, after = was.get(name, ABSENT), wanted.get(name, ABSENT)
        if same(before, after):
            continue
        found = _argument(site, node, name, before, after, inner)
        if found is None:
            return
        edits += found
    yield tuple(edits)


def _argument(site: Site, node: ast.Call, name: str, old: Any, new: Any, inner: Inner) -> Edits | None:
    source = site.source
    fixed = [one for one in inspect.signature(getattr(authoring, source.helper(node))).parameters.values()
             if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]  # fmt: skip
    if any(isinstance(one, ast.Starred) for one in node.args[: len(fixed)]):
        return None
    if name == "*":
        return _first(elements(site, node, node.args[len(fixed) :], old, new, inner))
    keyword = next((one for one in node.keywords if one.arg == name), None)
    index = next((index for index, one in enumerate(fixed) if one.name == name), len(node.args))
    value = keyword.value if keyword else node.args[index] if index < len(node.args) else None
    if value is None:
        if new is ABSENT:
            return ()
        text = (code(new, source),)
        follows = index == len(node.args) < len(fixed) and not any(one.arg in (None, name) for one in node.keywords)
        place = Insert(source, node, None, text) if follows else Add(source, node, name, text)
        return place, *using(source, new)
    if new is not ABSENT:
        return _first(inner(site, value, old, new))
    if keyword is not None:
        return (Remove(source, node, keyword),)
    return (Remove(source, node, value),) if index + 1 == len(node.args) else None


def elements(
    site: Site, container: ast.List | ast.Tuple | ast.Call, nodes: Sequence[ast.expr], old: Any, new: Any, inner: Inner
) -> Iterator[Edits]:
    """Change, add and leave out elements. The others stay as they are written."""
    was, wanted = list(map(identity, old)), list(map(identity, new))
    if len(nodes) != len(was) or any(isinstance(one, ast.Starred) for one in nodes):
        yield from _difference(site, container, nodes, old, new)
        return
    blocks = [one[1:] for one in SequenceMatcher(None, was, wanted, autojunk=False).get_opcodes() if one[0] != "equal"]
    moved = _moved(was, wanted, blocks)
    edits: list[Edit] = []
    for start, end, low, high in blocks:
        stay = [index for index in range(start, end) if index not in moved.values()]
        edits += [
            Remove(site.source, container, nodes[index]) for index in range(start, end) if index in moved.values()
        ]
        for index in range(low, high):
            if index in moved or not stay:
                following = nodes[stay[0] if stay else end] if (stay or end < len(nodes)) else None
                text = Kept(nodes[moved[index]]) if index in moved else code(new[index], site.source)
                edits += (Insert(site.source, container, following, (text,)), *using(site.source, new[index]))
                continue
            found = _first(inner(site, nodes[stay[0]], old[stay[0]], new[index]))
            if found is None:
                return
            edits += found
            del stay[0]
        edits += [Remove(site.source, container, nodes[index]) for index in stay]
    yield tuple(edits)


def _moved(was: Sequence[str], wanted: Sequence[str], blocks: Sequence[tuple[int, int, int, int]]) -> dict[int, int]:
    """Return for new places the old places of what stands elsewhere now."""
    left = [index for start, end, _, _ in blocks for index in range(start, end)]
    moved: dict[int, int] = {}
    for index in (index for _, _, low, high in blocks for index in range(low, high)):
        found = next((one for one in left if was[one] == wanted[index]), None)
        if found is not None:
            moved[index] = found
            left.remove(found)
    return moved


def _difference(
    site: Site, container: ast.List | ast.Tuple | ast.Call, nodes: Sequence[ast.expr], old: Any, new: Any
) -> Iterator[Edits]:
    """Add to and leave out of a list that is only a part of the value, such as the tags that a function adds to."""
    was, wanted = list(map(identity, old)), list(map(identity, new))
    gone = [one for one in was if one not in wanted]
    there = {node.value: node for node in nodes if isinstance(node, ast.Constant)}
    if any(one not in there for one in gone):
        return
    source = site.source
    edits: list[Edit] = [Remove(source, container, there[one]) for one in gone]
    for value in (one for one, key in zip(new, wanted, strict=True) if key not in was):
        edits += (Insert(source, container, None, (code(value, source),)), *using(source, value))
    if edits:
        yield tuple(edits)


def entries(
    site: Site, node: ast.Dict, old: Mapping[str, Any], new: Mapping[str, Any], inner: Inner
) -> Iterator[Edits]:
    """Change the entries of a dict whose values are in it, and add others. Those that go away need it anew."""
    keys = {
        one.value: value for one, value in zip(node.keys, node.values, strict=True) if isinstance(one, ast.Constant)
    }
    if set(keys) != set(old) or set(old) - set(new):
        return
    edits: list[Edit] = []
    for key, value in new.items():
        if key not in old:
            edits += (
                Insert(site.source, node, None, (f"{code(key)}: {code(value, site.source)}",)),
                *using(site.source, value),
            )
        elif not same(old[key], value):
            found = _first(inner(site, keys[key], old[key], value))
            if found is None:
                return
            edits += found
    yield tuple(edits)


def _first(ways: Iterator[Edits]) -> Edits | None:
    return next(ways, None)
