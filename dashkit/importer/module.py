"""The text of a module that makes a dashboard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from dashkit.authoring.call import Call
from dashkit.importer.code import Name, expression, helpers
from dashkit.importer.styles import styled

#: A value is a constant if it is written so often, and is at least so long.
_TIMES, _LONG = 3, 60
#: Arguments whose values are a panel's own, however often they are alike.
_OWN = frozenset(("panels", "variables", "links", "annotations", "title", "raw"))


def module_text(call: Call) -> str:
    """Return the source of a module that exports the dashboard which a call makes. It has yet to be formatted."""
    title = str(call.arguments[0])
    styles, call = styled(call)
    own = {style.name for style in styles}
    constants, call = _constants(call)
    used = {*helpers(call), *(name for value in constants.values() for name in helpers(value))} - own
    used |= {name for style in styles for name in (style.helper, *helpers(style.options), "Panel")}
    lines = [
        docstring(title),
        "",
        *(["from typing import Any", ""] if styles else []),
        f"from dashkit.authoring import {', '.join(sorted_names(used))}",
        "",
        *(line for name, value in constants.items() for line in (f"{name} = {expression(value)}", "")),
        *(line for style in styles for line in ("", style.source, "")),
        f"dashboard = {expression(call)}",
    ]
    return "\n".join(lines) + "\n"


def sorted_names(names: Iterable[str]) -> list[str]:
    """Return names as import sorters sort them: classes before functions."""
    return sorted(names, key=_isort)


def _isort(name: str) -> tuple[bool, str]:
    """Sort names as import sorters do: classes before functions."""
    return not name[0].isupper(), name


def document_text(spec: Mapping[str, Any]) -> str:
    """Return the source of a module that exports a document as it is. It has yet to be formatted."""
    return f"{docstring(str(spec.get('title')))}\n\ndashboard = {expression(dict(spec))}\n"


def docstring(title: str) -> str:
    """Return the title as a docstring. Quotes and backslashes in it would end it or mean something."""
    text = " ".join(re.sub(r'["\\\x00-\x1f]', " ", title).split()) or "A dashboard"
    return f'"""{text.rstrip(".")}."""'


def _constants(call: Call) -> tuple[dict[str, Any], Call]:
    """Return constants for the long values that repeat, and the call with their names in place of them."""
    seen: dict[str, tuple[str, Any]] = {}
    times: Counter[str] = Counter()
    for argument, value in _arguments(call):
        text = expression(value)
        if len(text) >= _LONG:
            seen.setdefault(text, (argument, value))
            times[text] += 1
    chosen = {text: seen[text] for text, count in times.items() if count >= _TIMES}
    names: dict[str, str] = {}
    for text, (argument, _) in chosen.items():
        names[text] = _free(argument.upper(), names.values())
    return {names[text]: value for text, (_, value) in chosen.items()}, _named(call, names)


def _free(name: str, taken: Any) -> str:
    used = set(taken)
    number = 2
    free = name
    while free in used:
        free, number = f"{name}_{number}", number + 1
    return free


def _arguments(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the arguments by name of all calls inside a call."""
    if isinstance(value, Call):
        for name, entry in value.keywords.items():
            if name not in _OWN:
                yield name, entry
            yield from _arguments(entry)
        for entry in value.arguments:
            yield from _arguments(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _arguments(entry)


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Call):
        keywords = {
            name: Name(names[text])
            if name not in _OWN and names and (text := expression(entry)) in names
            else _named(entry, names)
            for name, entry in value.keywords.items()
        }
        return replace(value, arguments=tuple(_named(entry, names) for entry in value.arguments), keywords=keywords)
    if isinstance(value, list | tuple):
        return type(value)(_named(entry, names) for entry in value)
    return value
