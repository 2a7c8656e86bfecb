"""Read JSON values of uncertain shape: what is missing or of the wrong type is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashkit._json import pointer_part
from dashkit.promql.variables import references


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list | tuple) else []


def texts(value: Any) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list | tuple) else []


def datasource_uid(value: Any) -> str:
    """Return the uid (or name, or variable) in a datasource reference of any version; empty for the default one."""
    if isinstance(value, dict):
        value = value.get("uid")
    return value if isinstance(value, str) and value != "default" else ""


def strings(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string inside a JSON value, with its pointer."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if item.__class__ in (str, dict, list):
                yield from strings(item, f"{pointer}/{pointer_part(str(key))}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if item.__class__ in (str, dict, list):
                yield from strings(item, f"{pointer}/{index}")


def used_variables(value: Any) -> set[str]:
    """Return the names of the variables that the strings inside a JSON value use."""
    return set().union(*(references(entry) for _, entry in strings(value)), set())
