"""Write calls of helpers as Python. Nothing of what a document says is ever code: texts are written as literals only."""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from dashkit.authoring.call import Call, calls

_Other = TypeVar("_Other")


@dataclass(frozen=True, slots=True)
class Name:
    """A constant of the module."""

    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text with constants in it: an f-string."""

    parts: tuple[str | Name, ...]

    @property
    def names(self) -> list[str]:
        """The constants in it."""
        return [part.name for part in self.parts if isinstance(part, Name)]


@dataclass(frozen=True, slots=True)
class Loop:
    """Calls that are equal but for the ``names`` in ``body``: for each row of values, one."""

    body: Call
    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def expression(value: Any) -> str:
    """Return the Python expression that makes a value: a call, a constant, or a JSON value.

    Raises:
        TypeError: it is none of these.
    """
    if isinstance(value, Name):
        return value.name
    if isinstance(value, Call):
        return _call(value)
    if isinstance(value, Template):
        return _template(value)
    if isinstance(value, Loop):
        rows = ", ".join(expression(row if len(row) > 1 else row[0]) for row in value.rows)
        return f"*({_call(value.body)} for {', '.join(value.names)} in [{rows}])"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
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


def _template(value: Template) -> str:
    """Return an f-string. All that is no name of a constant stays text, whatever it says."""
    told = "".join(f"{{{one.name}}}" if isinstance(one, Name) else _doubled(one) for one in value.parts)
    text = f"f{_text(told)}"
    if _parts(text) != joined(value.parts):
        raise TypeError(f"{told!r} cannot be written as code")
    return text


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def joined(parts: Iterable[str | _Other]) -> list[str | _Other]:
    """Return parts with neighbouring texts as one, and without empty ones."""
    found: list[str | _Other] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        elif part != "":
            found.append(part)
    return found


def _parts(text: str) -> list[str | Name]:
    """Return what Python reads in an f-string that has names only."""
    (statement,) = ast.parse(text).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.JoinedStr)
    found: list[str | Name] = []
    for part in statement.value.values:
        if isinstance(part, ast.FormattedValue):
            assert isinstance(part.value, ast.Name)
            found.append(Name(part.value.id))
        else:
            assert isinstance(part, ast.Constant)
            found.append(str(part.value))
    return found


def helpers(value: Any) -> Iterator[str]:
    """Yield the names of the helpers that an expression calls."""
    for call in calls(value):
        yield call.helper
        for loop in (one for one in _inside(call) if isinstance(one, Loop)):
            yield from helpers(loop.body)
            yield from helpers(loop.rows)


def _inside(call: Call) -> Iterator[Any]:
    """Yield what stands in a call, and in its lists."""
    for value in (*call.arguments, *call.keywords.values()):
        yield from value if isinstance(value, list) else [value]
