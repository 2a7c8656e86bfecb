"""Notice when files are saved: those of a folder, a single one, and those that come to be later."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

#: Milliseconds to wait for more changes: editors write a file in several steps.
_DEBOUNCE = 60
#: Seconds between two looks at which of the paths exist.
_LOOK = 0.5


#: What editors write beside a file while they save it; watchfiles knows those of most.
_PASSING = (
    r"^4913$",
    r"^#.*#$",
    r"^\.goutputstream-",
    r"\.kate-swp$",
    r"___jb_tmp___$",
    r"\.tmp$",
    r"\.bak$",
    r"\.orig$",
)


@contextlib.contextmanager
def noticing(paths: Callable[[], Iterable[Path]]) -> Iterator[threading.Event]:
    """Look out for saves in a thread, as `saves` does, and give an event that each of them sets."""
    saved = threading.Event()
    began: Future[Callable[[], object]] = Future()

    async def notice() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        began.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        async for _ in saves(paths):
            saved.set()

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(notice())

    thread = threading.Thread(target=run, name="saves", daemon=True)
    thread.start()
    end = began.result()
    try:
        yield saved
    finally:
        end()
        thread.join()


async def saves(paths: Callable[[], Iterable[Path]]) -> AsyncIterator[None]:
    """Yield after something at the paths, or below them, was saved, created or removed; several saves at once count as one.

    Args:
        paths: returns the files and folders to look at now; they need not exist.
    """
    saved = asyncio.Event()
    watching: dict[Path, _Watching] = {}
    _update(watching, paths(), saved)
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(saved.wait(), _LOOK)
            if _update(watching, paths(), saved) or saved.is_set():
                saved.clear()
                yield
    finally:
        for one in watching.values():
            one.end.set()
        # Each has a thread outside of Python, which must not outlive the interpreter.
        await asyncio.gather(*(one.task for one in watching.values()), return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Watching:
    """What looks at a path, until ``end`` is set."""

    task: asyncio.Task[None]
    end: asyncio.Event


def _update(watching: dict[Path, _Watching], paths: Iterable[Path], saved: asyncio.Event) -> bool:
    """Watch the paths that exist, and only those; return whether they are other ones than before."""
    there = {path for path in paths if path.exists()}
    gone, new = watching.keys() - there, there - watching.keys()
    for path in gone:
        watching.pop(path).end.set()
    for path in new:
        end = asyncio.Event()
        watching[path] = _Watching(asyncio.create_task(_watch(path, saved, end)), end)
    return bool(gone or new)


async def _watch(path: Path, saved: asyncio.Event, end: asyncio.Event) -> None:
    from watchfiles import DefaultFilter, awatch

    folder = path.is_dir()
    usual = DefaultFilter(ignore_entity_patterns=(*DefaultFilter.ignore_entity_patterns, *_PASSING))
    # Editors replace a file by a new one: its folder is what stays.
    found = awatch(
        path if folder else path.parent,
        watch_filter=usual if folder else lambda change, place: Path(place).name == path.name,
        recursive=folder,
        debounce=_DEBOUNCE,
        step=20,
        stop_event=end,
    )
    with contextlib.suppress(OSError):  # it is gone; whether it comes back is looked at again and again
        async for _ in found:
            saved.set()
