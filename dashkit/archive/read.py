"""Read an archive: a ZIP or a tree. Nothing of it is believed before it was looked at."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from dashkit.archive.manifest import NAME, ArchiveError, Entry, Manifest, parse_manifest
from dashkit.archive.seal import seal_fault
from dashkit.archive.tree import TREE_SEAL, members
from dashkit.errors import InputError
from dashkit.model.item import Item, parse_item

#: Larger than what any Grafana takes (16 MB a request); a ZIP that unpacks to more is a trap.
LARGEST_MEMBER = 64 * 1024 * 1024
LARGEST_MANIFEST = 1024 * 1024 * 1024
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(slots=True)
class Archive:
    """An open archive. Close it, or use it in a ``with``."""

    where: str
    manifest: Manifest
    #: Members that are there though the manifest does not name them.
    unnamed: tuple[str, ...]
    _folder: Path | None
    _zip: zipfile.ZipFile | None
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def read(self, entry: Entry) -> bytes:
        """A member's bytes; `ArchiveError` unless they are those that were written."""
        where = f"{self.where}: {entry.path}"
        if entry.size > LARGEST_MEMBER:
            raise ArchiveError(f"says that it has {entry.size} bytes; no object of Grafana has", where=where)
        try:
            if self._zip is not None:
                data = _bounded(self._zip, entry.path, entry.size)
            else:
                assert self._folder is not None
                data = _file(self._folder / entry.path, entry.size)
        except KeyError:
            raise ArchiveError("is missing", where=where) from None
        except _DAMAGE as error:
            raise ArchiveError(f"cannot be read: {_reason(error)}", where=where) from None
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise ArchiveError("is not what was written: its digest differs", where=where)
        return data

    def item(self, entry: Entry) -> Item:
        """The object of a member."""
        item = parse_item(self.read(entry), where=f"{self.where}: {entry.path}")
        if (item.kind, item.key, item.digest) != (entry.kind, entry.key, entry.content):
            raise ArchiveError("holds another object than the manifest says", where=f"{self.where}: {entry.path}")
        return item

    def items(self) -> Iterator[Item]:
        """All objects, one after the other."""
        return (self.item(entry) for entry in self.manifest.entries)


def open_archive(path: Path, *, where: str = "") -> Archive:
    """The archive at ``path``, its seal checked. `ArchiveError` says what is wrong with it."""
    name = where or str(path)
    if path.is_dir():
        return _open_tree(path, name)
    stack = ExitStack()
    try:
        stream = stack.enter_context(path.open("rb"))
        return _open_zip(stream, name, stack)
    except OSError as error:
        stack.close()
        # What is not there is not damaged.
        kind = InputError if isinstance(error, FileNotFoundError) else ArchiveError
        raise kind(f"cannot be read: {error.strerror}", where=name) from None
    except BaseException:
        stack.close()
        raise


def _open_zip(stream: BinaryIO, name: str, stack: ExitStack) -> Archive:
    if fault := seal_fault(stream):
        raise ArchiveError(fault, where=name)
    try:
        packed = stack.enter_context(zipfile.ZipFile(stream))
        text = _bounded(packed, NAME, LARGEST_MANIFEST)
    except KeyError:
        raise ArchiveError("there is no manifest in it", where=name) from None
    except _DAMAGE as error:
        raise ArchiveError(f"not a ZIP file: {_reason(error)}", where=name) from None
    manifest = parse_manifest(text, where=f"{name}: {NAME}")
    there = [info.filename for info in packed.infolist()]
    named = {entry.path for entry in manifest.entries} | {NAME}
    # Two members of one name: a reader would see only one of them.
    unnamed = tuple(
        sorted({path for path in there if path not in named} | ({NAME} if len(there) > len(set(there)) else set()))
    )
    return Archive(name, manifest, unnamed, None, packed, stack)


def _open_tree(folder: Path, name: str) -> Archive:
    try:
        text = _file(folder / NAME, LARGEST_MANIFEST)
        seal = _file(folder / TREE_SEAL, 100)
    except KeyError:
        raise ArchiveError("there is no backup in this directory", where=name) from None
    except (OSError, ValueError) as error:
        raise ArchiveError(f"cannot be read: {_reason(error)}", where=name) from None
    if seal.strip() != hashlib.sha256(text).hexdigest().encode():
        raise ArchiveError("its manifest was changed", where=name, hint="back up into it once more")
    manifest = parse_manifest(text, where=f"{name}/{NAME}")
    # Files of kinds that the last backup did not read in full stay from the one before.
    whole = {f"org-{report.organisation}/{report.kind}/" for report in manifest.kinds if not report.why}
    unnamed = {path for path in members(folder) if path.startswith(tuple(whole))} - {e.path for e in manifest.entries}
    return Archive(name, manifest, tuple(sorted(unnamed)), folder, None)


def _bounded(packed: zipfile.ZipFile, path: str, most: int) -> bytes:
    """A member that unpacks to ``most`` bytes at the most; more is a trap or damage."""
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
