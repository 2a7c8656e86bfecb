"""What to write down about a rule that changed a panel, and how to look at JSON by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dashkit import _json
from dashkit.authoring.paths import Json, prune, step


@dataclass(frozen=True, slots=True)
class Rule:
    """A way in which JSON may differ though people see the same in every Grafana.

    ``apply`` changes a panel and yields the places that it changed. ``reason`` is a fact about Grafana. ``done`` says what
    happens to those places. Without ``kinds``, it looks at panels of all of them.
    """

    reason: str
    apply: Callable[[Json], Iterator[str]]
    done: Literal["left out", "written out", "rewritten"] = "left out"
    kinds: frozenset[str] = frozenset()


def path_of(text: str) -> tuple[str, ...]:
    """Return the parts of ``fieldConfig.defaults.unit``."""
    return tuple(text.split("."))


def at(panel: Json, path: str) -> Any:
    """Return what stands at a path, or None."""
    holder: Any = panel
    for part in path_of(path):
        holder = step(holder, part)
    return holder


def objects_on(panel: Json, path: str) -> bool:
    """Return whether what stands on the way to a path is nothing but objects, so that one may write there."""
    holder: Any = panel
    for part in path_of(path)[:-1]:
        if not isinstance(holder, dict):
            return False
        holder = holder.get(part, {})
    return isinstance(holder, dict)


def drop(panel: Json, path: str) -> Iterator[str]:
    """Remove an entry, and the objects around it that are empty then, but neither ``options`` nor ``fieldConfig``."""
    *around, last = path_of(path)
    holder = at(panel, ".".join(around)) if around else panel
    if isinstance(holder, dict) and last in holder:
        del holder[last]
        for start in (["fieldConfig", "defaults"], ["options"]):
            if around[: len(start)] == start:
                prune(at(panel, ".".join(start)), tuple(around[len(start) :]))
        yield path


def equal(first: Any, second: Any) -> bool:
    """Return whether two values are the same JSON; in Python, ``False == 0``."""
    return _json.compact({"": first}) == _json.compact({"": second})


def defaults(panel: Json) -> Json:
    """Return the settings of all fields, or an object that belongs to nobody."""
    found = at(panel, "fieldConfig.defaults")
    return found if isinstance(found, dict) else {}


def objects(value: Any) -> list[Json]:
    """Return the entries of a list that are objects. What is no list has none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def overrides(panel: Json) -> list[Json]:
    """Return the overrides that have the form of one."""
    return objects(at(panel, "fieldConfig.overrides"))


def properties(panel: Json) -> list[Json]:
    """Return what the overrides set: objects with ``id`` and ``value``."""
    return [entry for one in overrides(panel) for entry in objects(one.get("properties"))]
