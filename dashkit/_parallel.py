"""Several calls at a time, answers in order, never more under way than a small window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")
#: Of results that wait for an earlier one, for each worker: keeps workers busy and memory small.
_AHEAD = 4


def ordered_map(call: Callable[[_In], _Out], values: Iterable[_In], workers: int) -> Iterator[_Out]:
    """``map(call, values)`` with ``workers`` threads. ``values`` is taken from only as far as there is room."""
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
            # After a failure, or when the caller has enough: start nothing more.
            for future in waiting:
                future.cancel()
