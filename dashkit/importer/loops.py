"""Panels and queries beside each other that are equal but for a few values, as a loop over these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import dashkit.authoring as helpers
from dashkit.authoring.call import Call
from dashkit.importer.code import Loop, Name, Template, expression
from dashkit.importer.names import free_name

#: So many calls, which differ in at most so many values. With fewer calls or more values, a loop says less than it hides.
_CALLS, _VALUES = 3, 5
#: What holds panels, and is no panel.
_GROUPS = frozenset(("auto_grid", "grid", "row", "tab", "tabs"))
_QUERIES = frozenset(("prometheus", "promql", "loki", "logql"))
#: The names of positional arguments.
_POSITIONAL = {**dict.fromkeys(_QUERIES, ("expr", "legend")), "mapping": ("value", "label", "color")}
#: Words and numbers, which differ as a whole, and what stands between them.
_TOKEN = re.compile(r"[\w.:]+|[^\w.:]+")

_Path = tuple[str | int, ...]
_Leaves = dict[_Path, Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A call, a list or a tuple without what is in it."""

    text: str


@dataclass(slots=True)
class _Slots:
    """The values that calls differ in: names by the values of all calls, and what stands in their place by path."""

    names: dict[tuple[str, ...], str]
    values: dict[str, tuple[Any, ...]]
    parts: dict[_Path, Any]


def with_loops(value: Any) -> Any:
    """Return a value in which panels, and queries of a panel, that are equal but for a few values are a loop."""
    if isinstance(value, Call):
        keywords = {name: with_loops(entry) if name == "panels" else entry for name, entry in value.keywords.items()}
        queries = [one for one in value.arguments if isinstance(one, Call) and one.helper in _QUERIES]
        if value.helper in _GROUPS or len(queries) >= _CALLS:
            return Call(value.helper, tuple(_looped(list(value.arguments))), keywords)
        return Call(value.helper, value.arguments, keywords)
    return _looped(value) if isinstance(value, list) else value


def _looped(entries: list[Any]) -> list[Any]:
    leaves = [dict(_leaves(one, ())) if _may_repeat(one) else {} for one in entries]
    found: list[Any] = []
    at = 0
    while at < len(entries):
        end, slots = _run(leaves, at)
        loop = _loop(entries[at], slots) if slots and end - at >= _CALLS else None
        if loop and len(expression(loop)) < 0.8 * sum(len(expression(one)) for one in entries[at:end]):
            found.append(loop)
            at = end
        else:
            found.append(with_loops(entries[at]))
            at += 1
    return found


def _may_repeat(entry: Any) -> bool:
    return isinstance(entry, Call) and entry.helper not in _GROUPS


def _run(leaves: list[_Leaves], start: int) -> tuple[int, _Slots | None]:
    """Return the end of the calls from the first one on that differ in a few values only, and these values."""
    end, found = start + 1, None
    while end < len(leaves) and leaves[start] and _alike(leaves[start], leaves[end]):
        slots = _slots(leaves[start : end + 1])
        if slots is None:
            break
        end, found = end + 1, slots
    return end, found


def _alike(first: _Leaves, other: _Leaves) -> bool:
    """Return whether two calls are built in the same way."""
    return first.keys() == other.keys() and all(
        value == other[path]
        for path, value in first.items()
        if isinstance(value, _Shape) or isinstance(other[path], _Shape)
    )


