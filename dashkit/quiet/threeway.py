"""Merge values of three sides: what was, what one side made of it, and what the other one did. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashkit import _json

Json = dict[str, Any]
#: Stands for what is not there.
MISSING: Any = object()
#: Lists whose entries have names of their own, and the key that holds these.
_NAMES = {"targets": "refId", "links": "title", "transformations": "id", "overrides": "matcher", "list": "name"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed the same thing, each in its own way.

    Attributes:
        what: ``panel 'Errors': fieldConfig.defaults.unit``.
        base: what was pushed last. All three are None where there is nothing.
    """

    what: str
    base: Any
    source: Any
    live: Any


@dataclass(slots=True)
class Merge:
    """Merges values, and collects what is in conflict."""

    conflicts: list[Conflict] = field(default_factory=list)

    def value(self, what: str, base: Any, source: Any, live: Any) -> Any:
        """Return the value that one of the sides changed."""
        if alike(source, live) or alike(live, base):
            return source
        if alike(source, base):
            return live
        dicts = all(isinstance(one, dict) for one in (source, live)) and isinstance(base, dict | type(MISSING))
        if dicts:
            return self.objects(what, base if isinstance(base, dict) else {}, source, live)
        name = what.rpartition(".")[2].rpartition(" ")[2]
        if what.removeprefix(".") == "tags" and all(isinstance(one, list) for one in (base, source, live)):
            gone = {str(one) for one in base if one not in source or one not in live}
            return sorted({*map(str, source), *map(str, live)} - gone)
        if name in _NAMES and all(isinstance(one, list) for one in (base, source, live)):
            merged = self.named(what, base, source, live, _NAMES[name])
            if merged is not None:
                return merged
        self.conflicts.append(Conflict(what, *(None if one is MISSING else one for one in (base, source, live))))
        return live

    def objects(self, what: str, base: Json, source: Json, live: Json) -> Json:
        """Merge key by key."""
        found = {}
        for key in [*source, *(one for one in live if one not in source)]:
            path = f"{what}{'.' if not what.endswith(': ') else ''}{key}"
            value = self.value(path, *(one.get(key, MISSING) for one in (base, source, live)))
            if value is not MISSING:
                found[key] = value
        return found

    def named(
        self, what: str, base: Sequence[Any], source: Sequence[Any], live: Sequence[Any], key: str
    ) -> list[Any] | None:
        """Merge lists entry by entry; None if that is not possible. The order is that of the side that changed it.

        Args:
            key: of the names of entries.
        """
        sides = []
        for side in (base, source, live):
            found = {_name(one.get(key)): one for one in side if isinstance(one, dict)}
            if len(found) < len(side):
                return None
            sides.append(found)
        was, ours, theirs = sides
        if _in_doubt(was, ours, theirs, key):
            return None
        kept = _order(ours, was) == _order(was, ours)
        first, second = (theirs, ours) if kept else (ours, theirs)
        merged = []
        for name in _joined(list(first), list(second)):
            value = self.value(f"{what} {name!r}", *(side.get(name, MISSING) for side in sides))
            if value is not MISSING:
                merged.append(value)
        return merged


def _name(value: Any) -> str:
    return value if isinstance(value, str) else _json.compact(value).decode()


def _order(names: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    """Return those of the names that are among the others, too."""
    return [one for one in names if one in others]


def _in_doubt(was: Mapping[str, Json], ours: Mapping[str, Json], theirs: Mapping[str, Json], key: str) -> bool:
    """Return whether it is not known in which order entries come, or which one of before an entry was."""
    moved = _order(theirs, was) != _order(was, theirs)
    if _order(ours, was) != _order(was, ours) and _order(theirs, ours) != _order(ours, theirs):
        both = [one for one in was if one in ours and one in theirs]
        if _order(theirs, ours) != both:
            return True
    added = [_without(key, ours[one]) for one in ours if one not in was]
    renamed = [one for one in was if one not in ours and _without(key, was[one]) in added]
    return any(moved or one not in theirs for one in renamed)


def _without(key: str, entry: Json) -> bytes:
    return _json.compact({name: value for name, value in entry.items() if name != key})


def _joined(first: list[str], second: list[str]) -> list[str]:
    """Return the names of a list, and those that only another one has, each behind the one that it follows there."""
    result = list(first)
    for index, name in enumerate(second):
        if name not in result:
            before = next((one for one in reversed(second[:index]) if one in result), None)
            result.insert(result.index(before) + 1 if before is not None else 0, name)
    return result


def alike(first: Any, second: Any) -> bool:
    """Return whether two values are the same JSON, or both missing."""
    if first is MISSING or second is MISSING:
        return first is second
    return _json.compact(first) == _json.compact(second)
