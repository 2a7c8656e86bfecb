"""Paths to places inside an object: ``url``, ``headers.0.value``. A dot in a key is written ``~1``, a tilde ``~0``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def path_of(keys: Iterable[str]) -> str:
    """Return the path of some keys, outermost first."""
    return ".".join(key.replace("~", "~0").replace(".", "~1") for key in keys)


def keys_of(path: str) -> list[str]:
    """Return the keys of a path, outermost first."""
    return [readable(part) for part in path.split(".")]


def readable(path: str) -> str:
    """Return a path with unescaped keys. Only for display, as a dot in a key now looks like a separator."""
    return path.replace("~1", ".").replace("~0", "~")


def at(value: Any, path: str) -> Any:
    """Return the value at a path, None if there is none."""
    for key in keys_of(path):
        value = inside(value, key)
    return value


def inside(value: Any, key: str) -> Any:
    """Return the value at one key of an object, or index of a list; None if there is none."""
    if isinstance(value, list):
        return value[int(key)] if key.isdigit() and int(key) < len(value) else None
    return value.get(key) if isinstance(value, dict) else None
