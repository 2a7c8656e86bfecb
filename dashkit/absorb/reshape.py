"""Change an expression so that it says something else: the literal in it that says it, and no more if that is possible."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.absorb.containers import arguments, elements, entries
from dashkit.absorb.edits import Add, Item, Kept, Remove, Replace
from dashkit.absorb.site import Site, argument, place_of, starless
from dashkit.absorb.source import Assigned, Container, Function, Parameter, Source
from dashkit.absorb.texts import among, within
from dashkit.absorb.values import ABSENT, Edits, code, same, using, write
from dashkit.authoring.call import Call


def reshape(site: Site, node: ast.expr, old: Any, new: Any) -> Iterator[Edits]:
    """Yield ways to make an expression say ``new`` where it says ``old``, the smallest change first.

    Args:
        old: the value as `recognise` reads it, which may be spelt in another way than in the source.
    """
    if isinstance(node, ast.Name):
        yield from _named(site, node, old, new)
    if not site.alone:
        return
    if isinstance(old, str) and isinstance(new, str):
        for place, text in _texts(site.source, node, old, new):
            yield (Replace(site.source, place, (text,)),)
    if isinstance(node, ast.Call) and site.source.helper(node) == "link":
        old, new = _link(old), _link(new)
    if isinstance(old, Call) and isinstance(new, Call):
        if isinstance(node, ast.Call) and site.source.helper(node):
            yield from arguments(site, node, old, new, reshape)
        else:
            yield from _query(site, node, old, new)
    if isinstance(node, ast.List | ast.Tuple) and isinstance(old, list | tuple) and isinstance(new, list | tuple):
        yield from elements(site, node, node.elts, old, new, reshape)
    if isinstance(node, ast.Dict) and isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from entries(site, node, old, new, reshape)
    yield write(site.source, node, new)


def _texts(source: Source, node: ast.expr, old: str, new: str) -> Iterator[tuple[ast.expr, str]]:
    """Yield literals in an expression, and the code that they would have to be."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        yield from ((node, text) for text in within(source.code(node), old, new))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        yield from ((node.left, text) for text in within(source.code(node.left), old, new, "%"))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        template = node.func.value
        yield from ((template, text) for text in within(source.code(template), old, new, "{"))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        operands = list(_operands(node))
        said = [one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None for one in operands]
        for index, found in among(said, old, new):
            yield from _texts(source, operands[index], str(said[index]), found)


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node


def _query(site: Site, node: ast.expr, old: Call, new: Call) -> Iterator[Edits]:
    """Change a query that is written as its expression only."""
    if len(old.arguments) != 1 or old.keywords or old.helper != new.helper or not new.arguments:
        return
    if len(new.arguments) == 1 and not new.keywords:
        yield from reshape(site, node, old.arguments[0], new.arguments[0])
    elif same(old.arguments[0], new.arguments[0]):
        rest = code(Call("_", ("", *new.arguments[1:]), new.keywords), site.source).removeprefix('_(""')
        yield (Replace(site.source, node, (f"{new.helper}(", Kept(node), rest)), *using(site.source, new))


def _link(value: Any) -> Any:
    """Return the call of `link` for what it makes; another value as it is."""
    if isinstance(value, Mapping) and {"title", "url"} <= value.keys() <= {"title", "url", "targetBlank"}:
        return Call("link", (value["title"], value["url"]), {"new_tab": True} if value.get("targetBlank") else {})
    return value


def _named(site: Site, node: ast.Name, old: Any, new: Any) -> Iterator[Edits]:
    """Change what a name stands for: an argument of the function around it, or a constant that nothing else uses."""
    bound = site.source.binding(node)
    if isinstance(bound, Parameter) and site.outer is not None:
        yield from given(site.outer, bound.name, old, new)
    elif isinstance(bound, Assigned) and (bound.uses == 1 or all(_alike(site, one) for one in bound.readers)):
        yield from reshape(site, bound.value, old, new)


