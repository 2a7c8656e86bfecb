"""The seal: a digest of all bytes of an archive, stored in its last bytes.

Digests of the members alone would miss about one flipped bit in twenty: those in the ZIP's own headers.
"""

from __future__ import annotations

import hashlib
from typing import BinaryIO

_PREFIX = b"dashkit seal 1 sha256 "
#: The length of a seal in bytes. It is the ZIP's comment, and so the end of the file.
SIZE = len(_PREFIX) + 64
PLACEHOLDER = _PREFIX + b"0" * 64
_CHUNK = 1024 * 1024


class SealingStream:
    """Passes on what is written; `seal` replaces the placeholder at the end with the digest of everything before it.

    It can neither seek nor tell, so that `zipfile` writes the same bytes to a file as to a pipe.
    """

    def __init__(self, sink: BinaryIO) -> None:
        self._sink, self._held, self._hash = sink, b"", hashlib.sha256()
        #: Bytes passed on so far.
        self.size = 0
        #: If True, nothing more is passed on: it is no longer part of an archive.
        self.abandoned = False

    def write(self, data: bytes) -> int:
        held = self._held + data
        cut = max(0, len(held) - SIZE)
        self._pass(held[:cut])
        self._held = held[cut:]
        return len(data)

    def flush(self) -> None:
        self._sink.flush()

    def seal(self) -> None:
        """Write the seal. Only that makes it an archive."""
        if self._held != PLACEHOLDER:
            raise AssertionError("the archive does not end with its placeholder")
        self._sink.write(_PREFIX + self._hash.hexdigest().encode())
        self._sink.flush()
        self.size += SIZE

    def _pass(self, data: bytes) -> None:
        if data and not self.abandoned:
            self._hash.update(data)
            self._sink.write(data)
            self.size += len(data)


def seal_fault(stream: BinaryIO) -> str:
    """Return what is wrong with the seal of an archive, empty if it is intact."""
    stream.seek(0, 2)
    left = stream.tell() - SIZE
    if left <= 0:
        return "too short for an archive"
    stream.seek(0)
    found = hashlib.sha256()
    while left > 0:
        data = stream.read(min(_CHUNK, left))
        if not data:
            return "it became shorter while it was read"
        found.update(data)
        left -= len(data)
    seal = stream.read(SIZE + 1)
    if not seal.startswith(_PREFIX):
        return "there is no seal at its end: truncated, changed, or not a dashkit archive"
    if seal != _PREFIX + found.hexdigest().encode():
        return "its seal is broken: bytes were changed, lost or added"
    return ""
