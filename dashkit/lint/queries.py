"""Queries to a server: each is sent once, within a budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dashkit.errors import ServerError
from dashkit.lint.interpolate import Span


@dataclass(frozen=True, slots=True)
class LiveQuery:
    """A query: the uid of its datasource (empty for the default), the target with variables substituted, and the time range."""

    datasource: str
    language: str
    expr: str
    target: Mapping[str, Any] = field(compare=False, hash=False, repr=False)
    instant: bool
    span: Span
    #: Distinguishes targets that are not PromQL.
    key: str = ""


class QueryServer(Protocol):
    """A server that answers queries."""

    @property
    def name(self) -> str:
        """The URL of the server."""
        ...

    def answers(self, language: str) -> bool:
        """Return whether the server can answer queries for this type of datasource."""
        ...

    def ask(self, asked: LiveQuery) -> tuple[int, str]:
        """Return how many series have a value, and the error (empty if none)."""
        ...

    def exists(self, datasource: str, expr: str, at: float) -> bool | None:
        """Return whether a PromQL expression has a result at a time; None if the server does not reveal that."""
        ...

    def values(self, datasource: str, label: str, match: str) -> list[str]:
        """Return the values of a label in the series that a selector matches (in all for an empty one)."""
        ...

    def names(self, datasource: str) -> list[str]:
        """Return the names of all labels."""
        ...

    def results(self, datasource: str, expr: str, at: float) -> list[str]:
        """Return the series of a PromQL expression as strings, in the form of ``query_result()``."""
        ...

    def datasource(self, kind: str, wanted: str) -> str:
        """Return the uid of a datasource of a type; ``wanted`` is a uid, a name, or empty for the default.

        Raises:
            LookupError: there is no such datasource.
        """
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits: queries, total seconds, concurrent workers; and what counts as slow (seconds) or as too many series."""

    queries: int = 1000
    seconds: float = 300
    workers: int = 4
    slow: float = 5.0
    series: int = 1000


class QueryRunner:
    """Sends each query once, within the budget; thread-safe."""

    def __init__(self, server: QueryServer, budget: Budget) -> None:
        self.server = server
        self.asked = self.reused = self.answered = 0
        #: The first failed request.
        self.failure: ServerError | None = None
        self._budget = budget
        self._ends = time.monotonic() + budget.seconds
        self._lock = threading.Lock()
        self._known: dict[Any, Any] = {}
        self._running: dict[Any, threading.Event] = {}

    def once(self, key: Any, ask: Callable[[], Any], *, counted: bool = True) -> Any:
        """Return the answer to a query, which the first caller sends; None once the budget is used up.

        A `ServerError` is returned like an answer. ``counted`` is False for queries that explain another answer.
        """
        while True:
            with self._lock:
                if key in self._known:
                    self.reused += 1
                    return self._known[key]
                waiting = self._running.get(key)
                if waiting is None:
                    spent = counted and self.asked >= self._budget.queries
                    if spent or time.monotonic() > self._ends:
                        return None
                    self.asked += counted
                    self._running[key] = threading.Event()
                    break
            waiting.wait()
        try:
            try:
                answer = ask()
                self.answered += 1
            except ServerError as error:
                if error.status == 401:
                    raise  # no other query will be answered either
                answer = error
                self.failure = self.failure or error
            with self._lock:
                self._known[key] = answer
            return answer
        finally:
            with self._lock:
                self._running.pop(key).set()
