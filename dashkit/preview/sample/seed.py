"""Numbers that look random and are always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

_Option = TypeVar("_Option")


@lru_cache(maxsize=65_536, typed=True)
def fraction(*parts: object) -> float:
    """Return a number from 0 up to 1 that depends on nothing but the parts."""
    text = "\x00".join(str(part) for part in parts)
    digest = blake2b(text.encode("utf-8", "backslashreplace"), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def between(low: float, high: float, *parts: object) -> float:
    """Return a number in a range that depends on nothing but the parts."""
    return low + (high - low) * fraction(*parts)


def pick(options: Sequence[_Option], *parts: object) -> _Option:
    """Return one of the options."""
    return options[int(fraction(*parts) * len(options))]


def label_seed(labels: Mapping[str, str]) -> str:
    """Return a text that tells label sets apart."""
    return ",".join(f"{name}={labels[name]}" for name in sorted(labels))
