"""Small edits of JSON objects, in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def take(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Remove the keys and return them with their values."""
    return {key: value.pop(key) for key in keys if key in value}


def keep(value: dict[str, Any], *keys: str) -> None:
    """Remove all other keys."""
    for key in [key for key in value if key not in keys]:
        del value[key]


def drop(value: dict[str, Any], *keys: str) -> None:
    """Remove the keys, if present."""
    for key in keys:
        value.pop(key, None)


def drop_defaults(value: dict[str, Any], defaults: Mapping[str, Any]) -> None:
    """Remove the keys whose values equal their defaults."""
    for key, default in defaults.items():
        if key in value and value[key] == default:
            del value[key]


def set_given(value: dict[str, Any], **values: Any) -> None:
    """Set the keys whose new values are neither null nor empty."""
    value.update({key: new for key, new in values.items() if new not in (None, "", [], {})})
