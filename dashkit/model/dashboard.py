"""A dashboard as it leaves the compiler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FolderPath = tuple[str, ...]
"""The titles of the folders from the root down; empty for the root itself."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the author's files: the path to show, and the line (0 if unknown)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


NOWHERE = Location("")
"""The location of anything that does not come from the author's files."""


@dataclass(frozen=True, slots=True)
class CompiledDashboard:
    """A dashboard in the form that is pushed.

    ``spec`` is the canonical document (see `dashkit.document.normalise`) and is never changed in place. ``panels`` maps the id
    of each panel to its source, ``variables`` the name of each variable. ``notes`` say what was mended in a file.
    """

    uid: str
    title: str
    folder: FolderPath
    spec: dict[str, Any]
    source: Location
    panels: Mapping[int, Location] = field(default_factory=dict)
    variables: Mapping[str, Location] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    #: The version of the v2 schema; empty for a classic dashboard.
    schema: str = ""
    #: Whether it must not lose anything on a Grafana that does not have that schema.
    strict: bool = False
