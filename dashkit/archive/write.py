"""Write an archive, object by object: as a ZIP stream, or as a directory tree for keeping in git."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

from dashkit import _files
from dashkit.archive.manifest import NAME, ArchiveOrigin, Entry, KindReport, write_manifest
from dashkit.archive.seal import PLACEHOLDER, SealingStream
from dashkit.archive.tree import TREE_SEAL, old_members
from dashkit.model.item import Item

#: Members carry no time of their own: the same object is the same bytes in each archive.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_REGULAR_0600 = (0o100600) << 16


class Writer(Protocol):
    """Takes objects, then the manifest. What is never finished is no archive."""

    @property
    def size(self) -> int:
        """Bytes written so far."""

    def __enter__(self) -> Writer: ...

    def __exit__(self, *_exc: object) -> None:
        """Without `finish` before, what was written stays a torso."""

    def add(self, organisation: int, item: Item) -> bool:
        """False where this object is there already: a list that moved while it was read shows some of them twice."""

    def finish(self, origin: ArchiveOrigin, kinds: Iterable[KindReport]) -> None:
        """Write the manifest and the seal."""


class _Lines:
    """The manifest's lines, one for each member, and which objects there are."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self._paths: set[bytes] = set()

    def add(self, organisation: int, item: Item, data: bytes) -> Entry | None:
        entry = Entry(
            organisation, item.kind, item.key, item.name, len(data), hashlib.sha256(data).hexdigest(), item.digest
        )
        short = hashlib.sha256(entry.path.encode()).digest()[:16]
        if short in self._paths:
            return None
        self._paths.add(short)
        # A copy: what orjson returns keeps the room that it was built in.
        self.lines.append(bytes(memoryview(entry.text())))
        return entry


class ZipWriter:
    """A ZIP written in one pass to anything that takes bytes; memory grows by less than 2 KB an object."""

    def __init__(self, sink: BinaryIO) -> None:
        self._stream = SealingStream(sink)
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6)  # type: ignore[call-overload]
        self._lines = _Lines()

    @property
    def size(self) -> int:
        return self._stream.size

    def __enter__(self) -> ZipWriter:
        return self

    def __exit__(self, *_exc: object) -> None:
        # A ZipFile writes its end whenever it is closed or collected, be it a torso or not.
        self._stream.abandoned = True
        self._zip.close()

    def add(self, organisation: int, item: Item) -> bool:
        data = item.document()
        entry = self._lines.add(organisation, item, data)
        if entry is None:
            return False
        self._zip.writestr(_info(entry.path), data)
        return True

    def finish(self, origin: ArchiveOrigin, kinds: Iterable[KindReport]) -> None:
        with self._zip.open(_info(NAME), "w") as member:
            for piece in write_manifest(origin, kinds, self._lines.lines):
                member.write(piece)
        self._zip.comment = PLACEHOLDER
        self._zip.close()
        self._stream.seal()


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, _MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = _REGULAR_0600
    return info


class TreeWriter:
    """The same as files below a directory. Unchanged files are left alone; those of objects that are gone go at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lines = folder, _Lines()
        self._old = old_members(folder)
        self.size = 0

    def __enter__(self) -> TreeWriter:
        return self

    def __exit__(self, *_exc: object) -> None:
        pass

    def add(self, organisation: int, item: Item) -> bool:
        data = item.document()
        entry = self._lines.add(organisation, item, data)
        if entry is None:
            return False
        _files.write_atomic(_files.safe_join(self._folder, entry.path), data, mode=0o600)
        self._old.discard(entry.path)
        self.size += len(data)
        return True

    def finish(self, origin: ArchiveOrigin, kinds: Iterable[KindReport]) -> None:
        reports = list(kinds)
        # Files of a kind that this run did not read, or not in full, are not gone from the server: they stay.
        whole = tuple(f"org-{report.organisation}/{report.kind}/" for report in reports if not report.why)
        lines = sorted(self._lines.lines)
        manifest = b"".join(write_manifest(origin, reports, lines))
        for path in self._old:
            if path.startswith(whole):
                _files.remove(_files.safe_join(self._folder, path), up_to=self._folder)
        _files.write_atomic(self._folder / NAME, manifest, mode=0o600)
        seal = f"{hashlib.sha256(manifest).hexdigest()}\n".encode()
        _files.write_atomic(self._folder / TREE_SEAL, seal, mode=0o600)
        self.size += len(manifest)
