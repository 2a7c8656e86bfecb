"""What people edited in a Grafana meanwhile: read in the background, so that no page waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from dashkit.preview.pages import Failed
from dashkit.preview.sources.port import Edits
from dashkit.web.process import JobError, in_new_process

#: Seconds for all dashboards of a project.
_PATIENCE = 300
#: Seconds between two looks that pages ask for, so that nobody's clicks are a load for a Grafana.
_PAUSE = 20


class Looked(NamedTuple):
    """Edits by the uid of the dashboard, None if they are as unknown as before; and what went wrong."""

    edits: Mapping[str, Edits] | None = None
    failure: Failed | None = None


class LiveEdits:
    """Follows the edits on a server. What cannot be read now stays as it was."""

    def __init__(self, job: Callable[[], Looked]) -> None:
        self._job = job
        self._edits: Mapping[str, Edits] = {}
        self._failure: Failed | None = None
        self._wanted, self._urgent = asyncio.Event(), asyncio.Event()

    @property
    def failure(self) -> Failed | None:
        """Why the last look found nothing; None if it found something."""
        return self._failure

    def of(self, uid: str) -> Edits | None:
        """Return the edits of a dashboard."""
        return self._edits.get(uid)

    def look(self, *, now: bool = False) -> None:
        """Have the server read soon, or ``now``. Many wishes are one look."""
        self._wanted.set()
        if now:
            self._urgent.set()

    async def follow(self, tell: Callable[[], None]) -> None:
        """Look whenever that is wished for, until cancelled, and tell if something is different then."""
        rests = 0.0
        while True:
            await self._wanted.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._urgent.wait(), max(0.0, rests - time.monotonic()))
            self._wanted.clear()
            self._urgent.clear()
            before = self._edits, self._failure
            await self.read()
            rests = time.monotonic() + _PAUSE
            if before != (self._edits, self._failure):
                tell()

    async def read(self) -> None:
        """Read the server once."""
        stop = threading.Event()
        try:
            found = await asyncio.to_thread(in_new_process, self._job, _PATIENCE, stop)
        except EOFError:
            found = Looked(failure=_unknown("a module ended the process that loaded it"))
        except TimeoutError:
            found = Looked(failure=_unknown(f"that takes longer than {_PATIENCE} s"))
        except JobError as error:
            found = Looked(failure=_unknown(str(error)))
        finally:
            stop.set()
        self._failure = found.failure
        self._edits = self._edits if found.edits is None else found.edits


def _unknown(why: str) -> Failed:
    return Failed("edits in Grafana", f"cannot be looked for: {why}")
