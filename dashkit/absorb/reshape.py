"""Change an expression so that it says something else: the literal in it that says it, and no more if that is possible."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from dashkit import authoring
from dashkit.absorb.edits import Add, Edit, Insert, Kept, Remove, Replace, Use
from dashkit.absorb.fstrings import within
from dashkit.absorb.site import Site
from dashkit.absorb.source import Assigned, Parameter, Source, argument
from dashkit.authoring.call import Call
from dashkit.importer.code import expression, helpers
from dashkit.importer.selectors import naming

#: The value of an argument that is not given.
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "nothing"})()

Edits = tuple[Edit, ...]

_LITERAL = re.compile(r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\])*"' r"|'(?:\\.|[^'\\])*'", re.DOTALL)


def code(value: Any, source: Source | None = None) -> str:
    """Return the code of a value, in one line unless a text has several, in double quotes as formatters write them.

    Args:
        source: the file where it will stand, whose constants it names.
    """
    text = expression(_naming(value, source.constants) if source is not None and source.constants else value)
    return _LITERAL.sub(_in_double_quotes, text)


def _in_double_quotes(literal: re.Match[str]) -> str:
    text = literal[0]
    return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text


def _naming(value: Any, constants: Mapping[str, str]) -> Any:
    """Return a value whose queries name the selectors that are constants."""
    if isinstance(value, str):
        return naming(value, constants) or value
    if isinstance(value, Call):
        named_ = {name: _naming(one, constants) for name, one in value.keywords.items()}
        return Call(value.helper, _naming(value.arguments, constants), named_)
    if isinstance(value, list | tuple):
        return type(value)(_naming(one, constants) for one in value)
    return value


def write(source: Source, node: ast.expr, value: Any) -> Edits:
    """Return the edits that write a value in place of an expression."""
    return (Replace(source, node, (code(value, source),)), *using(source, value))


def using(source: Source, *values: Any) -> Edits:
    """Return the edit that imports the helpers of values, if they have any."""
    names = frozenset(name for value in values for name in helpers(value))
    return (Use(source, names),) if names else ()


def reshape(site: Site, node: ast.expr, old: Any, new: Any) -> Iterator[Edits]:
    """Yield ways to make an expression say ``new`` where it says ``old``, the smallest change first.

    Args:
        old: the value as `recognise` reads it, which may be spelt in another way than in the source.
    """
    if isinstance(node, ast.Name):
        yield from _named(site, node, old, new)
    if not site.alone:
        return
    if isinstance(node, ast.JoinedStr) and isinstance(old, str) and isinstance(new, str):
        for text in within(site.source.code(node), old, new):
            yield (Replace(site.source, node, (text,)),)
    if isinstance(node, ast.Call) and site.source.helper(node) == "link":
        old, new = _link(old), _link(new)
    if isinstance(old, Call) and isinstance(new, Call):
        yield from _call(site, node, old, new) if isinstance(node, ast.Call) else _query(site, node, old, new)
    if isinstance(node, ast.List | ast.Tuple) and _is_list(old) and _is_list(new):
        yield from _elements(site, node, node.elts, old, new)
    if isinstance(node, ast.Dict) and isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _entries(site, node, old, new)
    yield write(site.source, node, new)


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
    elif isinstance(bound, Assigned) and bound.uses == 1:
        yield from reshape(site, bound.value, old, new)


def given(site: Site, name: str, old: Any, new: Any) -> Iterator[Edits]:
    """Yield ways to give the call at a site another value for a parameter, or the calls around it."""
    call, source = site.call, site.source
    node: ast.expr | None = None
    if call is not None and name == "*":
        taken = site.callee.positional
        if site.callee.takes_more and site.alone and not any(isinstance(one, ast.Starred) for one in call.args[:taken]):
            yield from _elements(site, call, call.args[taken:], old, new)
    elif call is not None:
        node = argument(call, site.callee, name)
        if node is not None and new is ABSENT:
            keyword = next((one for one in call.keywords if one.value is node), None)
            if keyword is not None and site.alone:
                yield (Remove(source, call, keyword),)
        elif node is not None:
            yield from reshape(site, node, old, new)
        elif new is not ABSENT and site.callee.takes(name) and site.alone:
            yield (Add(source, call, name, (code(new, source),)), *using(source, new))
    # What the function around it passes on may come from where that is called; what it says itself cannot be given twice.
    outer = site.outer
    if outer is not None and (name in outer.callee.params or (node is None and outer.callee.takes(name))):
        yield from given(outer, name, old, new)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def identity(value: Any) -> str:
    """Return a text that is the same for values that make the same. The order of keys in dicts says nothing."""
    return value if isinstance(value, str) else expression(_sorted(value))


def _sorted(value: Any) -> Any:
    if isinstance(value, Call):
        return Call(
            value.helper, _sorted(value.arguments), {name: _sorted(one) for name, one in value.keywords.items()}
        )
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return type(value)(map(_sorted, value))
    return value


def _first(ways: Iterator[Edits]) -> Edits | None:
    return next(ways, None)


def named(call: Call) -> dict[str, Any]:
    """Return the arguments of a recognised call by the names of parameters; ``*`` has those of any number."""
    found: dict[str, Any] = {}
    left = list(call.arguments)
    for parameter in inspect.signature(getattr(authoring, call.helper)).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            found["*"] = left
            break
        if (
            parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD
            and parameter.kind is not inspect.Parameter.POSITIONAL_ONLY
        ):
            break
        if left:
            found[parameter.name] = left.pop(0)
    return {**found, **call.keywords}


def _call(site: Site, node: ast.Call, old: Call, new: Call) -> Iterator[Edits]:
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
        found = _argument(site, node, name, before, after)
        if found is None:
            return
        edits += found
    yield tuple(edits)


def _argument(site: Site, node: ast.Call, name: str, old: Any, new: Any) -> Edits | None:
    source = site.source
    fixed = [one for one in inspect.signature(getattr(authoring, source.helper(node))).parameters.values()
             if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]  # fmt: skip
    if any(isinstance(one, ast.Starred) for one in node.args[: len(fixed)]):
        return None
    if name == "*":
        return _first(_elements(site, node, node.args[len(fixed) :], old, new))
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
        return _first(reshape(site, value, old, new))
    if keyword is not None:
        return (Remove(source, node, keyword),)
    return (Remove(source, node, value),) if index + 1 == len(node.args) else None


def same(old: Any, new: Any) -> bool:
    """Return whether two values, which may be `ABSENT`, make the same."""
    if old is ABSENT or new is ABSENT:
        return old is new
    return type(old) is type(new) and identity(old) == identity(new)


def _elements(
    site: Site, container: ast.List | ast.Tuple | ast.Call, nodes: Sequence[ast.expr], old: Any, new: Any
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
            found = _first(reshape(site, nodes[stay[0]], old[stay[0]], new[index]))
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


def _entries(site: Site, node: ast.Dict, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Edits]:
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
            found = _first(reshape(site, keys[key], old[key], value))
            if found is None:
                return
            edits += found
    yield tuple(edits)
