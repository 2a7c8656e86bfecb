"""Read parts of a document that may be malformed: a value of an odd type counts as missing."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, TypeVar

Types = tuple[type, ...]

TEXT: Types = (str,)
FLAG: Types = (bool,)
WHOLE: Types = (int,)
LIST: Types = (list,)
OBJECT: Types = (dict,)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


def kept(spec: Mapping[str, Any], types: Mapping[str, Types]) -> dict[str, Any]:
    """Return the entries that have one of the types that belong there. A boolean is no number."""
    return {key: spec[key] for key, allowed in types.items() if key in spec and type(spec[key]) in allowed}


def mapping(value: Any) -> dict[str, Any]:
    """Return the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def spec_of(value: Any) -> dict[str, Any]:
    """Return the ``spec`` of a thing with ``kind`` and ``spec``."""
    return mapping(mapping(value).get("spec"))


def objects(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects in a list, with their places in it."""
    yield from ((index, entry) for index, entry in enumerate(listed(value)) if isinstance(entry, dict))


def listed(value: Any) -> list[Any]:
    """Return the list, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any, default: str = "") -> str:
    """Return the text, or ``default``."""
    return value if isinstance(value, str) else default


def whole(value: Any, default: int) -> int:
    """Return the integer, or ``default``."""
    return value if type(value) is int else default


def positive(value: Any) -> float:
    """Return the number, or 0 if it is none that measures something."""
    return value if type(value) in (int, float) and 0 < value < math.inf else 0


def inverse(words: Mapping[K, V]) -> dict[V, K]:
    """Return the table for the other direction."""
    return {word: value for value, word in words.items()}
