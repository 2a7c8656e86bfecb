"""File access: writes are atomic and never leave the given folder."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from dashkit.errors import InputError


def read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises `InputError`, with the reason, if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> bool:
    """Write a temporary file and rename it, so that readers see either the old content or the new.

    A file that already holds these bytes is left alone; its timestamp does not change.

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


def refuse_other(path: Path, data: bytes, *, force: bool, where: str = "") -> None:
    """Raise `InputError` if there is a file with other content, unless ``force`` lets it be overwritten."""
    if path.exists() and not force and read_bytes(path) != data:
        raise InputError(f"{path} exists and differs", where=where, hint="--force overwrites it")


def append_line(path: Path, line: str) -> None:
    """Append a line to a file that only its owner can read."""
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
    """Return ``folder/relative``. Raises `InputError` if that would leave the folder."""
    path = folder / relative
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{relative!r} is outside {folder}", where=str(folder))
    return path


def remove(path: Path, *, up_to: Path) -> None:
    """Remove a file, and then its empty parent directories below ``up_to``."""
    with contextlib.suppress(OSError):  # already gone, or a directory by now
        path.unlink()
    for parent in path.parents:
        if parent == up_to or not parent.is_relative_to(up_to):
            break
        with contextlib.suppress(OSError):  # not empty
            parent.rmdir()
