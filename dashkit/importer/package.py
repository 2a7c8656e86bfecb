"""A long dashboard as several modules: one for each row or tab, and one for what they share."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import dashkit.authoring as authoring
from dashkit.authoring.call import Call
from dashkit.importer.code import Loop, Name, Template, expression, helpers
from dashkit.importer.module import Parts, docstring, imports, parts_of
from dashkit.importer.names import free_name, snake

#: A module with more lines is easier to read in parts.
LINES = 400
_SHARED = "common"
_GROUPS = frozenset(("row", "tab"))


def package(call: Call, name: str) -> dict[str, str]:
    """Return the modules of a dashboard by their paths: ``NAME.py``, and those of its rows and tabs in ``_NAME/``.

    They have yet to be formatted. There are none if the dashboard has fewer than two rows or tabs.
    """
    parts = parts_of(call)
    found = [one for one in _groups(parts.call) if one.arguments]
    if len(found) < 2:
        return {}
    names: dict[int, str] = {}
    for one in found:
        names[id(one)] = free_name(_name(str(one.arguments[0])), {*names.values(), *parts.defined, _SHARED})
    files = {f"_{name}/__init__.py": f'"""The parts of {name}.py."""\n'}
    if parts.defined:
        files[f"_{name}/{_SHARED}.py"] = _shared(parts)
    for one in found:
        files[f"_{name}/{names[id(one)]}.py"] = _part(one, names[id(one)], parts)
    return {f"{name}.py": _main(parts, names, name), **files}


def _groups(value: Any) -> Iterator[Call]:
    """Yield the rows and tabs that are in no other one."""
    if isinstance(value, Call):
        if value.helper in _GROUPS:
            yield value
        else:
            yield from _groups([*value.arguments, value.keywords.get("panels")])
    elif isinstance(value, list):
        for entry in value:
            yield from _groups(entry)


def _name(title: str) -> str:
    name = snake(title) or "row"
    if name[0].isdigit() or keyword.iskeyword(name) or name in authoring.__all__:
        name = f"row_{name}"
    return name


def _shared(parts: Parts) -> str:
    used = parts.used() - set(parts.defined)
    lines = [
        docstring(f"What the rows of {parts.title} share"),
        "",
        *(["from typing import Any", ""] if parts.styles else []),
        *([imports("dashkit.authoring", used), ""] if used else []),
        *parts.definitions(),
    ]
    return "\n".join(lines) + "\n"


def _part(group: Call, name: str, parts: Parts) -> str:
    title = str(group.arguments[0])
    lines = [
        docstring(f"{title or 'A row'} of {parts.title}"), "", *_imports(group, parts, f".{_SHARED}"), "",
        f"{name} = {expression(group)}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _main(parts: Parts, names: dict[int, str], name: str) -> str:
    def named(value: Any) -> Any:
        if isinstance(value, Call):
            if id(value) in names:
                return Name(names[id(value)])
            keywords = {key: named(entry) if key == "panels" else entry for key, entry in value.keywords.items()}
            return replace(value, arguments=tuple(map(named, value.arguments)), keywords=keywords)
        return [named(entry) for entry in value] if isinstance(value, list) else value

    call = named(parts.call)
    lines = [
        docstring(parts.title),
        "",
        *_imports(call, parts, f"._{name}.{_SHARED}"),
        *(imports(f"._{name}.{one}", [one]) for one in sorted(names.values())),
        "",
        f"dashboard = {expression(call)}",
    ]
    return "\n".join(lines) + "\n"


def _imports(value: Any, parts: Parts, shared: str) -> Iterator[str]:
    """Yield the imports of what an expression uses, of `dashkit.authoring` and of what the parts share."""
    called = set(helpers(value))
    own = (called | set(_names(value))) & set(parts.defined)
    if others := called - own:
        yield imports("dashkit.authoring", others)
        yield ""
    if own:
        yield imports(shared, own)


def _names(value: Any) -> Iterator[str]:
    """Yield the names in an expression."""
    if isinstance(value, Name):
        yield value.name
    elif isinstance(value, Template):
        yield from value.names
    elif isinstance(value, Loop):
        yield from _names([value.body, value.rows])
    elif isinstance(value, Call):
        yield from _names([value.arguments, list(value.keywords.values())])
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _names(entry)
    elif isinstance(value, dict):
        yield from _names(list(value.values()))
