"""Write calls of helpers as Python. Nothing of what a document says is ever code: texts are written as literals only."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.authoring.call import Call, calls


@dataclass(frozen=True, slots=True)
class Name:
    """A constant of the module."""

    name: str


def expression(value: Any) -> str:
    """Return the Python expression that makes a value: a call, a constant, or a JSON value.

    Raises:
        TypeError: it is none of these.
    """
    if isinstance(value, Name):
        return value.name
    if isinstance(value, Call):
        return _call(value)
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, tuple):
        inner = ", ".join(map(expression, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, list):
        return f"[{', '.join(map(expression, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {expression(entry)}" for key, entry in value.items()) + "}"
    raise TypeError(f"{type(value).__name__} cannot be written as code")


def _call(call: Call) -> str:
    """Return a call. Each of its names is one of ours, or a key that is checked here."""
    for name in (call.helper, *call.keywords):
        if not name.isidentifier() or keyword.iskeyword(name):
            raise TypeError(f"{name!r} is not a name")
    arguments = [expression(value) for value in call.arguments]
    arguments += [f"{name}={expression(value)}" for name, value in call.keywords.items()]
    return f"{call.helper}({', '.join(arguments)})"


def _text(value: str) -> str:
    """Return a literal, of several lines if the text has several and reads the same then."""
    plain = repr(value)
    if "\n" not in value.strip("\n") or any(ord(one) < 32 and one != "\n" for one in value):
        return plain
    long = '"""' + value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '"""'
    if value.endswith('"'):
        return plain
    try:
        return long if ast.literal_eval(long) == value else plain
    except (SyntaxError, ValueError):
        return plain


def helpers(value: Any) -> Iterator[str]:
    """Yield the names of the helpers that an expression calls."""
    return (call.helper for call in calls(value))
