"""Find the dashboard files below the configured paths, and their folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashkit import _files, _yaml
from dashkit.errors import InputError
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_title

#: Directories for helper modules, and for modules that other parts of dashkit load.
HELPERS = frozenset({"shared", "alerts"})
#: Sets a folder title that cannot be derived from the directory's name: ``title: SRE (EU)``.
FOLDER_FILE = "_folder.yaml"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A dashboard module or JSON file; ``root`` is the configured path it was found under."""

    path: Path
    root: Path
    folder: FolderPath


def discover(roots: list[Path]) -> Iterator[SourceFile]:
    """Yield the dashboard files in a fixed order. Skip names that start with ``_`` or ``.``, and ``shared`` and ``alerts``.

    A root may be a single file.

    Raises:
        InputError: a root does not exist, or a directory cannot be read.
    """
    for root in roots:
        if root.is_file():
            yield SourceFile(root, root.parent, ())
        elif root.is_dir():
            yield from _below(root)
        else:
            raise InputError(
                "no such file or directory",
                where=str(root),
                hint="set `dashboards:` in dashkit.yaml, or start a new project: dashkit init my-dashboards",
            )


def _below(root: Path) -> Iterator[SourceFile]:
    titles: dict[Path, FolderPath] = {root: ()}
    for directory, names, files in os.walk(root, onerror=_unreadable):
        names[:] = sorted(name for name in names if name not in HELPERS and not name.startswith(("_", ".")))
        here = Path(directory)
        if here != root:
            titles[here] = (*titles[here.parent], _title(here))
        folder = titles[here]
        for name in sorted(files):
            if name.endswith((".py", ".json")) and not name.startswith(("_", ".")):
                yield SourceFile(Path(directory, name), root, folder)


def _unreadable(error: OSError) -> None:
    # If an unreadable directory counted as empty, its dashboards would appear to be deleted.
    raise InputError(f"cannot be read: {error.strerror}", where=str(error.filename))


def _title(directory: Path) -> str:
    path = directory / FOLDER_FILE
    if not path.is_file():
        return folder_title(directory.name)
    try:
        value = _yaml.load(_files.read_bytes(path))
    except _yaml.ERRORS:
        value = None
    title = value.get("title") if isinstance(value, dict) and value.keys() == {"title"} else None
    if not isinstance(title, str) or not title.strip():
        raise InputError("must have exactly one line, `title: ...`", where=str(path))
    return title.strip()
