"""Who may ask, and who may write: pages that this server itself made, by a name that it is known by, with its tokens."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
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


def _cookie(scope: Scope) -> str:
    """Return the name of the cookie. Cookies do not tell ports apart, and several previews may run."""
    return f"dashkit-preview-{(scope.get('server') or ('', 0))[1]}"


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Guard:
    """Wraps an application.

    A page elsewhere that made its own name point to this address (DNS rebinding) fails at the Host header; one that sends
    requests from another origin fails at the Origin and Sec-Fetch-Site headers.

    Args:
        token: what an address has to contain.
        writes: what a request that writes has to carry besides that, in the header X-Dashkit-Token. Empty if nothing is ever
            written. A request that came over a network writes nothing in any case.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = (), token: str = "", writes: str = "") -> None:
        self._app, self._token, self._writes = app, token, writes
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
        if self._token and not self._knows(headers, scope):
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
        # The address that the request came to is no name that another page could have made up.
        if name not in self._hosts and name.strip("[]") != (scope.get("server") or ("",))[0]:
            return PlainTextResponse(f"{name} is not a name of this server", 421)
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
            return PlainTextResponse("pages of other servers may not ask this one", 403)
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return PlainTextResponse("pages of other servers may not ask this one", 403)
        if scope["method"] not in ("GET", "HEAD"):
            return self._unwanted(headers, scope)
        return None

    def _unwanted(self, headers: Headers, scope: Scope) -> PlainTextResponse | None:
        """Return why a request may not write."""
        if not self._writes or scope["method"] != "POST":
            return PlainTextResponse("this server only shows things", 405)
        if not _is_loopback((scope.get("server") or ("",))[0]):
            return PlainTextResponse("this server writes nothing for other machines", 403)
        # Browsers name the origin of each POST, and a page elsewhere may neither read the token nor send this header.
        given = headers.get("x-dashkit-token", "")
        if "origin" not in headers or not secrets.compare_digest(given.encode(), self._writes.encode()):
            return PlainTextResponse("this page is of an earlier run of the preview: load it again", 403)
        return None

    def _knows(self, headers: Headers, scope: Scope) -> bool:
        # By hand: a parser of cookies gives up on those that other programs at this address have set.
        wanted = f"{_cookie(scope)}={self._token}".encode()
        cookies = headers.get("cookie", "").split(";")
        return any(secrets.compare_digest(cookie.strip().encode(), wanted) for cookie in cookies)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the token from the address into a cookie, so that it does not stand in each link."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token", "")
        if not secrets.compare_digest(given.encode(), self._token.encode()):
            refused = PlainTextResponse("open the address that dashkit preview printed: it has a token", 401)
            await refused(scope, receive, send)
            return
        rest = urlencode([pair for pair in query if pair[0] != "token"])
        # With two slashes in front, a path would be the name of another server.
        path = "/" + scope["path"].lstrip("/\\")
        answer = RedirectResponse(f"{quote(path)}?{rest}" if rest else quote(path), 303)
        # Not "strict": then a link in a chat or an issue would open a page that does not know the token.
        answer.set_cookie(_cookie(scope), self._token, httponly=True, samesite="lax")
        await answer(scope, receive, send)
