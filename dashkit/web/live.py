"""The project as it is on disk now: compiled again after each save, in a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from dashkit.app.preview import Snapshot, sample_of
from dashkit.model.problem import Problem
from dashkit.preview.pages import Failed
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Board, Listed

#: Milliseconds to wait for more changes: editors write a file in several steps.
_DEBOUNCE = 60
_PRELOADED = ["dashkit.app.preview", "dashkit.cli.adapters", "grafanalib.core", "dashkit.authoring", "jsonschema"]


class LiveProject:
    """A source of dashboards that follows the files. A broken module keeps the dashboards that it had."""

    def __init__(
        self, compile_: Callable[[], Snapshot], check: Callable[[], Mapping[str, list[Problem]]], paths: Sequence[Path]
    ) -> None:
        self._compile, self._check, self._paths = compile_, check, paths
        self._snapshot = Snapshot()
        self._boards: dict[str, Board] = {}
        self._problems: Mapping[str, list[Problem]] = {}
        self._listeners: set[asyncio.Queue[str]] = set()
        self._sample = sample_of(Snapshot())
        self._pool = _pool()

    @property
    def sample(self) -> Sample:
        """Made-up data for the metrics that the project's catalogue describes."""
        return self._sample

    def listed(self) -> Sequence[Listed]:
        return [board.listed for board in self._boards.values()]

    def board(self, uid: str) -> Board | None:
        found = self._boards.get(uid)
        return found and replace(found, problems=self._problems.get(uid, ()))

    def failures(self) -> Sequence[Failed]:
        return [Failed(one.where, one.message, one.hint, one.excerpt) for one in self._snapshot.failures]

    async def read(self) -> None:
        """Compile everything, tell the pages, then check it and tell them again."""
        loop = asyncio.get_running_loop()
        self._take(await loop.run_in_executor(self._pool, self._compile))
        self._tell("changed")
        problems = await loop.run_in_executor(self._pool, self._check)
        if problems != self._problems:
            self._problems = problems
            self._tell("changed")

    def _take(self, snapshot: Snapshot) -> None:
        boards = {board.listed.uid: board for board in snapshot.boards}
        if snapshot.failures:
            # What cannot be compiled now stays as it was: the page says what is wrong above it.
            boards = {**self._boards, **boards}
        if (snapshot.catalogues, snapshot.recorded) != (self._snapshot.catalogues, self._snapshot.recorded):
            self._sample = sample_of(snapshot)
        self._snapshot, self._boards = snapshot, boards

    def _tell(self, event: str) -> None:
        for listener in self._listeners:
            listener.put_nowait(event)

    async def events(self) -> AsyncIterator[str]:
        """Yield ``changed`` whenever a page should fetch again, and an empty text now and then to keep the line open."""
        listener: asyncio.Queue[str] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            while True:
                try:
                    yield await asyncio.wait_for(listener.get(), 15)
                except TimeoutError:
                    yield ""
        finally:
            self._listeners.discard(listener)

    async def follow(self) -> None:
        """Read again after each save, until cancelled."""
        from watchfiles import awatch

        existing = [path for path in self._paths if path.exists()]
        async for _ in awatch(*existing, debounce=_DEBOUNCE, step=20):
            await self.read()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _pool() -> ProcessPoolExecutor:
    """Return a pool that runs each job in a new process: a module that is loaded twice in one would keep old state."""
    method = "spawn" if sys.platform == "win32" else "forkserver"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(_PRELOADED)
    return ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1)
