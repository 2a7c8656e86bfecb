"""Convert Python objects that describe a dashboard to plain JSON values."""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

from dashkit import _json
from dashkit.compiler.record import NOTE
from dashkit.errors import InputError
from dashkit.model.notes import SOURCE_KEY

_ATOMS = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:
    """Return ``value`` and everything in it as new dicts, lists and atoms. None values in dicts are dropped.

    Supports grafanalib (``to_json_data``), the foundation SDK (``build``, ``to_json``) and plain containers. The note on
    where a panel was constructed is kept.

    Raises:
        InputError: a value has no JSON form.
    """
    kind = value.__class__
    if kind in _ATOMS:
        return value
    if kind is float:
        if not math.isfinite(value):
            raise InputError(f"{value} cannot be part of a dashboard: JSON has no such number")
        return _json.plain_number(value)  # Grafana returns 1.0 as 1; keep one spelling per value
    if kind is dict:
        return {
            key if key.__class__ is str else str(key): plain(item) for key, item in value.items() if item is not None
        }
    if kind is list:
        return [plain(item) for item in value]
    to_json_data = getattr(value, "to_json_data", None)
    if to_json_data is not None:
        result = plain(to_json_data())
        note = getattr(value, "__dict__", {}).get(NOTE)
        if note is not None:
            result[SOURCE_KEY] = note
        return result
    return _uncommon(value)


def _uncommon(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str | int | float):
        return value
    for method in ("to_json", "build"):
        call = getattr(value, method, None)
        if callable(call):
            return plain(call())
    raise InputError(f"{type(value).__name__} cannot be part of a dashboard: it has no JSON form")
