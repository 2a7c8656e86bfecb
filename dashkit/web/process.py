"""Run a job in a process of its own, for as long as it is wanted."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from typing import TypeVar, cast

from dashkit import _process
from dashkit._process import WorkError as JobError

__all__ = ["JobError", "in_new_process"]

#: What is not installed is left out.
_LOADED = ("dashkit.app.preview", "dashkit.app.watch", "dashkit.cli.adapters", "fastjsonschema", "jsonschema")
_Result = TypeVar("_Result")


def in_new_process(job: Callable[[], _Result], patience: float, stop: threading.Event) -> _Result:
    """Run a job, which can be pickled like its result, in a process of its own.

    Args:
        patience: seconds after which the process is ended.
        stop: set when the job is not wanted any more, which ends it early.

    Raises:
        EOFError: the process ended without a result.
        TimeoutError: it took too long, or was not wanted any more.
        JobError: the job raised an exception, which this names.
    """
    ends = time.monotonic() + patience
    answer = _process.in_new_process(
        __name__, pickle.dumps(job), printing=True, also=_LOADED,
        wanted=lambda: not stop.is_set() and time.monotonic() < ends,
    )  # fmt: skip
    return cast("_Result", pickle.loads(answer))  # noqa: S301 - of our own process


def work(data: bytes) -> bytes:
    """Run the job in this process, and return its result."""
    return pickle.dumps(pickle.loads(data)())  # noqa: S301 - of our own process
