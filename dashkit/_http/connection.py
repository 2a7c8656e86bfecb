"""A connection to one server: base URL, authentication, timeouts, retries, and failures as dashkit's own errors."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from dashkit import _json
from dashkit._http.errors import translate
from dashkit._http.retry import TRIES, RequestKind, pause, repeatable_status, sleep
from dashkit.errors import ConfigError, InputError, ServerError
from dashkit.model.secret import Secret

_log = logging.getLogger("dashkit.http")
#: How many bytes of a bounded answer are unpacked at once.
_PART = 65_536


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a connection needs. Secrets stay wrapped until a request is built."""

    url: str
    token: Secret | None = None
    user: str = ""
    password: Secret | None = None
    org_id: int | None = None
    ca: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    proxy: str = ""
    headers: Mapping[str, Secret] = field(default_factory=dict)
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    connections: int = 4
    #: The most bytes of an answer, unpacked, that are read. None: all of it.
    most_bytes: int | None = None
    #: The name of the context in dashkit.yaml, for hints; empty if it is not from there.
    context: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A response: status, body, and the URL that was requested."""

    status: int
    content: bytes
    content_type: str
    where: str
    #: The time by the server's clock, as HTTP writes it; empty if it does not say.
    date: str = ""
    #: `Settings.context` of the connection.
    context: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_web_page(self) -> bool:
        """Whether the body is HTML, such as a proxy's login page."""
        return self.content_type.startswith("text/html") or self.content[:15].lstrip()[:1] == b"<"

    def json(self) -> Any:
        """Return the body as JSON. Raises `ServerError` if it is anything else."""
        if self.is_web_page:
            hint = "a proxy or login page in front? The URL must be Grafana's own, including its sub-path"
            raise self._error("answered with a web page instead of JSON", hint)
        try:
            return _json.parse(self.content)
        except InputError as error:
            raise self._error(f"answered with broken JSON: {error.message}") from None

    def object(self) -> dict[str, Any]:
        """Return the body as a JSON object. Raises `ServerError` if it is anything else."""
        value = self.json()
        if not isinstance(value, dict):
            raise self._error("answered with JSON that is not an object", "is this Grafana?")
        return value

    def objects(self) -> list[dict[str, Any]]:
        """Return the body as a list of JSON objects. Raises `ServerError` if it is anything else."""
        value = self.json()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._error("answered with JSON that is not a list of objects", "is this Grafana?")
        return value

    def _error(self, message: str, hint: str = "") -> ServerError:
        return ServerError(message, status=self.status, where=self.where, hint=hint)


