"""Archives as directories: which of the files are ours."""

from __future__ import annotations

import re
from pathlib import Path

from dashkit.archive.manifest import NAME
from dashkit.errors import InputError

#: Holds the SHA-256 of the manifest, and does for a tree what the seal does for a ZIP.
TREE_SEAL = "manifest.sha256"
_ORGANISATION = re.compile(r"org-\d+")
_MEMBER = re.compile(r"org-\d+/[a-z-]+/[^/]+\.json")


def old_members(folder: Path) -> set[str]:
    """Return the paths of the members that an earlier backup left below ``folder``.

    Raises:
        InputError: the directory holds something else.
    """
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise InputError("not a directory", where=str(folder))
    # An interrupted first run leaves members without a manifest.
    ours = (folder / NAME).is_file()
    if not ours and any(not _ORGANISATION.fullmatch(path.name) and path.name[0] != "." for path in folder.iterdir()):
        hint = "use an empty or new directory: a backup removes the files of objects that were deleted on the server"
        raise InputError("this directory is not empty and holds no backup", where=str(folder), hint=hint)
    return members(folder)


def members(folder: Path) -> set[str]:
    """Return the paths of all files that look like members."""
    found = (path.relative_to(folder).as_posix() for path in folder.glob("org-*/*/*.json"))
    return {path for path in found if _MEMBER.fullmatch(path)}
