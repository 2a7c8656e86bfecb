"""Places inside an object, as paths: ``url``, ``headers.0.value``. A dot in a key is written ``~1``, a tilde ``~0``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def path_of(keys: Iterable[str]) -> str:
    """The path of keys, outermost first."""
    return ".".join(key.replace("~", "~0").replace(".", "~1") for key in keys)


def keys_of(path: str) -> list[str]:
    """The keys of a path, outermost first."""
    return [readable(part) for part in path.split(".")]


def readable(path: str) -> str:
    """A path with its keys as they are: for people, as it does not tell a dot from a dot any more."""
    return path.replace("~1", ".").replace("~0", "~")


def at(value: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    for key in keys_of(path):
        value = inside(value, key)
    return value


def inside(value: Any, key: str) -> Any:
    """What stands at one key of an object, or number of a list; None where nothing does."""
    if isinstance(value, list):
        return value[int(key)] if key.isdigit() and int(key) < len(value) else None
    return value.get(key) if isinstance(value, dict) else None
