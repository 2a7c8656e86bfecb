"""A dashboard as it leaves the compiler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FolderPath = tuple[str, ...]
"""Titles of the folders from the root down; empty for the root."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the author's files: path as it is shown to people, and line (0 where none is known)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


NOWHERE = Location("")
"""Of what no file of the author says."""


@dataclass(frozen=True, slots=True)
class CompiledDashboard:
    """A dashboard in the form that is pushed.

    ``spec`` is the canonical document (see `dashkit.spec.normalise`), never changed in place; ``panels`` gives the source
    of each panel by its id, ``variables`` that of each variable by its name.
    """

    uid: str
    title: str
    folder: FolderPath
    spec: dict[str, Any]
    source: Location
    panels: Mapping[int, Location] = field(default_factory=dict)
    variables: Mapping[str, Location] = field(default_factory=dict)
