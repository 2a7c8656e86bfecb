"""Paths of members: readable, equal for equal objects, and safe on every file system."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_OTHER = re.compile(r"[^a-z0-9]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


def member_path(organisation: int, kind: str, key: str) -> str:
    """Return a member's path, such as ``org-1/dashboards/checkout.json``."""
    return f"org-{organisation}/{kind}/{file_name(key)}"


def file_name(key: str) -> str:
    """Return a file name for a key, such as ``checkout.json``.

    A key of plain lower-case characters is used unchanged. Any other (``A/b``, ``..``, or upper case, which some file systems
    do not distinguish) becomes a readable part and twelve digits of its SHA-256.
    """
    if _PLAIN.fullmatch(key) and not key.endswith(".") and not _RESERVED.fullmatch(key):
        return f"{key}.json"
    readable = _OTHER.sub("-", key.lower())[:60].strip("-") or "x"
    return f"{readable}~{hashlib.sha256(key.encode()).hexdigest()[:12]}.json"
