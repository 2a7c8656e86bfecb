"""The project as it is on disk now: compiled again after each save, in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from dashkit.app.preview import Snapshot, sample_of
from dashkit.model.problem import Problem
from dashkit.preview.pages import Failed
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Board, Edits, Listed
from dashkit.web.edits import LiveEdits
from dashkit.web.process import JobError, in_new_process
from dashkit.web.saves import saves

#: Seconds for a whole project.
_PATIENCE = 60


_NOTHING: Mapping[str, list[Problem]] = {}
_Result = TypeVar("_Result")


class LiveProject:
    """A source of dashboards that follows the files. A broken module keeps the dashboards that it had."""

    def __init__(
        self,
        compile_: Callable[[], Snapshot],
        check: Callable[[], Mapping[str, list[Problem]]],
        paths: Sequence[Path],
        edits: LiveEdits | None = None,
    ) -> None:
        self._compile, self._check, self._paths, self._edits = compile_, check, paths, edits
        self._snapshot = Snapshot()
        self._boards: dict[str, Board] = {}
        self._problems: Mapping[str, list[Problem]] = {}
        self._listeners: set[asyncio.Queue[str]] = set()
        self._told = 0
        self._sample = sample_of(Snapshot())
        #: What no module can be blamed for by name.
        self._odd: Failed | None = None
        self._checking: asyncio.Task[None] | None = None

    @property
    def sample(self) -> Sample:
        """Made-up data for the metrics that the project's catalogue describes."""
        return self._sample

    def listed(self) -> Sequence[Listed]:
        listed = [board.listed for board in self._boards.values()]
        return [one._replace(edited=edits.said) if (edits := self._edits_of(one.uid)) else one for one in listed]

    def board(self, uid: str) -> Board | None:
        found = self._boards.get(uid)
        return found and replace(found, problems=self._problems.get(uid, ()), edits=self._edits_of(uid))

    def _edits_of(self, uid: str) -> Edits | None:
        return self._edits.of(uid) if self._edits else None

    def failures(self) -> Sequence[Failed]:
        found = [Failed(one.where, one.message, one.hint, one.excerpt) for one in self._snapshot.failures]
        unknown = self._edits.failure if self._edits else None
        return [*found, *(one for one in (self._odd, unknown) if one)]

    async def read(self) -> None:
        """Compile everything and tell the pages; then check it, and tell them again."""
        self._odd = None
        self._take(await self._run(self._compile, self._snapshot))
        self._tell("changed")
        if self._checking is not None:
            self._checking.cancel()  # of what was before this save
        self._checking = asyncio.create_task(self._find())

    async def _find(self) -> None:
        problems = await self._run(self._check, _NOTHING)
        if problems != self._problems:
            self._problems = problems
            self._tell("changed")
        if self._edits:
            self._edits.look()  # the source may have them now

    async def _run(self, job: Callable[[], _Result], otherwise: _Result) -> _Result:
        """Run a job in a new process. A module that ends that process, or never ends itself, stops nothing else."""
        stop = threading.Event()
        try:
            return await asyncio.to_thread(in_new_process, job, _PATIENCE, stop)
        except EOFError:
            self._odd = Failed("dashboards", "a module ended the process that loaded it")
        except TimeoutError:
            self._odd = Failed("dashboards", f"a module did not load within {_PATIENCE} s")
        except JobError as error:
            self._odd = Failed("dashboards", str(error))
        finally:
            stop.set()  # when a new save makes this job needless
        return otherwise

    def _take(self, snapshot: Snapshot) -> None:
        boards = {board.listed.uid: board for board in snapshot.boards}
        if snapshot.failures or self._odd:
            # What cannot be compiled now stays as it was: the page says what is wrong above it.
            boards = {**self._boards, **boards}
        if (snapshot.catalogues, snapshot.recorded) != (self._snapshot.catalogues, self._snapshot.recorded):
            self._sample = sample_of(snapshot)
        self._snapshot, self._boards = snapshot, boards

    def _tell(self, event: str) -> None:
        self._told += 1
        for listener in self._listeners:
            listener.put_nowait(event)

    @property
    def version(self) -> str:
        """What pages show now: another text after each event."""
        return str(self._told)

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
        """Read now and again after each save, until cancelled. A save ends the reading of what was there before it."""
        reading = asyncio.create_task(self.read())
        looking = asyncio.create_task(self._edits.follow(lambda: self._tell("changed"))) if self._edits else None
        try:
            async for _ in saves(lambda: {*self._paths, *self._snapshot.folders}):
                reading.cancel()
                reading = asyncio.create_task(self.read())
        finally:
            for task in (reading, looking, self._checking):
                if task is not None:
                    task.cancel()
