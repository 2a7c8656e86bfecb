"""A web server in a thread of this process: it says where it listens, and stops at once."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from socket import socket

import uvicorn

#: Seconds between two looks at a server that starts or stops.
_TICK = 0.002
#: Seconds in which a server starts, and in which it may finish its answers when it stops.
_START, _FINISH = 10, 2


@contextmanager
def serving(config: uvicorn.Config) -> Iterator[str]:
    """Serve in a thread, and yield the address, such as ``http://127.0.0.1:40123``.

    Raises:
        RuntimeError: The server did not start.
    """
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True, name="server")
    thread.start()
    deadline = time.monotonic() + _START
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            server.should_exit = True
            raise RuntimeError("the server did not start")
        time.sleep(_TICK)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"{'https' if config.is_ssl else 'http'}://{host}:{port}"
    finally:
        server.leave()
        thread.join(_FINISH + 3)


class _Server(uvicorn.Server):
    """uvicorn looks ten times a second whether it should stop, and waits as long again: that adds up in a thousand tests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._wake: Callable[[], object] = bool

    def leave(self) -> None:
        """Stop, asked from any thread."""
        self.should_exit = True
        self._wake()

    async def main_loop(self) -> None:
        left = asyncio.Event()
        self._wake = partial(asyncio.get_running_loop().call_soon_threadsafe, left.set)
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(left.wait(), 0.1)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        deadline = time.monotonic() + _FINISH
        while (self.server_state.connections or self.server_state.tasks) and time.monotonic() < deadline:
            await asyncio.sleep(_TICK)
        for task in self.server_state.tasks:
            task.cancel()
