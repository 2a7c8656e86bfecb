"""The sandbox as an ASGI application and as a server on the loopback interface."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import socket
from collections import deque
from contextlib import ExitStack
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as WebRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from dashkit import _json
from dashkit.errors import InputError
from dashkit.sandbox import people
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.faults import Fault, Faults
from dashkit.sandbox.flavour import Flavour
from dashkit.sandbox.records import Identity
from dashkit.sandbox.store import Store
from dashkit.sandbox.table import PUBLIC, match
from dashkit.sandbox.thread import serving

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
_LIMIT = 16 * 1024 * 1024
#: The addresses of pages and what they are made of; all others are those of the API.
_PAGE = re.compile(r"/|/dashboards(/.*)?|/d/.*|/view/.*|/static/.*|/events|/banner")
#: What flavours without resources do not have.
_RESOURCES = re.compile(r"/apis/(dashboard|folder)\.grafana\.app(/|$)")
#: A well-known login is fine for a server that only listens on loopback.
ADMIN, PASSWORD = "admin", "admin"


class Sandbox:
    """One stand-in server: its data, the version it plays, and the faults to come."""

    def __init__(self, store: Store, flavour: Flavour, *, prefix: str = "") -> None:
        self.store, self.flavour, self.faults = store, flavour, Faults()
        #: The newest requests, as method and path.
        self.requests: deque[tuple[str, str]] = deque(maxlen=10_000)
        self._prefix = prefix
        self._others: dict[int, Store] = {}

    def organisation(self, number: int) -> Store:
        """Return the data of an organisation, which the caller knows to exist."""
        if number == 1:
            return self.store
        if number not in self._others:
            path = self.store.path
            self._others[number] = Store(path.with_suffix(f".org{number}{path.suffix}") if path else None)
        return self._others[number]

    def close(self) -> None:
        for store in (self.store, *self._others.values()):
            store.close()

    def app(self, pages: ASGIApp | None = None) -> ASGIApp:
        """Return the application; ``pages`` answers at the addresses of Grafana's pages."""
        api = Starlette(routes=[WebRoute("/{path:path}", self._serve, methods=_METHODS)])
        if pages is None:
            return api

        async def either(scope: Scope, receive: Receive, send: Send) -> None:
            shown = scope["type"] == "http" and _PAGE.fullmatch(scope["path"]) and scope["method"] in ("GET", "HEAD")
            await (pages if shown else api)(scope, receive, send)

        return either

    async def _serve(self, request: Request) -> Response:
        path, method = request.url.path, request.method
        if path == "/sandbox/faults":
            return await self._control(request)
        if self._prefix:
            if not path.startswith(f"{self._prefix}/"):
                return Response("<html>not here</html>", 404, media_type="text/html")
            path = path.removeprefix(self._prefix)
        self.requests.append((method, path))
        content = await request.body()
        fault = self.faults.take(method, path) or Fault()
        if fault.latency:
            await asyncio.sleep(fault.latency)
        if not fault.status and not fault.drop:
            return _render(self._answer(request, path, content))
        if fault.after:
            self._answer(request, path, content)
        if fault.drop:
            request.scope["state"]["transport"].abort()
            return Response()
        body = {"message": "fault on demand"} if fault.body is None else fault.body
        return _render(Answer(fault.status, body), dict(fault.headers))

    async def _control(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
            return Response(status_code=204)
        try:
            self.faults.add(Fault(**_json.parse(await request.body())))
        except (InputError, TypeError) as error:  # a TypeError is an unknown key
            return _render(Answer(400, {"message": str(error)}))
        return Response(status_code=204)

    def _answer(self, request: Request, path: str, content: bytes) -> Answer:
        found = match(request.method, path)
        try:
            identity = None if found and found[0] in PUBLIC else self._identify(request)
            if len(content) > _LIMIT:
                raise Refusal(413, "Dashboard is too large, max is 16 MB")
            if path.startswith("/apis/") and not self.flavour.modern:
                raise Refusal(404, "Not found")
            if _RESOURCES.match(path) and not self.flavour.resources:
                return Answer(404, "404 page not found\n")
            if found is None:
                raise Refusal(501, f"the sandbox does not serve {request.method} {path}; a real Grafana may")
            handler, values = found
            query = request.query_params
            number = self._organisation_of(request, values, identity)
            return handler(
                Call(
                    path=values,
                    query=dict(query),
                    tags=tuple(query.getlist("tag")),
                    keys=tuple(query.getlist("key")),
                    headers=request.headers,
                    content=content,
                    store=self.organisation(number),
                    main=self.store,
                    organisation=number,
                    flavour=self.flavour,
                    identity=identity,
                )
            )
        except Refusal as refused:
            return refused.answer

    def _organisation_of(self, request: Request, values: dict[str, str], identity: Identity | None) -> int:
        """Return the organisation from the header, or from the path under /apis. A token belongs to just one."""
        wanted = request.headers.get("x-grafana-org-id", "1")
        if "namespace" in values:
            wanted = "1" if values["namespace"] == "default" else values["namespace"].removeprefix("org-")
        if identity is None or identity.account or wanted == "1":
            return 1
        if self.store.document("organisation", wanted) is None:
            raise Refusal(403, "You'll need additional permissions to perform this action.", title="Access denied")
        return int(wanted)

    def _identify(self, request: Request) -> Identity:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                user, password = "", ""
            if user == "api_key":
                return self._token(password, request)
            if user != ADMIN and (role := people.role_of(self.store, user, password)):
                return Identity(user, role)
            if (user, password) != (ADMIN, PASSWORD):
                status = 401 if self.flavour.modern else 400
                raise _unauthorised(status, "Invalid username or password", "password-auth.failed")
            return Identity(ADMIN, "Admin")
        if scheme.lower() == "bearer":
            return self._token(value, request)
        raise _unauthorised(401, "Unauthorized", "auth.unauthorized")

    def _token(self, token: str, request: Request) -> Identity:
        identity = self.store.identity_of(token)
        if identity is None:
            raise _unauthorised(401, "Invalid API key", "api-key.invalid")
        if self.flavour.modern and request.headers.get("x-grafana-org-id", "1") != "1":
            text = "API key does not belong to the requested organization"
            raise _unauthorised(401, text, "api-key.organization-mismatch")
        return identity


class _Protocol(H11Protocol):
    """Passes the connection's transport to the application, so that a fault can drop it without an answer."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def _unauthorised(status: int, message: str, identifier: str) -> Refusal:
    return Refusal(status, message, extra=None, messageId=identifier, statusCode=status, traceID="")


def _render(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    if isinstance(answer.body, str):
        kind = "text/html" if answer.body.startswith("<") else "text/plain"
        return Response(answer.body, answer.status, headers, media_type=kind)
    return Response(_json.compact(answer.body), answer.status, headers, media_type="application/json")


class RunningSandbox:
    """A sandbox that serves in a thread of this process, for tests, the demo and the benchmark."""

    def __init__(
        self, sandbox: Sandbox, *, port: int = 0, tls: tuple[str, str] | None = None, pages: ASGIApp | None = None
    ) -> None:
        self.sandbox, self.url = sandbox, ""
        self._running = ExitStack()
        self._config = config(sandbox, port=port, tls=tls, pages=pages)

    def __enter__(self) -> RunningSandbox:
        self.url = self._running.enter_context(serving(self._config))
        return self

    def __exit__(self, *_exc: object) -> None:
        self._running.close()
        self.sandbox.close()


def serve(sandbox: Sandbox, listener: socket.socket, pages: ASGIApp | None = None) -> None:
    """Serve on a bound socket until interrupted."""
    uvicorn.Server(config(sandbox, port=0, pages=pages)).run(sockets=[listener])


def config(
    sandbox: Sandbox, *, port: int, tls: tuple[str, str] | None = None, pages: ASGIApp | None = None
) -> uvicorn.Config:
    """Return a configuration for uvicorn: loopback only, quiet, quick to stop."""
    options: dict[str, Any] = {"ssl_certfile": tls[0], "ssl_keyfile": tls[1]} if tls else {}
    return uvicorn.Config(
        sandbox.app(pages), host="127.0.0.1", port=port, log_level="critical", access_log=False, lifespan="off",
        timeout_graceful_shutdown=2, loop="asyncio", ws="none", http=_Protocol, **options,
    )  # fmt: skip
