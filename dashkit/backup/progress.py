"""A file that lists what a restore has begun. If it is interrupted, its own half-made objects are then not a conflict.

A new folder or dashboard has its creator's permissions until its own are written; a team, a user or (on 10) a group of rules
takes several requests. Everything else takes one request, and is there or not.
"""

from __future__ import annotations

from pathlib import Path

from dashkit import _files
from dashkit.archive.read import Archive
from dashkit.model.kinds import BY_NAME

#: The kinds whose objects are complete only with the permissions, which are written later.
HOMES = {"folder-permissions": "folders", "dashboard-permissions": "dashboards"}


def progress_file(folder: Path, context: str, archive: Archive) -> Path:
    """Return the path of the file for one archive and context."""
    return folder / f"restore-{context}-{archive.manifest.digest[:16]}.begun"


class Begun:
    """The objects (``kind/key``) that a restore of this archive has begun to create on this server."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = _files.read_bytes(path).decode("utf-8", "replace").split("\n") if path.is_file() else []
        self._known = {line for line in lines if line}

    def half_made(self, kind: str, key: str) -> bool:
        """Return whether the object with this key may be one that we have not finished."""
        if kind in HOMES:
            return f"{HOMES[kind]}/{_line(key)}" in self._known
        return BY_NAME[kind].several and f"{kind}/{_line(key)}" in self._known

    def note(self, kind: str, key: str) -> None:
        """Record an object that is about to be created, before the request is sent."""
        if BY_NAME[kind].several or kind in HOMES.values():
            _files.append_line(self._path, f"{kind}/{_line(key)}")

    def done(self) -> None:
        """Remove the file, because nothing is half-made any more."""
        self._path.unlink(missing_ok=True)


def _line(key: str) -> str:
    return key.replace("\n", " ")
