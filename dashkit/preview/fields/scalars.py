"""Values of fields as JavaScript reads them: as numbers, as texts, and compared with what an option says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from dashkit._json import plain_number
from dashkit.preview.frames import FieldType, Frame

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INFINITIES = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}


def number_of(value: Any) -> float:
    """Return a value as a number: what is missing is 0, and what is none is NaN."""
    if value is None:
        return 0
    if isinstance(value, int | float):
        return as_float(value)
    if not isinstance(value, str):
        return math.nan
    written = value.strip()
    if not written:
        return 0
    return float(written) if _DECIMAL.fullmatch(written) else _INFINITIES.get(written, math.nan)


def as_float(value: float) -> float:
    """Return a number that arithmetic can use: JSON may hold integers that are too large for it."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def tidy(value: float) -> float:
    """Return a whole number as an integer, as JSON writes it."""
    return plain_number(value) if isinstance(value, float) and math.isfinite(value) else value


def text_of(value: Any) -> str:
    """Return a value as text; what is missing is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _written(value)
    return json_of(value)


def json_of(value: Any) -> str:
    """Return a value as JSON; frames, which a cell may hold, have none."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=lambda other: type(other).__name__)


def _written(value: float) -> str:
    value = tidy(as_float(value))
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return f"{value:.0f}"
    return re.sub(r"e([+-])0", r"e\1", repr(value))


def loosely_equal(value: Any, wanted: Any) -> bool:
    """Return whether JavaScript's ``==`` holds: ``"2"`` is 2 and true is 1, but what is missing is only itself."""
    if value is None or wanted is None:
        return value is wanted
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted
    return number_of(value) == number_of(wanted)


def key_of(value: Any) -> Any:
    """Return what a value is looked up by: 1 and true differ, lists and objects are what they contain."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list | dict):
        return ("json", json_of(value))
    if isinstance(value, float) and math.isnan(value):
        return ("number", "NaN")
    return id(value) if isinstance(value, Frame) else value


def field_type_of(values: Iterable[Any]) -> FieldType:
    """Return the type that Grafana guesses from the first value that is not missing."""
    value = next((one for one in values if one is not None), None)
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return _type_of_text(value)
    return "other"


def _type_of_text(written: str) -> FieldType:
    if written in ("true", "false"):
        return "boolean"
    numeric = written == "NaN" or (written.strip() != "" and not math.isnan(number_of(written)))
    return "number" if numeric else "string"


def at(values: Sequence[Any], rows: Iterable[int]) -> list[Any]:
    """Return the values in some rows; a row beyond the end is missing."""
    count = len(values)
    return [values[row] if row < count else None for row in rows]
