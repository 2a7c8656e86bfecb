"""Who may ask: only pages that this server itself made, by a name that it is known by, with its token if it has one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_COOKIE = "dashkit-preview"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """Wraps an application.

    A page elsewhere that made its own name point to this address (DNS rebinding) fails at the Host header; one that sends
    requests from another origin fails at the Origin and Sec-Fetch-Site headers.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = (), token: str = "") -> None:
        self._app, self._token = app, token
        self._hosts = frozenset((*_LOOPBACK, *(host.lower() for host in hosts)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(headers, scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if self._token and not self._knows(headers):
            await self._admit(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    answered.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)

    def _refusal(self, headers: Headers, scope: Scope) -> PlainTextResponse | None:
        host = headers.get("host", "").lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name not in self._hosts:
            return PlainTextResponse(f"{name} is not a name of this server", 421)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host:
            return PlainTextResponse("pages of other servers may not ask this one", 403)
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return PlainTextResponse("pages of other servers may not ask this one", 403)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("this server only shows things", 405)
        return None

    def _knows(self, headers: Headers) -> bool:
        cookie = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
        return cookie is not None and secrets.compare_digest(cookie.value.encode(), self._token.encode())

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the token from the address into a cookie, so that it does not stand in each link."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if not secrets.compare_digest(given.encode(), self._token.encode()):
            refused = PlainTextResponse("open the address that dashkit preview printed: it has a token", 401)
            await refused(scope, receive, send)
            return
        answer = RedirectResponse(scope["path"] or "/", 303)
        answer.set_cookie(_COOKIE, self._token, httponly=True, samesite="strict")
        await answer(scope, receive, send)
