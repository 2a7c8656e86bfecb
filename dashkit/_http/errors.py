"""Translate the exceptions of requests into errors that say what happened and what to try."""

from __future__ import annotations

import requests
from requests import exceptions as foreign

from dashkit.errors import ConfigError, DashkitError, ServerError


class _PlainHttp(foreign.SSLError):
    """We spoke TLS to a server that speaks plain HTTP."""


#: Class, message and hint. Most specific first: the first class that matches wins.
_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        foreign.ProxyError,
        "the proxy {proxy} refused or could not be reached",
        "check the context's `proxy`, or HTTPS_PROXY",
    ),
    (_PlainHttp, "the server does not speak TLS at this address", "use http:// instead of https://, or the other port"),
    (
        foreign.SSLError,
        "TLS failed: {detail}",
        "if the certificate is from your own CA, set tls: {{ca: FILE}} in the context",
    ),
    (foreign.ConnectTimeout, "no connection within the timeout", "is the address right, and reachable from here?"),
    (foreign.ReadTimeout, "no answer within the timeout", "raise the context's timeouts.read"),
    (foreign.ChunkedEncodingError, "the connection broke in the middle of the answer", "try again"),
    (foreign.ContentDecodingError, "the answer could not be decompressed: {detail}", ""),
    (foreign.ConnectionError, "cannot connect: {detail}", "is Grafana running there? {check}"),
    (foreign.TooManyRedirects, "too many redirects", ""),
    (foreign.RetryError, "gave up after several tries", ""),
)
_USAGE: tuple[type[Exception], ...] = (
    foreign.InvalidURL,
    foreign.MissingSchema,
    foreign.InvalidSchema,
    foreign.URLRequired,
    foreign.InvalidHeader,
    foreign.InvalidProxyURL,
)


def checking(context: str) -> str:
    """Return the command that checks a context by its name; an empty name is the one in use."""
    return f"dashkit context check {context}".rstrip()


def translate(error: requests.RequestException, where: str, proxy: str = "", context: str = "") -> DashkitError:
    """Return our error for theirs. The hint names the ``context``.

    Only part of their text is passed on: it may contain the URL of a ``proxy`` with a password.
    """
    if isinstance(error, _USAGE):
        return ConfigError("the address or a header of the context is not valid", where=where)
    if isinstance(error, foreign.SSLError) and "WRONG_VERSION_NUMBER" in repr(error).upper():
        error = _PlainHttp()
    for kind, message, hint in _MEANINGS:
        if isinstance(error, kind):
            text = message.format(detail=_detail(error), proxy=_place(proxy)).replace("  ", " ")
            return ServerError(text, where=where, hint=hint.format(check=checking(context)))
    return ServerError(f"the request failed ({type(error).__name__})", where=where)


def _place(proxy: str) -> str:
    """Return host and port, without a user and password in front of them."""
    return proxy.rpartition("://")[2].rpartition("@")[2].partition("/")[0]


def _detail(error: BaseException) -> str:
    """Return the innermost reason, such as ``Connection refused``, without addresses and objects."""
    seen: BaseException | None = error
    while seen is not None:
        inner = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        if isinstance(inner, BaseException):
            seen = inner
            continue
        seen = seen.__cause__ or seen.__context__
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
    text = str(error.args[0]) if error.args else type(error).__name__
    for known in (
        "Connection refused", "Name or service not known", "Temporary failure in name resolution",
        "nodename nor servname", "Network is unreachable", "No route to host", "Connection reset by peer",
        "Remote end closed connection", "certificate has expired", "self-signed certificate",
        "self signed certificate", "unable to get local issuer certificate", "wrong version number",
        "Hostname mismatch", "certificate verify failed",
    ):  # fmt: skip
        if known.lower() in text.lower():
            return known
    return type(error).__name__
