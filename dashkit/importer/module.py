"""The text of a module that makes a dashboard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit.authoring.call import Call
from dashkit.importer.code import Name, expression, helpers
from dashkit.importer.loops import with_loops
from dashkit.importer.names import free_name
from dashkit.importer.selectors import with_selectors
from dashkit.importer.styles import Style, styled

#: A value is a constant if it is written so often, and is at least so long.
_TIMES, _LONG = 3, 60
#: Arguments whose values are a panel's own, however often they are alike.
_OWN = frozenset(("panels", "variables", "links", "annotations", "title", "raw"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What a module is made of.

    Attributes:
        constants: values by their names.
        styles: the functions.
        call: what makes the dashboard, by these.
    """

    title: str
    constants: Mapping[str, Any]
    styles: tuple[Style, ...]
    call: Call

    @property
    def defined(self) -> tuple[str, ...]:
        """The names of constants and functions."""
        return (*self.constants, *(style.name for style in self.styles))

    def definitions(self) -> Iterator[str]:
        """Yield constants and functions as lines of code."""
        for name, value in self.constants.items():
            yield from (f"{name} = {expression(value)}", "")
        for style in self.styles:
            yield from ("", style.source, "")

    def used(self) -> set[str]:
        """Return the names of `dashkit.authoring` that constants and functions use."""
        found = {name for value in self.constants.values() for name in helpers(value)}
        return found | {name for one in self.styles for name in (one.helper, *helpers(one.options), one.returns)}


def parts_of(call: Call) -> Parts:
    """Return what a module consists of that exports the dashboard which a call makes."""
    title = str(call.arguments[0])
    selectors, call = with_selectors(call)
    styles, call = styled(call)
    constants, call = _constants(call)
    return Parts(title, selectors | constants, tuple(styles), with_loops(call))


def module_text(call: Call) -> str:
    """Return the source of a module that exports the dashboard which a call makes. It has yet to be formatted."""
    parts = parts_of(call)
    used = (set(helpers(parts.call)) | parts.used()) - set(parts.defined)
    lines = [
        docstring(parts.title),
        "",
        *(["from typing import Any", ""] if parts.styles else []),
        imports("dashkit.authoring", used),
        "",
        *parts.definitions(),
        f"dashboard = {expression(parts.call)}",
    ]
    return "\n".join(lines) + "\n"


def imports(module: str, names: Iterable[str]) -> str:
    """Return the line that imports names."""
    return f"from {module} import {', '.join(sorted_names(names))}"


def sorted_names(names: Iterable[str]) -> list[str]:
    """Return names as import sorters sort them: constants, classes, functions."""
    return sorted(names, key=_isort)


def _isort(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


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
        names[text] = free_name(argument.upper(), names.values())
    return {names[text]: value for text, (_, value) in chosen.items()}, _named(call, names)


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
