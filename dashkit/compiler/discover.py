"""Which files below the configured paths are dashboards, and which folder they say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashkit.errors import InputError
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_title

#: Directories of helpers and of things that other parts of dashkit load.
_HELPERS = frozenset({"shared", "alerts"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A dashboard module or JSON file; ``root`` is the configured path it was found under."""

    path: Path
    root: Path
    folder: FolderPath


def discover(roots: list[Path]) -> Iterator[SourceFile]:
    """The files in a fixed order. Names that start with ``_`` or ``.``, and ``shared`` and ``alerts``, are not dashboards.

    A root may be a single file. `InputError` where a root does not exist.
    """
    for root in roots:
        if root.is_file():
            yield SourceFile(root, root.parent, ())
        elif root.is_dir():
            yield from _below(root)
        else:
            raise InputError(
                "no such file or directory", where=str(root), hint="`dashboards:` in dashkit.yaml names where to look"
            )


def _below(root: Path) -> Iterator[SourceFile]:
    for directory, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in _HELPERS and not name.startswith(("_", ".")))
        parts = Path(directory).relative_to(root).parts
        folder = tuple(folder_title(part) for part in parts)
        for name in sorted(files):
            if name.endswith((".py", ".json")) and not name.startswith(("_", ".")):
                yield SourceFile(Path(directory, name), root, folder)
