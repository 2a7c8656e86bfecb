"""Places in JSON objects: write a value there, find it, remove it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]
"""Keys, and the indexes of lists, of which only 0 can be written."""
Json = dict[str, Any]


def step(holder: Any, part: str | int) -> Any:
    """Return an entry of an object, or the only entry of a list."""
    if isinstance(part, int):
        return holder[0] if isinstance(holder, list) and len(holder) == 1 else None
    return holder.get(part) if isinstance(holder, dict) else None


def prune(source: Json, path: Path) -> None:
    """Remove the objects on the path that have become empty."""
    chain: list[tuple[Any, str | int]] = []
    holder: Any = source
    for part in path:
        inner = step(holder, part)
        if inner is None:
            break
        chain.append((holder, part))
        holder = inner
    for outer, part in reversed(chain):
        if step(outer, part) not in ({}, []):
            return
        del outer[0 if isinstance(part, int) else part]


def put(into: Json, path: Path, value: Any, *, keys: bool = False) -> None:
    """Write a copy of a value at a path; with ``keys``, write its keys into the object there."""
    holder: Any = into
    parts = path if keys else path[:-1]
    following = (*path[1:], "") if keys else path[1:]
    for part, after in zip(parts, following, strict=True):
        holder = _descend(holder, part, [] if isinstance(after, int) else {})
    # A copy: tables and authors use the same value for many panels, and raw JSON may be written over one of them.
    value = copied(value)
    if keys:
        holder.update(value)
    else:
        holder[path[-1]] = value


def copied(value: Any) -> Any:
    """Return a deep copy of JSON. Other objects are not copied."""
    if value.__class__ is dict:
        return {key: copied(entry) for key, entry in value.items()}
    return [copied(entry) for entry in value] if value.__class__ is list else value


def _descend(holder: Any, part: str | int, new: Any) -> Any:
    if isinstance(part, int):
        if not holder:
            holder.append(new)
        return holder[0]
    return holder.setdefault(part, new)


def merge(base: Json, more: Mapping[str, Any]) -> None:
    """Write a copy of raw JSON over an object, key by key. None removes a key."""
    for key, value in more.items():
        if value is None:
            base.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = copied(value)
