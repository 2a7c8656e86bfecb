"""Notice when files are saved: those of a folder, a single one, and those that come to be later."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

#: Milliseconds to wait for more changes: editors write a file in several steps.
_DEBOUNCE = 60
#: Seconds between two looks at which of the paths exist.
_LOOK = 0.5


async def saves(paths: Callable[[], Iterable[Path]]) -> AsyncIterator[None]:
    """Yield after something at the paths, or below them, was saved, created or removed; several saves at once count as one.

    Args:
        paths: returns the files and folders to look at now; they need not exist.
    """
    saved = asyncio.Event()
    watching: dict[Path, asyncio.Task[None]] = {}
    _update(watching, paths(), saved)
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(saved.wait(), _LOOK)
            if _update(watching, paths(), saved) or saved.is_set():
                saved.clear()
                yield
    finally:
        for task in watching.values():
            task.cancel()


def _update(watching: dict[Path, asyncio.Task[None]], paths: Iterable[Path], saved: asyncio.Event) -> bool:
    """Watch the paths that exist, and only those; return whether they are other ones than before."""
    there = {path for path in paths if path.exists()}
    gone, new = watching.keys() - there, there - watching.keys()
    for path in gone:
        watching.pop(path).cancel()
    for path in new:
        watching[path] = asyncio.create_task(_watch(path, saved))
    return bool(gone or new)


async def _watch(path: Path, saved: asyncio.Event) -> None:
    from watchfiles import DefaultFilter, awatch

    folder = path.is_dir()
    usual = DefaultFilter()
    # Editors replace a file by a new one: its folder is what stays.
    found = awatch(
        path if folder else path.parent,
        watch_filter=usual if folder else lambda change, place: Path(place).name == path.name,
        recursive=folder,
        debounce=_DEBOUNCE,
        step=20,
    )
    with contextlib.suppress(OSError):  # it is gone; whether it comes back is looked at again and again
        async for _ in found:
            saved.set()