def _alike(site: Site, name: ast.Name) -> bool:
    """Return whether a name is read for something that changes in the same way."""
    call = next((one for one in site.source.around(name) if isinstance(one, ast.Call)), None)
    made = site.traced.makes.get(site.source.span(call)) if call is not None else None
    return made is not None and bool(made) and made <= site.alike


def given(site: Site, name: str, old: Any, new: Any, position: int | None = None) -> Iterator[Edits]:
    """Yield ways to give the call at a site another value for a parameter, or the calls around it.

    Args:
        position: which of the arguments by position becomes the parameter, if the function that is called passes them on.
    """
    call, passed, told = site.call, _passed_on(site, name, position), False
    if call is not None and name == "*":
        taken = site.callee.positional
        if site.callee.takes_more and site.alone and not any(isinstance(one, ast.Starred) for one in call.args[:taken]):
            yield from elements(site, call, call.args[taken:], old, new, reshape)
    elif call is not None:
        node = argument(call, site.callee, name)
        if node is None and position is not None:
            node = starless(call.args, position)
        unpacked = [] if node is not None else list(_unpacked(site, call, name))
        told = node is not None or bool(unpacked)
        if node is not None:
            yield from _another(site, call, node, old, new)
        for container, item, value in unpacked if site.alone else ():
            yield from (
                reshape(site, value, old, new) if new is not ABSENT else [(Remove(site.source, container, item),)]
            )
        comes_in = passed is not None or (name in site.record.named and any(one.arg is None for one in call.keywords))
        if not told and not comes_in and new is not ABSENT and site.callee.takes(name) and site.alone:
            yield (Add(site.source, call, name, (code(new, site.source),)), *using(site.source, new))
    # What the function around it passes on may come from where that is called; what it says itself cannot be given twice.
    outer = site.outer
    takes = outer is not None and (name in outer.callee.params or (not told and outer.callee.takes(name)))
    if outer is not None and (takes or passed is not None):
        yield from given(outer, name, old, new, passed)


def _another(site: Site, call: ast.Call, node: ast.expr, old: Any, new: Any) -> Iterator[Edits]:
    """Give another value for an argument that a call has, or leave it out."""
    if new is not ABSENT:
        yield from reshape(site, node, old, new)
        return
    keyword = next((one for one in call.keywords if one.value is node), None)
    if keyword is not None and site.alone:
        yield (Remove(site.source, call, keyword),)


def _passed_on(site: Site, name: str, position: int | None) -> int | None:
    """Return which argument by position of the function around a call becomes a parameter of what is called."""
    call = site.call
    index = position if position is not None else place_of(site.callee, name)
    if call is None or index is None:
        return None
    star = next((number for number, one in enumerate(call.args) if isinstance(one, ast.Starred)), None)
    around = next((one for one in site.source.around(call) if isinstance(one, Function)), None)
    if star is None or star > index or around is None or around.args.vararg is None:
        return None
    node = call.args[star]
    passes = (
        isinstance(node, ast.Starred) and isinstance(node.value, ast.Name) and node.value.id == around.args.vararg.arg
    )
    return index - star + len(around.args.posonlyargs) + len(around.args.args) if passes else None


def _unpacked(site: Site, call: ast.Call, name: str) -> Iterator[tuple[Container, Item, ast.expr]]:
    """Yield where a dict that a call takes its arguments from (``**OPTIONS``) says one of them."""
    for keyword in call.keywords:
        node = keyword.value
        bound = site.source.binding(node) if keyword.arg is None and isinstance(node, ast.Name) else None
        if isinstance(bound, Assigned) and (bound.uses == 1 or all(_alike(site, one) for one in bound.readers)):
            node = bound.value
        if keyword.arg is None and isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == name:
                    yield node, key, value
        elif (
            keyword.arg is None
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "dict"
        ):
            yield from ((node, one, one.value) for one in node.keywords if one.arg == name)
