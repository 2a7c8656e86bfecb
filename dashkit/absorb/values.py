"""Values of arguments, as `recognise` reads them: whether two are the same, and the code that says one."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from typing import Any

from dashkit import authoring
from dashkit.absorb.edits import Edit, Replace, Use
from dashkit.absorb.source import Source
from dashkit.authoring.call import Call
from dashkit.importer.code import expression, helpers
from dashkit.importer.selectors import naming

#: The value of an argument that is not given.
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "nothing"})()

Edits = tuple[Edit, ...]

_LITERAL = re.compile(r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\])*"' r"|'(?:\\.|[^'\\])*'", re.DOTALL)


def code(value: Any, source: Source | None = None) -> str:
    """Return the code of a value, in one line unless a text has several, in the quotes that the file has.

    Args:
        source: the file where it will stand, whose constants it names.
    """
    text = expression(_naming(value, source.constants) if source is not None and source.constants else value)
    names = {name: source.name_of(name) or name for name in helpers(value)} if source is not None else {}
    parts, at = list[str](), 0
    for literal in _LITERAL.finditer(text):
        quoted = literal[0] if source is not None and source.single_quoted else _in_double_quotes(literal)
        parts += [_called(text[at : literal.start()], names), quoted]
        at = literal.end()
    return "".join([*parts, _called(text[at:], names)])


def _called(text: str, names: Mapping[str, str]) -> str:
    """Return code without literals in which helpers have the names that a file has for them."""
    return re.sub(r"(?<![\w.])(\w+)(?=\()", lambda match: names.get(match[1], match[1]), text)


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
    names = frozenset(name for value in values for name in helpers(value) if not source.name_of(name))
    return (Use(source, names),) if names else ()


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


def same(old: Any, new: Any) -> bool:
    """Return whether two values, which may be `ABSENT`, make the same."""
    if old is ABSENT or new is ABSENT:
        return old is new
    return type(old) is type(new) and identity(old) == identity(new)
