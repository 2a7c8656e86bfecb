"""Compare what an author wrote with what a helper takes, and name the nearest right value."""

from __future__ import annotations

import difflib
import math
import re
import types
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

Conform = Callable[[Any], Any]
"""Returns the value, perhaps wrapped in a list. Raises `MismatchError` if it is not of the type."""


class MismatchError(ValueError):
    """Says what is wrong with a value, without naming its argument: ``is not one of list, table``."""


#: Grafana's words for what people call otherwise.
_MEANT = {
    "avg": "mean", "average": "mean", "total": "sum", "current": "lastNotNull", "latest": "lastNotNull",
    "lastnotnull": "lastNotNull", "normal": "True",
}  # fmt: skip


def nearest(value: object, known: Iterable[str]) -> str:
    """Return ``; did you mean 'table'?``, or nothing if no known word is near."""
    known, word = list(known), str(value)
    meant = _MEANT.get(word.lower().replace("_", ""), "")
    near = [meant] if meant in known else _near(word, known)
    return f"; did you mean {near[0]!r}?" if near else ""


def _near(word: str, known: list[str]) -> list[str]:
    """Return the nearest known word, if there is one, by its letters or by one of its parts: ``data_links`` for ``linkz``."""
    parts = {part: name for name in reversed(known) for part in re.split("[-_]", name)}
    return (
        difflib.get_close_matches(word, known, n=1, cutoff=0.75)
        or [parts[part] for part in difflib.get_close_matches(word, parts, n=1, cutoff=0.75)]
        or difflib.get_close_matches(word, known, n=1)
    )


def required(where: str, value: Any, check: Conform) -> Any:
    """Return what a check returns. Raises `ValueError` with ``where`` in front if the value is not what it takes."""
    try:
        return check(value)
    except MismatchError as error:
        raise ValueError(f"{where}{value!r} {error}") from None
    except (TypeError, AttributeError):
        raise ValueError(f"{where}{value!r} is not a text") from None


@cache
def conform(annotation: Any) -> Conform:
    """Return the check for a type: an atom, a class, ``Literal``, ``list``, ``dict``, or a union of them.

    A single value is accepted for a list, because there is only one thing it can mean.
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return conform(inner[0])
    if origin in (Union, types.UnionType):
        return _union(inner)
    if origin is Literal:
        return _literal(inner)
    if origin is list:
        return _list(inner[0])
    if origin is tuple:
        return _tuple(inner)
    if origin is not None:
        return _class(origin)
    return _ATOMS.get(annotation) or _class(annotation)


def _union(inner: tuple[Any, ...]) -> Conform:
    optional = type(None) in inner
    if float in inner:
        inner = tuple(one for one in inner if one is not int)
    # Lists first: a single value becomes one. (`typing` gives equal unions in the order that it saw first.)
    inner = tuple(sorted(inner, key=lambda one: not _is_list(one)))
    checks = [conform(one) for one in inner if one is not type(None)]

    def check(value: Any) -> Any:
        if value is None and optional:
            return None
        first: MismatchError | None = None
        for one in checks:
            try:
                return one(value)
            except MismatchError as error:
                # Of several complaints, the one that names a near value helps most.
                first = error if first is None or "did you mean" in str(error) else first
        assert first is not None
        raise first

    return check


def _is_list(annotation: Any) -> bool:
    origin: Any = get_origin(annotation)
    return origin is list


def _literal(words: tuple[Any, ...]) -> Conform:
    known = {(type(word), word) for word in words}
    names = [str(word) for word in words]
    shown = ", ".join(names if len(names) < 16 else [*names[:8], "..."])

    def check(value: Any) -> Any:
        try:
            if (type(value), value) in known:
                return value
        except TypeError:
            pass
        raise MismatchError(f"is not one of {shown}{nearest(value, names)}")

    return check


def _list(inner: Any) -> Conform:
    one = conform(inner)

    def check(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return [one(value)]
        checked = []
        for entry in value:
            try:
                checked.append(one(entry))
            except MismatchError as error:
                raise MismatchError(f"has {entry!r}, which {error}") from None
        return checked

    return check


def _tuple(inner: tuple[Any, ...]) -> Conform:
    checks = [conform(one) for one in inner]

    def check(value: Any) -> Any:
        if not isinstance(value, tuple) or len(value) != len(checks):
            raise MismatchError(f"is not a tuple of {len(checks)} values")
        return tuple(one(entry) for one, entry in zip(checks, value, strict=True))

    return check


def _class(wanted: Any) -> Conform:
    name = getattr(wanted, "__name__", str(wanted))
    maker = _MAKERS.get(name, "")

    def check(value: Any) -> Any:
        if wanted is Any or isinstance(value, wanted):
            return value
        raise MismatchError(f"is not {maker or _a(name)}")

    return check


#: What makes the values of a class, for those that authors do not construct themselves.
_MAKERS = {
    "Thresholds": 'made by thresholds(...), such as thresholds("green", (5, "red"))',
    "Mapping": 'made by mapping(...), such as mapping(0, "down", "red")',
    "Condition": "made by show_when(...), such as show_when(has_data=True)",
    "FieldOverride": 'made by override(...), such as override("errors", color="red")',
    "Query": 'a query, such as prometheus("up")',
}


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _number(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise MismatchError("is not a number")


def _whole(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise MismatchError("is not a whole number")


def _truth(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    raise MismatchError("is not True or False")


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise MismatchError("is not a text")


_ATOMS: dict[Any, Conform] = {int: _whole, float: _number, bool: _truth, str: _text}
