"""Run several calls at once, with the results in order and a bounded number in flight."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")
#: Calls in flight per worker: enough to keep the workers busy behind a slow result, few enough to keep memory small.
_AHEAD = 4


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
