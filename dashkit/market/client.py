"""The part of grafana.com's API that dashkit uses: which revisions a dashboard has, and the document of one.

The API has no reference of its own. These are the requests of well-kept tools: grafana-operator
(``controllers/content/fetchers/grafana_com_fetcher.go``) takes the highest ``revision`` of
``GET /api/dashboards/{id}/revisions``, an object with a list ``items``, and then
``GET /api/dashboards/{id}/revisions/{revision}/download``, as Grafana's Helm chart (``gnetId``) does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit._http import Connection, Response, Settings
from dashkit.errors import ConfigError, ServerError

URL = "https://grafana.com"
#: The largest answer that is read. The largest dashboards have a few MB.
_MOST_BYTES = 50_000_000
_READ_TIMEOUT = 30.0
_UNREACHABLE = (
    "HTTPS_PROXY names a proxy, market.url in dashkit.yaml a mirror, market.ca certificate authorities of your own"
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a dashboard: its number, when it was published (ISO 8601, empty if unknown), and what its author says."""

    number: int
    published: str = ""
    description: str = ""


class Marketplace:
    """Asks one question at a time, and no more after a failure that the next question would meet, too.

    Such a failure is a 429 that outlasts the retries, since the server wants a rest, or that it never answered at all.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._answered = False
        self._last: ServerError | None = None

    @property
    def url(self) -> str:
        return self._connection.url

    def latest(self, dashboard: int) -> Revision:
        """Return the newest revision of a dashboard.

        Raises:
            ServerError: there is no such dashboard, or the server does not say.
        """
        answer = self._get(f"/api/dashboards/{dashboard}/revisions", f"there is no dashboard {dashboard}")
        items = answer.get("items")
        found = [one for entry in (items if isinstance(items, list) else ()) if (one := _revision(entry)) is not None]
        if not found:
            raise ServerError(f"dashboard {dashboard} has no revisions", where=self.url)
        return max(found, key=lambda one: one.number)

    def download(self, dashboard: int, revision: int) -> dict[str, Any]:
        """Return the document of a revision, as its author exported it: with ``__inputs`` and ``__requires``, as a rule.

        Raises:
            ServerError: there is no such revision, or the answer is no JSON object, broken off or too long.
        """
        path = f"/api/dashboards/{dashboard}/revisions/{revision}/download"
        return self._get(path, f"dashboard {dashboard} has no revision {revision}")

    def _get(self, path: str, missing: str) -> dict[str, Any]:
        if self._last is not None:
            raise ServerError(self._last.message, status=self._last.status, where=self.url, hint=self._last.hint)
        try:
            answer = self._connection.get(path)
        except ServerError as error:
            failure = ServerError(error.message, status=error.status, where=error.where, hint=_hint(error.status))
            self._last = None if error.status or self._answered else failure
            raise failure from None
        except ConfigError as error:
            hint = "check market.url and market.ca in dashkit.yaml"
            raise ConfigError(error.message, where=error.where, hint=hint) from None
        self._answered = True
        if answer.ok:
            return _object(answer)
        if answer.status == 404:
            raise ServerError(missing, status=404, where=self.url, hint=f"look it up on {URL}/grafana/dashboards")
        if answer.status == 429:
            hint = "try again in some minutes; what was downloaded so far is in the cache"
            self._last = ServerError("asks to be left alone for a while (429)", status=429, where=self.url, hint=hint)
            raise self._last
        raise ServerError(f"answered {answer.status}", status=answer.status, where=answer.where)


def _hint(status: int) -> str:
    """Return what to do about a failure of the connection."""
    if not status:
        return _UNREACHABLE
    return "use that address as market.url in dashkit.yaml" if 300 <= status < 400 else ""


def marketplace(url: str = URL, ca: Path | None = None) -> Marketplace:
    """Return grafana.com, or a mirror of it. No request is sent yet."""
    settings = Settings(url.rstrip("/"), ca=ca, read_timeout=_READ_TIMEOUT, connections=1, most_bytes=_MOST_BYTES)
    return Marketplace(Connection(settings))


def _object(answer: Response) -> dict[str, Any]:
    try:
        return answer.object()
    except ServerError as error:
        hint = "is a proxy, or something else than a mirror of grafana.com, in front?"
        raise ServerError(error.message, status=error.status, where=error.where, hint=hint) from None


def _revision(entry: Any) -> Revision | None:
    number = entry.get("revision") if isinstance(entry, Mapping) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        return None
    published, description = entry.get("createdAt"), entry.get("description")
    return Revision(
        number,
        published if isinstance(published, str) else "",
        description if isinstance(description, str) else "",
    )
