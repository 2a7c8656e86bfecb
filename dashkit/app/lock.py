"""One run at a time, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from dashkit.backup.archive_name import plain_context
from dashkit.config.project import STATE, Project
from dashkit.errors import InputError, RefusedError


def only_writer(project: Project, context: str, *, dry_run: bool) -> AbstractContextManager[None]:
    """Nobody else pushes, restores or rolls back to this context from here while the block lasts; held by no dry run.

    It is a file beside dashkit.yaml: of other machines, and other checkouts, it knows nothing.
    """
    path = project.root / STATE / f"write-{plain_context(context)}.lock"
    return nullcontext() if dry_run else only_run(path, f"push, restore or rollback to {context}")


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
