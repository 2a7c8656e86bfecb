"""What was downloaded, by its digest: files that say on their own whether they are whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from dashkit import _files
from dashkit.errors import InputError


def directory(environ: Mapping[str, str]) -> Path | None:
    """Return where this user's cache is; None for a user without a home.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    for name in ("XDG_CACHE_HOME", *(("LOCALAPPDATA",) if sys.platform == "win32" else ())):
        if os.path.isabs(environ.get(name, "")):
            return Path(environ[name]) / "dashkit" / "market"
    try:
        return Path.home() / ".cache" / "dashkit" / "market"
    except RuntimeError:
        return None


def digest(data: bytes) -> str:
    """Return the SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read(folder: Path | None, sha256: str) -> bytes | None:
    """Return the content with this digest; None if it is not in the cache, cannot be read, or was changed there."""
    if folder is None:
        return None
    try:
        data = _files.read_bytes(_file(folder, sha256))
    except InputError:
        return None
    return data if digest(data) == sha256 else None


def write(folder: Path | None, data: bytes) -> None:
    """Keep content. Where nothing can be kept, it is downloaded again the next time."""
    if folder is not None:
        with contextlib.suppress(InputError):
            _files.write_atomic(_file(folder, digest(data)), data)


def _file(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.json"
