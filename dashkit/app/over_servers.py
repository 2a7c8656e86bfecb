"""Do the same for many contexts: several servers at once, the organisations of one server one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from threading import Condition
from threading import Event as Flag
from typing import Generic, TypeVar

from dashkit.app.ports import Event, Ports
from dashkit.config.context import Context
from dashkit.errors import DashkitError

#: How many servers at once. Most of the time they are waited for; of each, some documents are in memory.
_SERVERS = 8

#: Seconds. A signal may reach any thread, and only the main one acts on it: when it wakes up.
_TICK = 0.5

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Results(Generic[_Result]):
    """A result or a failure by the name of the context. One that is missing was not begun, because of an interrupt."""

    found: Mapping[str, _Result | DashkitError]
    interrupted: bool = False


def over_servers(
    contexts: Iterable[Context], work: Callable[[Context, Ports], _Result], ports: Ports, verb: str
) -> Results[_Result]:
    """Do the work for each context, which gets ports for a thread. A failure of one does not concern the others.

    An interrupt lets what is under way finish, and begins nothing more. Progress counts contexts: ``3/20 contexts planned``.
    """
    servers: dict[str, list[Context]] = {}
    for context in contexts:
        servers.setdefault(context.url.lower(), []).append(context)
    total = sum(map(len, servers.values()))
    found: dict[str, _Result | DashkitError] = {}
    stopped, state, interrupted, under_way = Flag(), Condition(), False, set[str]()
    inside = replace(ports, progress=lambda event: None, stopped=stopped.is_set)

    def one(context: Context) -> None:
        with state:
            if stopped.is_set():
                return
            under_way.add(context.name)
        try:
            try:
                result: _Result | DashkitError = work(context, inside)
            except DashkitError as error:
                result = error
            with state:
                found[context.name] = result
                ports.progress(Event(f"contexts {verb}", len(found), total))
        finally:
            with state:
                under_way.discard(context.name)
                state.notify_all()

    def each(server: list[Context]) -> None:
        for context in server:
            one(context)

    with ThreadPoolExecutor(min(_SERVERS, len(servers)) or 1) as pool:
        try:
            running = [pool.submit(each, server) for server in servers.values()]
            while wait(running, _TICK).not_done:
                pass
            for future in running:
                future.result()  # raises a bug
        except KeyboardInterrupt:
            interrupted = True
            stopped.set()
            # A pool waits for its threads, but not for one that it was just starting when the interrupt came.
            with state:
                state.wait_for(lambda: not under_way)
    return Results(found, interrupted)
