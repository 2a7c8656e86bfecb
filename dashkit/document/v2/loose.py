"""Read values of a document that may have any type: what is not of the right one counts as missing."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any, TypeVar

Types = tuple[type, ...]

TEXT: Types = (str,)
FLAG: Types = (bool,)
WHOLE: Types = (int,)
LIST: Types = (list,)
OBJECT: Types = (dict,)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


def text(value: Any, default: str = "") -> str:
    """Return a text."""
    return value if isinstance(value, str) else default


def flag(value: Any, *, default: bool = False) -> bool:
    """Return true or false."""
    return value if isinstance(value, bool) else default


def number(value: Any) -> int | float | None:
    """Return a number, or None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def whole(value: Any, default: int = 0) -> int:
    """Return a number without its fraction."""
    found = number(value)
    try:
        return default if found is None else int(found)
    except (ValueError, OverflowError):  # not a number, or infinite
        return default


def mapping(value: Any) -> dict[str, Any]:
    """Return an object."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a list."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list."""
    return [entry for entry in items(value) if isinstance(entry, dict)]


def word(value: Any, words: Mapping[Any, str], default: str) -> str:
    """Return the word for a number or a name."""
    return (
        words.get(value, default) if isinstance(value, int | float | str) and not isinstance(value, bool) else default
    )


def only(value: dict[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """Return the keys of an object that are in ``keys``."""
    return {key: item for key, item in value.items() if key in keys}


def texts(value: dict[str, Any], *keys: str) -> dict[str, str]:
    """Return those of the keys whose values are texts."""
    return {key: value[key] for key in keys if isinstance(value.get(key), str)}


def given(**values: Any) -> dict[str, Any]:
    """Return the values that are neither null nor an empty text."""
    return {key: value for key, value in values.items() if value is not None and value != ""}


def without_nulls(value: Any) -> Any:
    """Return a copy without the keys whose value is null."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def kept(spec: Mapping[str, Any], types: Mapping[str, Types]) -> dict[str, Any]:
    """Return the entries that have one of the types that belong there. A boolean is no number."""
    return {key: spec[key] for key, allowed in types.items() if key in spec and type(spec[key]) in allowed}


def spec_of(value: Any) -> dict[str, Any]:
    """Return the ``spec`` of a thing with ``kind`` and ``spec``."""
    return mapping(mapping(value).get("spec"))


def numbered(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects in a list, with their places in it."""
    yield from ((index, entry) for index, entry in enumerate(items(value)) if isinstance(entry, dict))


def positive(value: Any) -> float:
    """Return the number, or 0 if it is none that measures something."""
    return value if type(value) in (int, float) and 0 < value < math.inf else 0


def inverse(words: Mapping[K, V]) -> dict[V, K]:
    """Return the table for the other direction."""
    return {word: value for value, word in words.items()}
