"""Read an archive: a ZIP or a tree. Nothing in it is trusted before it was checked."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from dashkit.archive.manifest import NAME, ArchiveError, Entry, Manifest, parse_manifest
from dashkit.archive.seal import seal_fault
from dashkit.archive.tree import TREE_SEAL, members
from dashkit.errors import InputError
from dashkit.model.item import Item, parse_item

#: More than any Grafana accepts (16 MB per request). A ZIP that unpacks to more is a trap.
LARGEST_MEMBER = 64 * 1024 * 1024
LARGEST_MANIFEST = 1024 * 1024 * 1024
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(slots=True)
class Archive:
    """An open archive. Close it, or use it in a ``with`` statement."""

    where: str
    manifest: Manifest
    #: Members that are present although the manifest does not name them.
    unnamed: tuple[str, ...]
    #: Reads the member at a path, of at most so many bytes. Raises `KeyError` if it is missing.
    _load: Callable[[str, int], bytes]
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def read(self, entry: Entry) -> bytes:
        """Return a member's bytes. Raises `ArchiveError` unless they are those that were written."""
        where = f"{self.where}: {entry.path}"
        if entry.size > LARGEST_MEMBER:
            raise ArchiveError(f"claims to have {entry.size} bytes; no Grafana object has", where=where)
        try:
            data = self._load(entry.path, entry.size)
        except KeyError:
            raise ArchiveError("is missing", where=where) from None
        except _DAMAGE as error:
            raise ArchiveError(f"cannot be read: {_reason(error)}", where=where) from None
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise ArchiveError("is not what was written: its digest differs", where=where)
        return data

    def item(self, entry: Entry) -> Item:
        """Return the object of a member."""
        item = parse_item(self.read(entry), where=f"{self.where}: {entry.path}")
        if (item.kind, item.key, item.digest) != (entry.kind, entry.key, entry.content):
            raise ArchiveError("holds another object than the manifest says", where=f"{self.where}: {entry.path}")
        return item

    def items(self) -> Iterator[Item]:
        """Yield all objects."""
        return (self.item(entry) for entry in self.manifest.entries)


def open_archive(path: Path, *, where: str = "") -> Archive:
    """Open the archive at ``path``, and check its seal.

    Raises:
        ArchiveError: what is wrong with it.
        InputError: there is no such file.
    """
    name = where or str(path)
    if path.is_dir():
        return _open_tree(path, name)
    try:
        with ExitStack() as stack:
            return _open_zip(stack.enter_context(path.open("rb")), name, stack)
    except OSError as error:
        # A missing file is not a damaged archive.
        kind = InputError if isinstance(error, FileNotFoundError) else ArchiveError
        raise kind(f"cannot be read: {error.strerror}", where=name) from None


def _open_zip(stream: BinaryIO, name: str, stack: ExitStack) -> Archive:
    if fault := seal_fault(stream):
        raise ArchiveError(fault, where=name)
    try:
        packed = stack.enter_context(zipfile.ZipFile(stream))
        text = _bounded(packed, NAME, LARGEST_MANIFEST)
    except KeyError:
        raise ArchiveError("it has no manifest", where=name) from None
    except _DAMAGE as error:
        raise ArchiveError(f"not a ZIP file: {_reason(error)}", where=name) from None
    manifest = parse_manifest(text, where=f"{name}: {NAME}")
    paths = packed.namelist()
    unnamed = set(paths) - {entry.path for entry in manifest.entries} - {NAME}
    if len(paths) > len(set(paths)):
        # Of two members with one name, a reader would see only one.
        unnamed.add(NAME)
    return Archive(name, manifest, tuple(sorted(unnamed)), partial(_bounded, packed), stack.pop_all())


def _open_tree(folder: Path, name: str) -> Archive:
    try:
        text = _file(folder / NAME, LARGEST_MANIFEST)
        seal = _file(folder / TREE_SEAL, 100)
    except KeyError:
        raise ArchiveError("there is no backup in this directory", where=name) from None
    except (OSError, ValueError) as error:
        raise ArchiveError(f"cannot be read: {_reason(error)}", where=name) from None
    if seal.strip() != hashlib.sha256(text).hexdigest().encode():
        raise ArchiveError("its manifest was changed", where=name, hint="run the backup into it again")
    manifest = parse_manifest(text, where=f"{name}/{NAME}")
    # If the last backup did not read a kind in full, the files of the one before stay.
    complete = tuple(f"org-{report.organisation}/{report.kind}/" for report in manifest.kinds if not report.why)
    unnamed = {path for path in members(folder) if path.startswith(complete)} - {e.path for e in manifest.entries}
    return Archive(name, manifest, tuple(sorted(unnamed)), lambda path, most: _file(folder / path, most))


def _bounded(packed: zipfile.ZipFile, path: str, most: int) -> bytes:
    """Return a member that unpacks to at most ``most`` bytes. More means damage, or a trap."""
    with packed.open(path) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise ValueError(f"it unpacks to more than {most} bytes")
    return data


def _file(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except FileNotFoundError:
        raise KeyError(path.name) from None
    if len(data) > most:
        raise ValueError(f"it has more than {most} bytes")
    return data


def _reason(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
