"""Write an archive, object by object: as a ZIP stream, or as a directory tree to keep in git."""

from __future__ import annotations

import hashlib
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Self

from dashkit import _files
from dashkit.archive.manifest import NAME, ArchiveOrigin, Entry, KindReport, write_manifest
from dashkit.archive.seal import PLACEHOLDER, SealingStream
from dashkit.archive.tree import TREE_SEAL, old_members
from dashkit.model.item import Item

#: Members have no time of their own: the same object is the same bytes in every archive.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_REGULAR_0600 = (0o100600) << 16


class Writer(ABC):
    """Takes objects, then the manifest. Without `finish`, what was written is not an archive."""

    def __init__(self) -> None:
        #: Bytes written. Complete after `finish`.
        self.size = 0
        #: The manifest's lines, one for each member.
        self._lines: list[bytes] = []
        self._paths: set[bytes] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:  # noqa: B027 - a tree has nothing to close
        """Without `finish` before, leave what was written incomplete."""

    def add(self, organisation: int, item: Item) -> bool:
        """Write an object. Return False if it is there already: a list that shifts while it is read repeats objects."""
        data = item.document()
        entry = Entry(
            organisation, item.kind, item.key, item.name, len(data), hashlib.sha256(data).hexdigest(), item.digest
        )
        short = hashlib.sha256(entry.path.encode()).digest()[:16]
        if short in self._paths:
            return False
        self._paths.add(short)
        # A copy, because what orjson returns holds on to the buffer that it was built in.
        self._lines.append(bytes(memoryview(entry.text())))
        self._write(entry.path, data)
        return True

    @abstractmethod
    def _write(self, path: str, data: bytes) -> None: ...

    @abstractmethod
    def finish(self, origin: ArchiveOrigin, kinds: Iterable[KindReport]) -> None:
        """Write the manifest and the seal."""


class ZipWriter(Writer):
    """Writes a ZIP in one pass to anything that takes bytes. Memory grows by less than 2 KB per object."""

    def __init__(self, sink: BinaryIO) -> None:
        super().__init__()
        self._stream = SealingStream(sink)
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)  # type: ignore[call-overload]

    def __exit__(self, *_exc: object) -> None:
        # A ZipFile writes its end whenever it is closed or collected, complete or not.
        self._stream.abandoned = True
        self._zip.close()

    def _write(self, path: str, data: bytes) -> None:
        self._zip.writestr(_info(path), data)

    def finish(self, origin: ArchiveOrigin, kinds: Iterable[KindReport]) -> None:
        with self._zip.open(_info(NAME), "w") as member:
            for piece in write_manifest(origin, kinds, self._lines):
                member.write(piece)
        self._zip.comment = PLACEHOLDER
        self._zip.close()
        self._stream.seal()
        self.size = self._stream.size


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, _MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = _REGULAR_0600
    return info


class TreeWriter(Writer):
    """Writes files below a directory. Leaves unchanged files alone; removes those of deleted objects at the end."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder, self._old = folder, old_members(folder)

    def _write(self, path: str, data: bytes) -> None:
        _files.write_atomic(_files.safe_join(self._folder, path), data, mode=0o600)
        self._old.discard(path)
        self.size += len(data)

    def finish(self, origin: ArchiveOrigin, kinds: Iterable[KindReport]) -> None:
        reports = list(kinds)
        # Objects of a kind that this run did not read, or not in full, may still be on the server: their files stay.
        complete = tuple(f"org-{report.organisation}/{report.kind}/" for report in reports if not report.why)
        manifest = b"".join(write_manifest(origin, reports, sorted(self._lines)))
        for path in self._old:
            if path.startswith(complete):
                _files.remove(_files.safe_join(self._folder, path), up_to=self._folder)
        _files.write_atomic(self._folder / NAME, manifest, mode=0o600)
        seal = f"{hashlib.sha256(manifest).hexdigest()}\n".encode()
        _files.write_atomic(self._folder / TREE_SEAL, seal, mode=0o600)
        self.size += len(manifest)
