"""Addresses that may contain secrets: a user's password, or a key as a parameter."""

from __future__ import annotations

import re

#: ``user:password@`` after a scheme, or at the start of an address without one. A password may contain an ``@``.
_PASSWORD = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/?#@:\s]*):([^/?#\s]+)@")
_PARAMETER = re.compile(
    r"([?&;](?:[\w.-]*(?:token|password|passwd|secret|signature|api[_-]?key|access[_-]?key|auth)[\w.-]*|key|sig|pwd)=)[^&;#\s]+",
    re.IGNORECASE,
)


def without_secrets(address: str) -> tuple[str, bool]:
    """Return an address without its secrets, and whether it had any."""
    plain = _PARAMETER.sub(r"\1", _PASSWORD.sub(r"\1@", address))
    return plain, plain != address
