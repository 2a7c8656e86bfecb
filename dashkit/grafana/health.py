"""How a server and its datasources are.

https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api
https://grafana.com/docs/grafana/latest/developers/http_api/data_source/#check-data-source-health
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from urllib.parse import quote

from dashkit._http import Connection
from dashkit._http.retry import RequestKind
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect, message_of
from dashkit.model.health import DatasourceHealth, ServerHealth, ServerSettings, Verdict
from dashkit.model.live import Datasource

#: What a server says of a plugin that is not installed: 12, and 10.
_NO_PLUGIN = ("plugin not registered", "plugin not found", "unable to find datasource plugin")


def read_health(connection: Connection) -> ServerHealth:
    """Read what needs no login. Raises `ServerError` if no Grafana answers."""
    answer = expect(connection.get("/api/health"), 503)
    return ServerHealth(str(answer.object().get("database") or ""), _moment(answer.date))


def _moment(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


def read_settings(connection: Connection) -> ServerSettings:
    """Read what the server tells its pages."""
    settings = expect(connection.get("/api/frontend/settings")).object()
    renderer = settings.get("rendererAvailable")
    # Grafana's own, such as -- Mixed --, have built-in plugins.
    listed = [(name, entry, entry.get("meta") or {}) for name, entry in (settings.get("datasources") or {}).items()]
    sources = [(name, entry, meta) for name, entry, meta in listed if not meta.get("builtIn")]
    return ServerSettings(
        str((settings.get("buildInfo") or {}).get("edition") or ""),
        float((settings.get("licenseInfo") or {}).get("expiry") or 0),
        renderer if isinstance(renderer, bool) else None,
        tuple(
            Datasource(str(entry.get("uid") or ""), name, str(entry.get("type") or ""), bool(entry.get("isDefault")))
            for name, entry, _ in sources
        ),
        frozenset(str(entry.get("type")) for _, entry, meta in sources if meta.get("backend")),
    )


def check_datasource(connection: Connection, uid: str) -> DatasourceHealth:
    """Let the server check a datasource.

    Raises:
        ServerError: the check could not be done: 403 without the right, 0 if no answer came in time.
    """
    # Sent as if it were a write: a check that did not end within the timeout must not begin again.
    path = f"/api/datasources/uid/{quote(uid, safe='')}/health"
    answer = connection.send("GET", path, RequestKind.WRITE)
    message = message_of(answer)
    if answer.status in (200, 400) and not answer.is_web_page:
        verdict = Verdict.OK if answer.object().get("status") == "OK" else Verdict.FAILED
        return DatasourceHealth(verdict, message)
    if message.lower() in _NO_PLUGIN:
        return DatasourceHealth(Verdict.NO_PLUGIN, message)
    if answer.status in (404, 501):
        return DatasourceHealth(Verdict.NO_CHECK, message)
    if message.lower() == "plugin unavailable":
        return DatasourceHealth(Verdict.NOT_RUNNING, message)
    if answer.status >= 500:
        return DatasourceHealth(Verdict.FAILED, message)
    raise ServerError(message, status=answer.status, where=answer.where)
