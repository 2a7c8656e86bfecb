"""What is asked of a server, each question once and within a budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dashkit.errors import ServerError
from dashkit.lint.interpolate import Span


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the datasource's uid (empty for the default), the target with its variables filled in, and when."""

    datasource: str
    language: str
    expr: str
    target: Mapping[str, Any] = field(compare=False, hash=False, repr=False)
    instant: bool
    span: Span
    #: What distinguishes targets that are not PromQL.
    key: str = ""


class QueryServer(Protocol):
    """Whoever answers."""

    @property
    def name(self) -> str:
        """Its address."""
        ...

    def answers(self, language: str) -> bool:
        """Whether it can be asked queries of that datasource type."""
        ...

    def ask(self, asked: Asked) -> tuple[int, str]:
        """The number of series of an answer that have a value, and the error (empty for none)."""
        ...

    def exists(self, datasource: str, expr: str, at: float) -> bool | None:
        """Whether a PromQL expression gives anything at a time; None where the server would not say."""
        ...

    def values(self, datasource: str, label: str, match: str) -> list[str]:
        """The values of a label on what a selector finds (everywhere for an empty one)."""
        ...

    def names(self, datasource: str) -> list[str]:
        """The names of all labels."""
        ...

    def results(self, datasource: str, expr: str, at: float) -> list[str]:
        """The series of a PromQL expression as texts, as ``query_result()`` gives them."""
        ...

    def datasource(self, kind: str, wanted: str) -> str:
        """The uid to ask where a dashboard says ``wanted`` (a uid, a name, or empty for the default) of a type.

        `LookupError` where there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be asked: queries, seconds in all, at a time; and what is slow (seconds) or too much (series)."""

    queries: int = 1000
    seconds: float = 300
    workers: int = 4
    slow: float = 5.0
    series: int = 1000


class Asker:
    """Asks each question once, within the budget; may be used by several threads."""

    def __init__(self, server: QueryServer, budget: Budget) -> None:
        self.server = server
        self.asked = self.reused = self.answered = 0
        #: The first failure of the connection.
        self.failure: ServerError | None = None
        self._budget = budget
        self._ends = time.monotonic() + budget.seconds
        self._lock = threading.Lock()
        self._known: dict[Any, Any] = {}
        self._running: dict[Any, threading.Event] = {}

    def once(self, key: Any, ask: Callable[[], Any], *, counted: bool = True) -> Any:
        """The answer to a question, asked by the first who wants it; None once the budget is spent.

        A `ServerError` is an answer too. ``counted`` is False for what is asked to explain another answer.
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
                    raise  # nothing else will be answered either
                answer = error
                self.failure = self.failure or error
            with self._lock:
                self._known[key] = answer
            return answer
        finally:
            with self._lock:
                self._running.pop(key).set()
