"""Run several calls at once: those that wait in threads, those that compute in a process for each core."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_In = TypeVar("_In")
_Out = TypeVar("_Out")
#: Calls in flight per worker: enough to keep the workers busy behind a slow result, few enough to keep memory small.
_AHEAD = 4
#: Beyond this, memory grows more than time shrinks.
_MOST_CORES = 8


def ordered_map(call: Callable[[_In], _Out], values: Iterable[_In], workers: int) -> Iterator[_Out]:
    """Do ``map(call, values)`` with ``workers`` threads. ``values`` is consumed only as far as there is room."""
    waiting: deque[Future[_Out]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for value in values:
                waiting.append(pool.submit(call, value))
                if len(waiting) >= workers * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            # After a failure, or when the caller stops early: start nothing more.
            for future in waiting:
                future.cancel()


def over_cores(work: Callable[[Sequence[_In]], _Out], items: Sequence[_In]) -> list[_Out]:
    """Do ``work`` on a share of the items for each core, and return the results, which must be picklable.

    Forks of this process do it, so that ``work`` and ``items`` are neither copied nor pickled; this process does the first share.
    It also does again what a fork could not do: so an error is raised as usual. Everything is one share where a fork is not
    safe or not allowed: in a process with threads, in one that ends with its parent, and outside Linux.
    """
    count = min(_cores(), len(items))
    if count < 2:
        return [work(items)]
    from multiprocessing import current_process, get_context

    if current_process().daemon:
        return [work(items)]
    shares = [items[number::count] for number in range(count)]
    context, children = get_context("fork"), []
    try:
        for share in shares[1:]:
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=_share, args=(work, share, sender), daemon=True)
            child.start()
            sender.close()
            children.append((child, receiver))
        results = [work(shares[0])]
        for share, (_, receiver) in zip(shares[1:], children, strict=True):
            answer = b""
            with contextlib.suppress(EOFError):
                answer = receiver.recv_bytes()
            results.append(pickle.loads(answer) if answer else work(share))  # noqa: S301 - of our own fork
        return results
    finally:
        for child, receiver in children:
            receiver.close()
            child.terminate()
            child.join()


def _cores() -> int:
    """Return how many processes may compute at once."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST_CORES)


def _share(work: Callable[[Sequence[_In]], _Out], share: Sequence[_In], sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent says what was interrupted
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()  # what the parent made stays shared memory
    try:
        result = pickle.dumps(work(share), pickle.HIGHEST_PROTOCOL)
    except BaseException:
        return
    sender.send_bytes(result)
