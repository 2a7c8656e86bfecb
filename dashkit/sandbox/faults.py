"""Faults on demand: what a server does under load, during a restart or under attack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass(slots=True)
class Fault:
    """Happens to the next ``times`` requests whose method and path match; both are patterns, and empty for any.

    It first waits for ``latency`` seconds. A ``status`` is answered with ``body`` and ``headers``. ``drop`` closes the
    connection without an answer. With ``after``, the request is carried out and only its answer is lost.
    """

    path: str = ".*"
    method: str = ""
    times: int = 1
    status: int = 0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    latency: float = 0.0
    drop: bool = False
    after: bool = False


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that happens to a request, and count it."""
        with self._lock:
            for fault in self._faults:
                if fault.times > 0 and _fits(fault.method, method) and _fits(fault.path, path):
                    fault.times -= 1
                    return fault
        return None


def _fits(pattern: str, text: str) -> bool:
    return not pattern or re.fullmatch(pattern, text) is not None
