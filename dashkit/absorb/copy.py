"""A copy of a project to try edits in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dashkit.absorb.source import Source
from dashkit.compiler.compile import Sources
from dashkit.errors import InputError

_NOT_COPIED = "__pycache__"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the folders of modules; all else of the project is linked.

    Attributes:
        sources: what to compile in the copy.
        original: the root of the project.
        folders: the copied ones, relative to the project.
    """

    sources: Sources
    original: Path
    folders: tuple[Path, ...]

    @contextmanager
    def with_files(self, texts: Mapping[str, str]) -> Iterator[None]:
        """Have other texts in some files until the block ends."""
        before = {path: (self.sources.project / path).read_bytes() for path in texts}
        try:
            for path, text in texts.items():
                (self.sources.project / path).write_bytes(text.encode())
            yield
        finally:
            for path, data in before.items():
                (self.sources.project / path).write_bytes(data)


def reader(copy: Copy, constants: Mapping[str, Mapping[str, str]]) -> Callable[[str], Source]:
    """Return a function that reads the files of a copy, each once. One that is not copied is empty, as nothing in
    it can change, and so is one that is not in UTF-8.

    Args:
        constants: see `Source`, by the paths of files.
    """

    @cache
    def read(path: str) -> Source:
        inside = any(Path(path).is_relative_to(folder) for folder in copy.folders)
        return Source(path, _text(copy.sources.project / path) if inside else "", constants.get(path, {}))

    return read


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:  # it declares another encoding
        return ""


@contextmanager
def copied(sources: Sources) -> Iterator[Copy]:
    """Yield a copy of a project, which is gone afterwards.

    Raises:
        InputError: modules are outside of the project.
    """
    root = sources.project
    folders = [Path(os.path.normpath(path)) for path in sources.paths if path.is_dir()]
    outside = next((path for path in folders if not _is_below(path, root)), None)
    if outside is not None:
        raise InputError("these modules are not in a folder of their own in the project, so their edits cannot be tried",
                         where=str(outside), hint="move them below dashkit.yaml, into a folder")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="dashkit-absorb-", ignore_cleanup_errors=True) as name:
        to = Path(name).resolve() / root.name
        _copy(root, to, [path.relative_to(root) for path in folders])
        inside = replace(sources, project=to, paths=tuple(to / path.relative_to(root) for path in folders))
        yield Copy(inside, root, tuple(path.relative_to(root) for path in folders))


def _copy(root: Path, to: Path, folders: list[Path]) -> None:
    """Copy the folders, and link what stands beside them and beside the folders that they are in."""
    to.mkdir(parents=True)
    for entry in root.iterdir():
        inside = [Path(*folder.parts[1:]) for folder in folders if folder.parts[0] == entry.name]
        if not inside:
            (to / entry.name).symlink_to(entry)
        elif Path() in inside:
            _copy_modules(entry, to / entry.name)
        else:
            _copy(entry, to / entry.name, inside)


def _is_below(path: Path, root: Path) -> bool:
    """Return whether a folder is below the project, by its name and where it really is."""
    return all(one.is_relative_to(top) and one != top for one, top in ((path, root), (path.resolve(), root.resolve())))


def _copy_modules(folder: Path, to: Path) -> None:
    """Copy a folder of modules. What links point to is copied, too; those that point nowhere, or back, are left out."""

    def ignored(directory: str, names: list[str]) -> set[str]:
        here = Path(directory)
        above = {one.resolve() for one in (here, *here.parents)}
        return {
            name for name in names
            if name == _NOT_COPIED
            or ((here / name).is_symlink() and (here / name).resolve() in above)
            or not ((here / name).is_file() or (here / name).is_dir())
        }  # fmt: skip

    try:
        shutil.copytree(folder, to, ignore=ignored)
    except shutil.Error as error:
        (file, _, why), *_ = error.args[0]
        raise InputError(f"cannot be copied, so no edit can be tried: {why}", where=str(file)) from None
    except OSError as error:
        raise InputError(f"cannot be copied, so no edit can be tried: {error.strerror}", where=str(folder)) from None
