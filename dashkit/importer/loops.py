"""Panels beside each other that are equal but for a few values, as a loop over these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import dashkit.authoring as helpers
from dashkit.authoring.call import Call
from dashkit.importer.code import Loop, Name, expression
from dashkit.importer.names import free_name

#: So many panels, which differ in at most so many values. With fewer panels or more values, a loop says less than it hides.
_PANELS, _VALUES = 3, 5
#: What holds panels, and is no panel.
_GROUPS = frozenset(("auto_grid", "grid", "row", "tab", "tabs"))
#: The names of positional arguments.
_POSITIONAL = {"prometheus": ("expr", "legend"), "promql": ("expr", "legend"), "loki": ("expr", "legend"),
               "logql": ("expr", "legend"), "mapping": ("value", "label", "color")}  # fmt: skip

_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A call, a list or a tuple without what is in it."""

    text: str


def with_loops(value: Any) -> Any:
    """Return a value in which panels that are equal but for a few values are a loop."""
    if isinstance(value, Call):
        keywords = {name: with_loops(entry) if name == "panels" else entry for name, entry in value.keywords.items()}
        inside = tuple(_looped(list(value.arguments))) if value.helper in _GROUPS else value.arguments
        return Call(value.helper, inside, keywords)
    return _looped(value) if isinstance(value, list) else value


def _looped(entries: list[Any]) -> list[Any]:
    found: list[Any] = []
    at = 0
    while at < len(entries):
        run = _run(entries[at:])
        if len(run) >= _PANELS and _pays(run):
            found.append(_loop(run))
        else:
            run = run[:1] or [entries[at]]
            found.append(with_loops(entries[at]))
        at += len(run)
    return found


def _run(entries: Sequence[Any]) -> list[Call]:
    """Return the panels from the first one on that differ in a few values only."""
    first = entries[0]
    if not isinstance(first, Call) or first.helper in _GROUPS:
        return []
    leaves = dict(_leaves(first, ()))
    run, differing = [first], set[_Path]()
    for entry in entries[1:]:
        more = _differing(leaves, entry)
        if more is None or len(differing | more) > _VALUES:
            break
        differing |= more
        run.append(entry)
    return run


def _differing(leaves: dict[_Path, Any], entry: Any) -> set[_Path] | None:
    """Return where a panel has other values; None if it is built differently."""
    if not isinstance(entry, Call):
        return None
    others = dict(_leaves(entry, ()))
    if leaves.keys() != others.keys():
        return None
    found = {path for path, value in leaves.items() if value != others[path]}
    return (
        None if any(isinstance(leaves[path], _Shape) or isinstance(others[path], _Shape) for path in found) else found
    )


def _leaves(value: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    """Yield the values in a call by their paths, as code, and the shapes of what they are in."""
    if isinstance(value, Call):
        yield path, _Shape(f"{value.helper}({', '.join(value.keywords)})")
        inside: list[tuple[int | str, Any]] = [*enumerate(value.arguments), *value.keywords.items()]
        for name, entry in inside:
            yield from _leaves(entry, (*path, name))
    elif isinstance(value, list | tuple):
        yield path, _Shape(f"{type(value).__name__} {len(value)}")
        for number, entry in enumerate(value):
            yield from _leaves(entry, (*path, number))
    else:
        yield path, expression(value)


def _loop(run: Sequence[Call]) -> Loop:
    first = dict(_leaves(run[0], ()))
    paths = [path for path, value in first.items() if any(dict(_leaves(one, ()))[path] != value for one in run[1:])]
    names: dict[_Path, str] = {}
    for path in paths:
        names[path] = free_name(_word(run[0], path), names.values())
    body = _with_names(run[0], (), names)
    assert isinstance(body, Call)
    return Loop(body, tuple(names.values()), tuple(tuple(_at(one, path) for path in paths) for one in run))


def _word(call: Call, path: _Path) -> str:
    """Return the name of the argument at a path, which the loop has for it, too."""
    *around, last = path
    if isinstance(last, str):
        word = last
    else:
        holder = _at(call, tuple(around))
        if isinstance(holder, Call):
            words = _POSITIONAL.get(holder.helper, ("title",))
            word = words[last] if last < len(words) else "value"
        else:
            word = next((part for part in reversed(around) if isinstance(part, str)), "value").rstrip("s")
    return f"its_{word}" if word in helpers.__all__ else word


def _at(value: Any, path: _Path) -> Any:
    for part in path:
        if isinstance(value, Call):
            value = value.keywords[part] if isinstance(part, str) else value.arguments[part]
        else:
            value = value[part]
    return value


def _with_names(value: Any, path: _Path, names: dict[_Path, str]) -> Any:
    if path in names:
        return Name(names[path])
    if isinstance(value, Call):
        arguments = tuple(_with_names(entry, (*path, number), names) for number, entry in enumerate(value.arguments))
        keywords = {name: _with_names(entry, (*path, name), names) for name, entry in value.keywords.items()}
        return Call(value.helper, arguments, keywords)
    if isinstance(value, list | tuple):
        return type(value)(_with_names(entry, (*path, number), names) for number, entry in enumerate(value))
    return value


def _pays(run: Sequence[Call]) -> bool:
    """Return whether a loop is shorter: not for panels that fit on a line each."""
    loop = _loop(run)
    return len(expression(loop)) < 0.8 * sum(len(expression(one)) for one in run)
