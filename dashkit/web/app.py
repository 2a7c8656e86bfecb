"""The application that serves the pages of a preview."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from dashkit import _json
from dashkit.lint.values import mapping, text
from dashkit.preview import pages
from dashkit.preview.sources.port import DashboardSource, DataSource
from dashkit.preview.text import FAMILY, MONO_FAMILY, font_file
from dashkit.preview.view import Asked, opened, parts
from dashkit.web.editing import Editing, edit_routes
from dashkit.web.guard import Guard

_log = logging.getLogger("dashkit")
_FONTS = {"inter.ttf": FAMILY, "roboto-mono.ttf": MONO_FAMILY}
_TYPES = {".css": "text/css", ".js": "text/javascript"}


class Pages(DashboardSource, Protocol):
    """Dashboards that may change while they are shown."""

    def failures(self) -> Sequence[pages.Failed]: ...

    @property
    def version(self) -> str:
        """Another text after each change that `events` tells of."""

    def events(self) -> AsyncIterator[str]: ...


def preview_app(
    source: Pages,
    data: Callable[[], DataSource],
    *,
    hosts: Iterable[str] = (),
    token: str = "",
    scrape: float = 15_000,
    editing: Editing | None = None,
) -> ASGIApp:
    """Return the application.

    Args:
        data: returns where the data comes from now.
        hosts: names besides those of loopback that the server is asked by.
        token: what the first address has to contain, where others can reach the server.
        scrape: milliseconds between two samples of a series.
        editing: what is edited in a Grafana; None if none is asked.
    """
    writes = editing.token if editing else ""

    def live(token: str) -> pages.Live:
        return pages.Live(source.version, token if editing else None)

    async def index(_request: Request) -> Response:
        return HTMLResponse(pages.index_page(source.listed(), data().title, source.failures(), live=live("")))

    async def dashboard(request: Request) -> Response:
        uid = request.path_params["uid"]
        # A uid may have a slash; more often, what follows one is the slug, which says nothing.
        board = source.board(uid) or source.board(uid.rpartition("/")[0])
        if board is None:
            return HTMLResponse(pages.missing_page(uid, data().title, source.failures(), live("")), 404)
        time = mapping(board.spec.get("time"))
        written = {"from": text(time.get("from")) or "now-6h", "to": text(time.get("to")) or "now"}
        return HTMLResponse(pages.dashboard_page(board, data().title, written, source.failures(), live(writes)))

    async def view(request: Request) -> Response:
        board = source.board(request.path_params["uid"])
        if board is None:
            return Response(status_code=404)
        asked, answers, listed = Asked.of(request.query_params.multi_items()), data(), source.listed()

        def lines() -> Iterator[Mapping[str, Any]]:
            try:
                yield from parts(opened(board, asked, answers, scrape, listed), answers, asked.width)
            except Exception as error:  # without an answer the page would ask again and again
                _log.debug("a dashboard cannot be shown", exc_info=True)
                yield {"kind": "frame", "html": pages.trouble(f"{type(error).__name__}: {error}")}

        body = in_thread(_json.compact(part) + b"\n" for part in lines())
        return StreamingResponse(body, media_type="application/x-ndjson")

    async def banner(_request: Request) -> Response:
        return HTMLResponse(pages.banner(source.failures()))

    async def events(request: Request) -> Response:
        async def body() -> AsyncIterator[str]:
            seen = request.query_params.get("seen", source.version)
            while seen != source.version:  # what changed before the page could listen
                seen = source.version
                yield "event: changed\ndata:\n\n"
            async for event in source.events():
                yield f"event: {event}\ndata:\n\n" if event else ":\n\n"

        return StreamingResponse(body(), media_type="text/event-stream")

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name in _FONTS:
            return FileResponse(
                font_file(_FONTS[name]), media_type="font/ttf", headers={"cache-control": "max-age=86400"}
            )
        if name not in files:
            return Response(status_code=404)
        return FileResponse(files[name], media_type=_TYPES[files[name].suffix])

    files = {path.name: path for path in pages.STATIC.iterdir() if path.suffix in _TYPES}
    routes = [
        Route("/", index), Route("/dashboards", index), Route("/dashboards/{rest:path}", index),
        Route("/d/{uid:path}", dashboard), Route("/view/{uid:path}", view),
        Route("/banner", banner), Route("/events", events), Route("/static/{name}", static),
        *edit_routes(editing),
    ]  # fmt: skip
    return Guard(Starlette(routes=routes), hosts, token, writes)


async def in_thread(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield parts that a thread makes. When nobody wants them any more, the thread ends after the one that it is at."""
    # A thread of its own, which a server that stops does not wait for: data may take a minute to arrive.
    loop = asyncio.get_running_loop()
    made: asyncio.Queue[bytes | None] = asyncio.Queue()
    gone = threading.Event()

    def give(part: bytes | None) -> None:
        with contextlib.suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(made.put_nowait, part)

    def work() -> None:
        try:
            for part in parts:
                if gone.is_set():
                    break
                give(part)
        finally:
            give(None)

    threading.Thread(target=work, daemon=True).start()
    try:
        while (part := await made.get()) is not None:
            yield part
    finally:
        gone.set()
