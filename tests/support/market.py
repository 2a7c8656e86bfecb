"""A stand-in for grafana.com: the two requests that dashkit makes, and what goes wrong on a network."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fault = Callable[[BaseHTTPRequestHandler], None]
_PATH = re.compile(r"/api/dashboards/(\d+)/revisions(?:/(\d+)/download)?")


class Market:
    """What is published, what was asked, and the faults that the next answers have."""

    def __init__(self, url: str) -> None:
        self.url = url
        #: By dashboard and revision.
        self.documents: dict[int, dict[int, Any]] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.faults: list[Fault] = []
        #: How many requests were under way at once, at most.
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def publish(self, number: int, document: Any, revision: int = 0) -> int:
        """Add the next revision of a dashboard, or replace one, and return its number."""
        revisions = self.documents.setdefault(number, {})
        revision = revision or max(revisions, default=0) + 1
        revisions[revision] = document
        return revision

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.asked.append(handler.path)
        self.agents.add(handler.headers["User-Agent"])
        try:
            (self.faults.pop(0) if self.faults else self._honest)(handler)
        finally:
            with self._lock:
                self._now -= 1

    def _honest(self, handler: BaseHTTPRequestHandler) -> None:
        path = _PATH.fullmatch(handler.path)
        revisions = self.documents.get(int(path[1]), {}) if path else {}
        if path and not path[2] and revisions:
            send(handler, listing(int(path[1]), sorted(revisions)))
        elif path and path[2] and int(path[2]) in revisions:
            send(handler, revisions[int(path[2])])
        else:
            send(handler, {"code": "NotFound", "message": "Not found"}, 404)


def listing(number: int, revisions: list[int]) -> dict[str, Any]:
    """What ``GET /api/dashboards/{id}/revisions`` says."""
    items = [
        {
            "id": 1000 * number + revision, "dashboardId": number, "dashboardName": "Named on the site", "orgName": "somebody",
            "revision": revision, "description": f"What is new in {revision}", "createdAt": f"2026-03-{revision:02}T06:33:51.000Z",
            "links": [{"rel": "download", "href": f"/dashboards/{number}/revisions/{revision}/download"}],
        }
        for revision in revisions
    ]  # fmt: skip
    return {"items": items, "orderBy": "revision", "direction": "asc"}


def send(
    handler: BaseHTTPRequestHandler, value: Any, status: int = 200, *, kind: str = "application/json", more: int = 0,
    **headers: str,
) -> None:  # fmt: skip
    """Send a JSON value, or bytes as they are; the head promises ``more`` bytes than there are."""
    data = value if isinstance(value, bytes) else json.dumps(value, indent=1).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data) + more))
    for name, text in headers.items():
        handler.send_header(name.replace("_", "-"), text)
    handler.end_headers()
    with contextlib.suppress(OSError):  # a client that has read enough hangs up
        handler.wfile.write(data)
    handler.close_connection = more > 0


def fault(value: Any, status: int = 200, **more: Any) -> Fault:
    """One answer that is not what was asked for."""
    return lambda handler: send(handler, value, status, **more)


@contextlib.contextmanager
def serving() -> Iterator[Market]:
    """A marketplace on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_GET(self) -> None:
            market.answer(self)

        def log_message(self, *args: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    market = Market(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield market
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
