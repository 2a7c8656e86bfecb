"""Validate documents with the JSON Schema of dashboards.

A compiled validator quickly accepts the many valid documents. jsonschema explains what is wrong with an invalid one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from dashkit import _json
from dashkit.errors import SpecError


def validate(spec: dict[str, Any]) -> None:
    """Check that ``spec`` matches the schema.

    Raises:
        SpecError: It does not. The error has the JSON pointer of the place.
    """
    import fastjsonschema

    try:
        _compiled()(spec)
    except fastjsonschema.JsonSchemaValueException:
        raise _explain(spec) from None


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 7) of a compiled dashboard."""
    text = resources.files("dashkit.document").joinpath("dashboard.schema.json").read_bytes()
    result: dict[str, Any] = _json.parse(text)
    return result


@cache
def _compiled() -> Callable[[Any], Any]:
    import fastjsonschema

    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema(), use_default=False, detailed_exceptions=False)
    return compiled


def _explain(spec: dict[str, Any]) -> SpecError:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft7Validator(schema()).iter_errors(spec))
    if error is None:  # the two validators disagree: refuse, never pass silently
        return SpecError("the document does not match the dashboard schema")
    pointer = "".join(f"/{_json.pointer_part(str(part))}" for part in error.absolute_path)
    message = error.message if len(error.message) < 300 else f"{error.message[:300]}…"
    return SpecError(message, pointer=pointer or "/", hint=_panel_hint(spec, list(error.absolute_path)))


def _panel_hint(spec: dict[str, Any], path: list[Any]) -> str:
    """Name the panel that a path such as /panels/3/... leads into."""
    value: Any = spec
    title = ""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(value, dict) and "gridPos" in value and value.get("title"):
            title = value["title"]
    return f"it is in panel {title!r}" if title else ""
