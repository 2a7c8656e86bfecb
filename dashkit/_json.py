"""Canonical JSON: one text and one digest for one value, on each machine.

orjson does the work: sorted keys, two spaces, UTF-8 as it is. What it cannot hold (integers beyond 64 bits, keys that are
no strings, NaN) is refused by it, and named here.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from dashkit.errors import InputError

Json = Any
"""A JSON value: dict with string keys, list, str, int, float, bool or None."""


def parse(data: bytes | str, *, where: str = "") -> Json:
    """The value of a JSON text; `InputError` names ``where``, line and column of the fault."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})", where=where
        ) from None


def pretty(value: Json) -> bytes:
    """Canonical text for files: sorted keys, indented by two, a newline at the end."""
    return _dump(value, orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def compact(value: Json) -> bytes:
    """Canonical text without white space, for digests and requests."""
    return _dump(value, orjson.OPT_SORT_KEYS)


def digest(value: Json) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(compact(value)).hexdigest()


def _dump(value: Json, options: int) -> bytes:
    try:
        return orjson.dumps(value, option=options)
    except orjson.JSONEncodeError as error:
        raise InputError(f"cannot be written as JSON: {error}") from None