class Connection:
    """Sends requests. Several threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.url
        self._timeout = (settings.connect_timeout, settings.read_timeout)
        self._most_bytes = settings.most_bytes
        self._context = settings.context
        self._session = _session(settings)

    def close(self) -> None:
        self._session.close()

    def certificate_ends(self) -> float | None:
        """Return when the server's certificate expires, in Unix seconds; None without TLS, or if any certificate is accepted.

        The certificate is that of an ordinary connection, verified and through the same proxy as any request.

        Raises:
            ServerError: no connection, or the certificate is not accepted.
        """
        if not self.url.startswith("https:") or not self._session.verify:
            return None
        try:
            with self._session.get(self.url, timeout=self._timeout, allow_redirects=False, stream=True) as answer:
                # While the body is unread, the answer holds its connection.
                socket = getattr(getattr(answer.raw, "connection", None), "sock", None)
                certificate = socket.getpeercert() if socket else None
        except requests.RequestException as error:
            raise translate(error, self.url, self._session.proxies.get("https", ""), self._context) from None
        return float(ssl.cert_time_to_seconds(certificate["notAfter"])) if certificate else None

    def get(
        self, path: str, params: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        return self.send("GET", path, RequestKind.READ, params=params, headers=headers)

    def delete(self, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Response:
        data = None if body is None else _json.compact(body)
        return self.send("DELETE", path, RequestKind.DELETE, body=data, headers=headers)

    def write(self, method: str, path: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a POST or PUT whose body is a JSON value, or JSON bytes."""
        data = body if isinstance(body, bytes) else _json.compact(body)
        return self.send(method, path, RequestKind.WRITE, body=data, headers=headers)

    def send(
        self,
        method: str,
        path: str,
        kind: RequestKind,
        *,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request, and repeat it if that is safe. The caller judges the status, except for redirects.

        Raises:
            ServerError: no answer came, a redirect, or more than ``most_bytes``. Without an answer ``status`` is 0, and the
                outcome of a write is unknown unless the connection was refused.
            ConfigError: the request cannot be sent at all.
        """
        where = f"{self.url}{path}"
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answer = self._session.request(
                    method, where, params=params, data=body, headers=dict(headers or {}), timeout=self._timeout,
                    allow_redirects=False, stream=self._most_bytes is not None,
                )  # fmt: skip
                content = _content(answer, self._most_bytes, where)
            except requests.RequestException as error:
                if last or not _never_arrived_or_harmless(error, kind):
                    proxy = self._session.proxies.get(where.partition(":")[0], "")
                    raise translate(error, where, proxy, self._context) from None
                wait = pause(attempt, None)
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                # Requests passes these through: files that it cannot read, names that are not valid in DNS.
                text = f"the request cannot be sent ({type(error).__name__})"
                raise ConfigError(text, where=where, hint="check the context's url, tls and proxy") from None
            else:
                _log.debug("%s %s -> %s (%d bytes)", method, path, answer.status_code, len(content))
                if last or not repeatable_status(kind, answer.status_code):
                    again = kind is RequestKind.DELETE and attempt > 0
                    return _response(answer, content, where, self._context, repeated_delete=again)
                wait = pause(attempt, answer.headers.get("Retry-After"))
                if wait is None:
                    return _response(answer, content, where, self._context, repeated_delete=False)
            assert wait is not None
            _log.debug("%s %s: again in %.1f s", method, path, wait)
            sleep(wait)
        raise AssertionError("unreachable")


def _never_arrived_or_harmless(error: requests.RequestException, kind: RequestKind) -> bool:
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return False
    if not isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError):
        return False
    refused = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(error)
    # Waiting seldom helps if nothing listens there, but a Grafana that restarts is back within seconds.
    return refused or kind is not RequestKind.WRITE


def _content(answer: requests.Response, most: int | None, where: str) -> bytes:
    """Return the body. Raises `ServerError` as soon as it turns out to be longer than ``most`` bytes."""
    if most is None:
        return answer.content
    content = bytearray()
    try:
        with answer:
            for part in answer.iter_content(_PART):
                content += part
                if len(content) > most:
                    text = f"answered with more than {most:,} bytes"
                    raise ServerError(text, status=answer.status_code, where=where)
    except requests.ConnectionError as error:  # which says nothing of what happened
        slow = any(isinstance(cause, urllib3.exceptions.ReadTimeoutError) for cause in error.args)
        raise requests.ReadTimeout() if slow else requests.exceptions.ChunkedEncodingError() from None
    return bytes(content)


def _response(
    answer: requests.Response, content: bytes, where: str, context: str, *, repeated_delete: bool
) -> Response:
    status = answer.status_code
    if 300 <= status < 400:
        target = answer.headers.get("Location", "")
        raise ServerError(
            f"redirects to {target.partition('?')[0]!r}",
            status=status,
            where=where,
            hint="use that address (without /login) as the context's url" if target else "",
        )
    if repeated_delete and status == 404:
        status = 200
    headers = answer.headers
    return Response(status, content, headers.get("Content-Type", ""), where, headers.get("Date", ""), context)


def _session(settings: Settings) -> requests.Session:
    session = requests.Session()
    # Otherwise every request would read .netrc, which outranks our token, and the proxy variables again.
    session.trust_env = False
    session.headers.update({"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "dashkit"})
    session.headers.update({name: value.reveal() for name, value in settings.headers.items()})
    if settings.org_id is not None:
        session.headers["X-Grafana-Org-Id"] = str(settings.org_id)
    if settings.token:
        session.headers["Authorization"] = f"Bearer {settings.token.reveal()}"
    elif settings.password is not None:
        # As bytes: requests encodes strings as Latin-1, and Grafana expects UTF-8.
        session.auth = HTTPBasicAuth(settings.user.encode(), settings.password.reveal().encode())
    session.verify = str(settings.ca) if settings.ca else True
    if settings.insecure:
        session.verify = False
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # the command itself warns once
    if settings.client_cert:
        session.cert = (str(settings.client_cert), str(settings.client_key or settings.client_cert))
    proxies = requests.utils.get_environ_proxies(settings.url)
    session.proxies.update({"http": settings.proxy, "https": settings.proxy} if settings.proxy else proxies)
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=settings.connections)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
