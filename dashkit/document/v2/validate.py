"""Validate documents with the JSON Schema of v2.

A compiled validator quickly accepts the many valid documents. jsonschema explains what is wrong with an invalid one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from dashkit import _json

_LONGEST = 300


def faults(spec: Any) -> list[tuple[str, str]]:
    """Return the JSON pointer and the message of each fault in the ``spec`` of a v2 or v2beta1 dashboard."""
    try:
        return [] if _matches(spec) else _explained(spec)
    except RecursionError:
        return [("/", "the document is nested too deeply")]


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 7) of v2."""
    text = resources.files("dashkit.document.v2").joinpath("schema.json").read_bytes()
    result: dict[str, Any] = _json.parse(text)
    return result


def _matches(spec: Any) -> bool:
    import fastjsonschema

    try:
        _compiled()(spec)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


@cache
def _compiled() -> Callable[[Any], Any]:
    import fastjsonschema

    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema(), use_default=False, detailed_exceptions=False)
    return compiled


def _explained(spec: Any) -> list[tuple[str, str]]:
    from jsonschema import Draft7Validator

    found = {
        (_pointer(error.absolute_path), _short(error.message)) for error in Draft7Validator(schema()).iter_errors(spec)
    }
    # If the two validators disagree, the document is refused: it never passes silently.
    return sorted(found) or [("/", "the document does not match the v2 schema")]


def _pointer(path: Any) -> str:
    return "".join(f"/{_json.pointer_part(str(part))}" for part in path) or "/"


def _short(message: str) -> str:
    return message if len(message) < _LONGEST else f"{message[:_LONGEST]}…"
