"""One run at a time, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashkit.errors import InputError, RefusedError


@contextmanager
def only_run(path: Path, what: str) -> Iterator[None]:
    """Nobody else does this while the block lasts. `RefusedError` where somebody does; a run that died holds nothing."""
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise RefusedError(f"another {what} is under way", where=str(path), hint="wait for it to end") from None
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from None
    try:
        yield
    finally:
        lock.release()
