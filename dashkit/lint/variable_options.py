"""The variables of a dashboard in the order in which they are filled, and what their regex makes of the values that they find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from dashkit.lint.javascript import compiled, is_global

_Entry = TypeVar("_Entry")


class Option(NamedTuple):
    """A value that one can choose, and what it is called."""

    text: str
    value: str


def in_order(
    variables: Iterable[_Entry], name: Callable[[_Entry], str], needs: Callable[[_Entry], set[str]]
) -> Iterator[_Entry]:
    """Yield each variable after those that it needs; where some need each other, in the order of the dashboard."""
    waiting = list(variables)
    names = set(map(name, waiting))
    known: set[str] = set()
    while waiting:
        ready = [one for one in waiting if not (needs(one) & names) - known - {name(one)}] or waiting[:1]
        for one in ready:
            waiting.remove(one)
            known.add(name(one))
            yield one


def options_of(found: Iterable[str], written: str) -> list[Option]:
    """Return the options among the values that a query found: those that the regex matches, named by it, each once.

    The value is the group ``value``, else ``text``, else the first group, else the whole of what was found. With the flag
    ``g`` and without named groups, each match is an option. A regex that Python does not support filters nothing.
    """
    try:
        pattern = compiled(written) if written else None
    except re.error:
        pattern = None
    every = is_global(written)
    options: dict[str, Option] = {}
    for value in found:
        for option in _matched(value, pattern, every=every) if pattern else [Option(value, value)]:
            options.setdefault(option.value, option)
    return list(options.values())


def _matched(value: str, pattern: re.Pattern[str], *, every: bool) -> Sequence[Option]:
    matches = list(pattern.finditer(value)) if every else [match for match in [pattern.search(value)] if match]
    if not matches:
        return ()
    groups = {name: text for match in reversed(matches) for name, text in match.groupdict().items() if text}
    own, title = groups.get("value"), groups.get("text")
    if own or title:
        return (Option(title or own or "", own or title or ""),)
    if not pattern.groups:
        return (Option(value, value),)
    return [Option(match[1] or "", match[1] or "") for match in matches]


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """Return the names of metrics that the query ``metrics(...)`` of a variable finds."""
    try:
        return [name for name in names if re.search(pattern, name)]
    except re.error:
        return []
