"""The application that serves the pages of a preview."""

from __future__ import annotations

import asyncio
import logging
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
from dashkit.web.guard import Guard

_log = logging.getLogger("dashkit")
_FONTS = {"inter.ttf": FAMILY, "roboto-mono.ttf": MONO_FAMILY}
_TYPES = {".css": "text/css", ".js": "text/javascript"}


class Pages(DashboardSource, Protocol):
    """Dashboards that may change while they are shown."""

    def failures(self) -> Sequence[pages.Failed]: ...

    def events(self) -> AsyncIterator[str]: ...


def preview_app(
    source: Pages, data: Callable[[], DataSource], *, hosts: Iterable[str] = (), token: str = "", scrape: float = 15_000
) -> ASGIApp:
    """Return the application.

    Args:
        data: returns where the data comes from now.
        hosts: names besides those of loopback that the server is asked by.
        token: what the first address has to contain, where others can reach the server.
        scrape: milliseconds between two samples of a series.
    """

    async def index(_request: Request) -> Response:
        return HTMLResponse(pages.index_page(source.listed(), data().title, source.failures()))

    async def dashboard(request: Request) -> Response:
        uid = request.path_params["uid"]
        board = source.board(uid)
        if board is None:
            return HTMLResponse(pages.missing_page(uid, data().title, source.failures()), 404)
        time = mapping(board.spec.get("time"))
        written = {"from": text(time.get("from")) or "now-6h", "to": text(time.get("to")) or "now"}
        return HTMLResponse(pages.dashboard_page(board, data().title, written, source.failures()))

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

        async def body() -> AsyncIterator[bytes]:
            found = lines()
            while (part := await asyncio.to_thread(next, found, None)) is not None:
                yield _json.compact(part) + b"\n"

        return StreamingResponse(body(), media_type="application/x-ndjson")

    async def banner(_request: Request) -> Response:
        return HTMLResponse(pages.banner(source.failures()))

    async def events(_request: Request) -> Response:
        async def body() -> AsyncIterator[str]:
            async for event in source.events():
                yield f"event: {event}\ndata:\n\n" if event else ":\n\n"

        return StreamingResponse(body(), media_type="text/event-stream")

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name in _FONTS:
            return FileResponse(
                font_file(_FONTS[name]), media_type="font/ttf", headers={"cache-control": "max-age=86400"}
            )
        path = pages.STATIC / name
        if path.suffix not in _TYPES or path.parent != pages.STATIC or not path.is_file():
            return Response(status_code=404)
        return FileResponse(path, media_type=_TYPES[path.suffix])

    routes = [
        Route("/", index), Route("/dashboards", index), Route("/dashboards/{rest:path}", index),
        Route("/d/{uid}", dashboard), Route("/d/{uid}/{slug}", dashboard), Route("/view/{uid}", view),
        Route("/banner", banner), Route("/events", events), Route("/static/{name}", static),
    ]  # fmt: skip
    return Guard(Starlette(routes=routes), hosts, token)
