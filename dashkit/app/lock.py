"""Locks: one run at a time on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from dashkit.backup.archive_name import plain_context
from dashkit.config.project import STATE, Project
from dashkit.errors import InputError, RefusedError


class BusyError(RefusedError):
    """Another run holds the lock."""


def only_writer(project: Project, context: str, *, dry_run: bool) -> AbstractContextManager[None]:
    """Keep other runs from pushing, restoring or rolling back to this context; a dry run takes no lock.

    The lock is a file beside dashkit.yaml, so it does not cover other machines or other checkouts.
    """
    path = project.root / STATE / f"write-{plain_context(context)}.lock"
    return nullcontext() if dry_run else only_run(path, f"push, restore or rollback to {context}")


@contextmanager
def only_run(path: Path, what: str) -> Iterator[None]:
    """Hold a lock for the block. Raises `BusyError` if another run holds it; a run that died holds nothing."""
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise BusyError(f"another {what} is in progress", where=str(path), hint="wait for it to finish") from None
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from None
    try:
        yield
    finally:
        lock.release()
