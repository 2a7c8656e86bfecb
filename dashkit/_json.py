"""Canonical JSON: equal values give the same text and the same digest on every machine.

orjson does the work: sorted keys, two spaces, unescaped UTF-8. It rejects what it cannot represent (integers beyond 64 bits,
keys that are not strings); that becomes an `InputError` here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from dashkit.errors import InputError

Json = Any
"""A JSON value: dict with string keys, list, str, int, float, bool or None."""


def parse(data: bytes | str, *, where: str = "") -> Json:
    """Parse a JSON text. The `InputError` for an invalid one gives ``where``, line and column."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})", where=where
        ) from None


def pretty(value: Json) -> bytes:
    """Return the canonical text for files: sorted keys, indented by two, with a final newline."""
    return _dump(value, orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def compact(value: Json) -> bytes:
    """Return the canonical text without whitespace, for digests and requests."""
    return _dump(value, orjson.OPT_SORT_KEYS)


def digest(value: Json) -> str:
    """Return the SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(compact(value)).hexdigest()


#: How a whole number with a point ends inside of a value; or a text that looks as if it did.
_WHOLE = (b".0,", b".0]", b".0}")


def plain_digest(value: Json) -> str:
    """Return a digest that is the same for ``5`` and ``5.0``."""
    data = compact(value)
    if data.endswith(b".0") or any(end in data for end in _WHOLE):
        data = compact(plain_numbers(value))
    return hashlib.sha256(data).hexdigest()


def plain_numbers(value: Json) -> Json:
    """Return a copy with whole numbers as integers: a server may send 5.0 back as 5, or as 5e+00."""
    if isinstance(value, Mapping):
        return {key: plain_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_numbers(item) for item in value]
    return plain_number(value) if isinstance(value, float) else value


def cleaned(value: Json) -> Json:
    """Return a copy without the keys that are null, and with whole numbers as integers."""
    kind = value.__class__
    if kind is dict:
        return {key: cleaned(item) for key, item in value.items() if item is not None}
    if kind is list:
        return [cleaned(item) for item in value]
    return plain_number(value) if kind is float else value


def plain_number(value: float) -> int | float:
    """Return a whole number as an integer: ``5`` for 5.0. Beyond 2**53 floats are not exact and are left alone."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _dump(value: Json, options: int) -> bytes:
    try:
        return orjson.dumps(value, option=options)
    except orjson.JSONEncodeError as error:
        raise InputError(f"cannot be written as JSON: {error}") from None


_BLANK = re.compile(r"[ \t\n\r]*")
#: Finds where a value ends without making numbers of its digits.
_SCAN = json.JSONDecoder(parse_int=str, parse_float=str, strict=False).raw_decode


def lines(data: bytes, pointers: Iterable[str]) -> dict[str, int]:
    """Return the line (from 1) of each JSON pointer in a valid JSON text.

    For a pointer that leads nowhere, that is the line of the nearest enclosing value.
    """
    wanted: dict[str, Any] = {}
    pointers = list(pointers)
    for pointer in pointers:
        node = wanted
        for part in _parts(pointer):
            node = node.setdefault(part, {})
    text = data.decode()
    offsets = {"": 0}
    with contextlib.suppress(RecursionError):  # what is nested that deep has the line of what is around it
        _locate(text, _after_blank(text, 0), wanted, "", offsets)
    found: dict[str, int] = {}
    line, counted = 1, 0
    for pointer, offset in sorted(offsets.items(), key=lambda item: item[1]):
        found[pointer] = line = line + text.count("\n", counted, offset)
        counted = offset
    return {pointer: _nearest(found, pointer) for pointer in pointers}


def _locate(text: str, at: int, wanted: dict[str, Any], pointer: str, offsets: dict[str, int]) -> int:
    """Add the offsets of what is wanted in the value that starts at ``at``, and return where it ends."""
    opening = text[at]
    if not wanted or opening not in "{[":
        return _SCAN(text, at)[1]
    at, number = _after_blank(text, at + 1), 0
    while text[at] not in "}]":
        began = at
        if opening == "{":
            key, at = _SCAN(text, at)
            at = _after_blank(text, _after_blank(text, at) + 1)  # the colon
        else:
            key, number = str(number), number + 1
        inside = wanted.get(key, {})
        here = f"{pointer}/{pointer_part(key)}" if key in wanted else ""
        if here:
            offsets[here] = began
        at = _after_blank(text, _locate(text, at, inside, here, offsets))
        if text[at] == ",":
            at = _after_blank(text, at + 1)
    return at + 1


def _after_blank(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr] # it matches nothing, too


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def pointer_part(key: str) -> str:
    """Escape a key for use in a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _nearest(found: dict[str, int], pointer: str) -> int:
    while pointer not in found:
        pointer = pointer.rpartition("/")[0]
    return found[pointer]
