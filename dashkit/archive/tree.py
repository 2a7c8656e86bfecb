"""An archive as a directory: which of its files are ours."""

from __future__ import annotations

import re
from pathlib import Path

from dashkit.archive.manifest import NAME
from dashkit.errors import InputError

#: Holds the SHA-256 of the manifest, as the seal of a ZIP stands for all of it.
TREE_SEAL = "manifest.sha256"
_ORGANISATION = re.compile(r"org-\d+")
_MEMBER = re.compile(r"org-\d+/[a-z-]+/[^/]+\.json")


def old_members(folder: Path) -> set[str]:
    """The members' paths that an earlier backup left below ``folder``; `InputError` where it holds something else."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise InputError("not a directory", where=str(folder))
    # A first run that was cut off has left members, and no manifest.
    ours = (folder / NAME).is_file()
    if not ours and any(not _ORGANISATION.fullmatch(name.name) and name.name[0] != "." for name in folder.iterdir()):
        hint = "name an empty or a new directory: files of a tree that are gone from the server are removed there"
        raise InputError("this directory holds something, but no backup", where=str(folder), hint=hint)
    return members(folder)


def members(folder: Path) -> set[str]:
    """The paths of all files that look like members."""
    found = (path.relative_to(folder).as_posix() for path in folder.glob("org-*/*/*.json"))
    return {path for path in found if _MEMBER.fullmatch(path)}
