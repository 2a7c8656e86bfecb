"""The part of Alertmanager's HTTP API that dashkit uses.

https://prometheus.io/docs/alerting/latest/clients/ and api/v2/openapi.yaml of Alertmanager 0.25 to 0.28.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashkit._http import Connection, Response
from dashkit.errors import ServerError
from dashkit.metrics.prometheus import readiness

_PATH = "/api/v2"


class Alertmanager:
    """An Alertmanager, or a server with its API."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def url(self) -> str:
        return self._connection.url

    def ready(self) -> str:
        """Return an empty text if the server is ready, else what it says instead."""
        return readiness(self._connection.get("/-/ready"))

    def status(self) -> dict[str, Any]:
        """Return its version, its cluster and its configuration, in which secrets are hidden (not each URL is a secret to it)."""
        return _checked(self._connection.get(f"{_PATH}/status")).object()

    def silences(self) -> list[dict[str, Any]]:
        """Return the silences that are in force."""
        found = _checked(self._connection.get(f"{_PATH}/silences")).objects()
        return [entry for entry in found if (entry.get("status") or {}).get("state") == "active"]

    def alerts(self) -> list[dict[str, Any]]:
        """Return all alerts that it has, those that are silenced or inhibited as well, each with its receivers."""
        return _checked(self._connection.get(f"{_PATH}/alerts")).objects()

    def metrics(self) -> str:
        """Return its own metrics as text; empty if it does not show them."""
        answer = self._connection.get("/metrics", headers={"Accept": "text/plain"})
        return answer.content.decode(errors="replace") if answer.ok and not answer.is_web_page else ""

    def send(self, alerts: Iterable[Mapping[str, Any]]) -> None:
        """Send alerts, as Prometheus does. One whose ``endsAt`` is over is resolved."""
        _checked(self._connection.write("POST", f"{_PATH}/alerts", [dict(alert) for alert in alerts]))


def _checked(answer: Response) -> Response:
    if not answer.ok:
        hint = "is this an Alertmanager? the URL must end before /api/v2" if answer.status == 404 else ""
        text = "" if answer.is_web_page else " ".join(answer.content.decode(errors="replace").split())[:300]
        raise ServerError(
            f"answered {answer.status}: {text}".rstrip(": "), status=answer.status, where=answer.where, hint=hint
        )
    return answer
