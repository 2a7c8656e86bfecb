"""Names of the modules that dashboards become."""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from collections.abc import Collection, Container

_LONGEST = 60


def module_name(title: str, uid: str, taken: Collection[str]) -> str:
    """Return the name of a module for a dashboard: its title in ``snake_case``, with its uid if that is taken."""
    name = snake(title) or snake(uid) or "dashboard"
    if keyword.iskeyword(name) or name in sys.stdlib_module_names or name in ("shared", "alerts") or name[0].isdigit():
        name = f"dashboard_{name}"
    if name not in taken:
        return name
    return free_name(f"{name}_{snake(uid)}".rstrip("_"), taken)


def free_name(name: str, taken: Container[str], before: str = "_") -> str:
    """Return a name that is not taken, with a number if need be; ``before`` stands before it."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}{before}{number}", number + 1
    return free


def snake(text: str) -> str:
    """Return a text as a name in ``snake_case``; empty if it has nothing that a name may have."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].strip("_")
