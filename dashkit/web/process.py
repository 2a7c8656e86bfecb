"""Run a job in a process of its own, which starts from one that has loaded dashkit already."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

#: Seconds between two looks at whether a job is still wanted.
_LOOK = 0.05
#: Seconds in which a job that is not wanted any more has to clean up.
_GRACE = 2
#: What is not installed is left out.
_PRELOADED = [
    "dashkit.app.preview", "dashkit.app.watch", "dashkit.cli.adapters", "grafanalib.core", "dashkit.authoring", "fastjsonschema",
    "jsonschema",
]  # fmt: skip
_Result = TypeVar("_Result")


class JobError(Exception):
    """A job raised an exception, which this names."""


def in_new_process(job: Callable[[], _Result], patience: float, stop: threading.Event) -> _Result:
    """Run a job in a process of its own: a module that is loaded twice in one would keep old state.

    The process ends early if ``stop`` is set, as by `SystemExit`, so that it leaves no temporary files behind.

    Raises:
        EOFError: the process ended without a result.
        TimeoutError: it took longer than ``patience``, in seconds.
        JobError: the job raised an exception.
    """
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, sender), daemon=True)
    process.start()
    sender.close()
    try:
        ends = time.monotonic() + patience
        while not receiver.poll(_LOOK):
            if stop.is_set() or time.monotonic() > ends:
                raise TimeoutError
        answer: tuple[_Result | None, str] = receiver.recv()
        result, failure = answer
        if failure:
            raise JobError(failure)
        return cast("_Result", result)
    finally:
        process.terminate()
        process.join(_GRACE)
        process.kill()
        process.join()
        process.close()
        receiver.close()


def _work(job: Callable[[], object], sender: Connection) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it as well; whoever started it ends it
    try:
        answer = job(), ""
    except Exception as error:
        answer = None, f"{type(error).__name__}: {error}"
    sender.send(answer)


@cache
def _context() -> Any:
    """Return what starts processes: from one that has loaded dashkit already, where the system can do that."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context
