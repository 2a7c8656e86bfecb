"""Give a document another title or uid, in whatever wrapping it comes."""

from __future__ import annotations

from typing import Any

from dashkit.document.read import V2_VERSIONS, as_resource, wrapping
from dashkit.document.v2.parts import is_v2


def uid_of(value: Any) -> str:
    """Return the uid that a document says; empty if it says none."""
    key = wrapping(value)
    inner = value.get(key) if key else value
    found = inner.get("uid") if isinstance(inner, dict) else None
    if key == "spec" and not found:
        metadata = value.get("metadata")
        found = metadata.get("name") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""


def renamed(value: Any, *, title: str = "", uid: str = "") -> Any:
    """Return a document with another title, another uid, or both; empty ones stay as they are.

    What is not a dashboard is returned as it is: reading it says what is wrong with it.
    """
    key = wrapping(value)
    inner = value.get(key) if key else value
    if not isinstance(inner, dict):
        return value
    v2 = is_v2(inner)
    inner = inner | ({"title": title} if title else {}) | ({"uid": uid} if uid and not v2 else {})
    if not key:
        return as_resource(uid, V2_VERSIONS[0], inner) if v2 and uid else inner
    whole = value | {key: inner}
    metadata = value.get("metadata", {})
    return (
        whole | {"metadata": {**metadata, "name": uid}}
        if uid and key == "spec" and isinstance(metadata, dict)
        else whole
    )
