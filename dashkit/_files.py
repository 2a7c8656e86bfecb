"""Files: written whole or not at all, and never outside the folder that was named."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from dashkit.errors import InputError


def read_bytes(path: Path) -> bytes:
    """The content of a file; `InputError` with the reason where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> bool:
    """Write beside and rename, so that a reader sees the old content or the new, never a part.

    A file that holds these bytes already is left alone (its time stamp does not change).

    Returns:
        whether the file was written.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(name, mode)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from None
    return True


def append_line(path: Path, line: str) -> None:
    """Add a line to a file of our own, private to its owner."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from None


def safe_join(folder: Path, relative: str) -> Path:
    """``folder/relative``; `InputError` where that would leave the folder."""
    path = folder / relative
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{relative!r} lies outside {folder}", where=str(folder))
    return path


def remove(path: Path, *, up_to: Path) -> None:
    """Remove a file, and the directories above it that are empty then, below ``up_to``."""
    with contextlib.suppress(OSError):  # gone already, or a directory by now
        path.unlink()
    for parent in path.parents:
        if parent == up_to or not parent.is_relative_to(up_to):
            break
        with contextlib.suppress(OSError):  # not empty
            parent.rmdir()
