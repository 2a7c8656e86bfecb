"""Merge values of three sides: what was, what one side made of it, and what the other one did. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashkit import _json

Json = dict[str, Any]
#: Stands for what is not there.
MISSING: Any = object()
#: Lists whose entries have names of their own.
_NAMES: Mapping[str, Callable[[Json], Any]] = {
    "targets": lambda one: one.get("refId"),
    "links": lambda one: one.get("title"),
    "transformations": lambda one: one.get("id"),
    "overrides": lambda one: _json.compact(one.get("matcher")),
    "list": lambda one: one.get("name"),
}


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
        if name == "tags" and all(isinstance(one, list) for one in (base, source, live)):
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
        self, what: str, base: Sequence[Any], source: Sequence[Any], live: Sequence[Any], name: Callable[[Json], Any]
    ) -> list[Any] | None:
        """Merge lists entry by entry; None if that is not possible. The order is that of the side that changed it."""
        sides = []
        for side in (base, source, live):
            if not all(isinstance(one, dict) for one in side) or len({str(name(one)) for one in side}) < len(side):
                return None
            sides.append({str(name(one)): one for one in side})
        was, ours, theirs = sides
        common = [[one for one in side if one in was] for side in (was, ours, theirs)]
        first, second = (theirs, ours) if common[1] == [one for one in common[0] if one in ours] else (ours, theirs)
        order = _joined(list(first), list(second), was)
        found = []
        for key in order:
            value = self.value(
                f"{what} {key!r}", was.get(key, MISSING), ours.get(key, MISSING), theirs.get(key, MISSING)
            )
            if value is not MISSING:
                found.append(value)
        return found


def _joined(first: list[str], second: list[str], was: Mapping[str, Any]) -> list[str]:
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