def _leaves(value: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    """Yield the values in a call by their paths, and the shapes of what they are in."""
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
        yield path, value


def _slots(run: Sequence[_Leaves]) -> _Slots | None:
    """Return the values that calls differ in; None if these are too many."""
    found = _Slots({}, {}, {})
    for path, first in run[0].items():
        if isinstance(first, _Shape):
            continue
        values = [leaves[path] for leaves in run]
        if len(set(map(expression, values))) > 1:
            tokens = _tokens(values)
            found.parts[path] = _template(tokens, path, run[0], found) if tokens else _slot(values, path, run[0], found)
            if len(found.names) > _VALUES:
                return None
    return found if found.parts else None


def _slot(values: Sequence[Any], path: _Path, leaves: _Leaves, slots: _Slots, word: str = "") -> Name:
    """Return the name for values, which is that of equal ones if there are such."""
    key = tuple(map(expression, values))
    if key not in slots.names:
        word = word or _word(path, leaves)
        word = f"its_{word}" if word in helpers.__all__ else word
        slots.names[key] = free_name(word, slots.names.values())
        slots.values[slots.names[key]] = tuple(values)
    return Name(slots.names[key])


def _tokens(values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the words of texts side by side, if the texts are equal but for one or two of them; nothing otherwise."""
    if not all(isinstance(value, str | Template) for value in values):
        return []
    split = [_words(value) for value in values]
    if len({len(words) for words in split}) > 1 or len(split[0]) < 3:
        return []
    beside = list(zip(*split, strict=True))
    differing = {words for words in beside if len(set(words)) > 1}
    literal = "".join(words[0] for words in beside if isinstance(words[0], str))
    plain = all(isinstance(word, str) for words in differing for word in words)
    # Braces would have to be doubled, and what is between them is hard to read then.
    return beside if plain and len(differing) <= 2 and not re.search(r"[{}]", literal) else []


def _words(value: str | Template) -> list[str | Name]:
    parts = value.parts if isinstance(value, Template) else (value,)
    found: list[str | Name] = []
    for part in parts:
        found += [part] if isinstance(part, Name) else _TOKEN.findall(part)
    return found


def _template(beside: list[tuple[Any, ...]], path: _Path, leaves: _Leaves, slots: _Slots) -> Template:
    """Return the text with names in place of the words that differ."""
    text = "".join(words[0] for words in beside if isinstance(words[0], str))
    parts = [
        words[0] if len(set(words)) == 1 else _slot(words, path, leaves, slots, _token_word(words, path, leaves, text))
        for words in beside
    ]
    return Template(tuple(parts))


def _token_word(words: tuple[str, ...], path: _Path, leaves: _Leaves, text: str) -> str:
    """Return what to call words that differ in a text."""
    if all(re.fullmatch(r"[\d.]+", word) for word in words):
        return "q" if "quantile" in text else "number"
    if _word(path, leaves) == "expr":
        return "metric" if all(re.fullmatch(r"[a-zA-Z:]\w*[_:][\w:]*", word) for word in words) else "value"
    return _word(path, leaves)


def _word(path: _Path, leaves: _Leaves) -> str:
    """Return the name of the argument at a path."""
    *around, last = path
    if isinstance(last, str):
        return last
    shape = leaves.get(tuple(around))
    helper = shape.text.partition("(")[0] if isinstance(shape, _Shape) else ""
    if shape and not helper.startswith(("list ", "tuple ")):
        words = _POSITIONAL.get(helper, ("title",))
        return words[last] if last < len(words) else "value"
    return next((part for part in reversed(around) if isinstance(part, str)), "value").rstrip("s")


def _loop(first: Any, slots: _Slots) -> Loop:
    body = _with_parts(first, (), slots.parts)
    assert isinstance(body, Call)
    names = tuple(slots.values)
    return Loop(body, names, tuple(zip(*slots.values.values(), strict=True)))


def _with_parts(value: Any, path: _Path, parts: dict[_Path, Any]) -> Any:
    if path in parts:
        return parts[path]
    if isinstance(value, Call):
        arguments = tuple(_with_parts(entry, (*path, number), parts) for number, entry in enumerate(value.arguments))
        keywords = {name: _with_parts(entry, (*path, name), parts) for name, entry in value.keywords.items()}
        return Call(value.helper, arguments, keywords)
    if isinstance(value, list | tuple):
        return type(value)(_with_parts(entry, (*path, number), parts) for number, entry in enumerate(value))
    return value
