"""Snapshots of dashboards.

https://grafana.com/docs/grafana/latest/developers/http_api/snapshot/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dashkit._parallel import ordered_map
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import READERS
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.model.item import Item, Limits

_MOST = 1_000_000
#: What Grafana gives a snapshot that never expires: fifty years.
_FOREVER = 40 * 365 * 24 * 3600


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def one(entry: dict[str, Any]) -> Item | None:
        key = str(entry["key"])
        content: dict[str, Any] = {"name": str(entry.get("name") or "")}
        if entry.get("external"):
            return Item("snapshots", key, content["name"], {**content, "external": str(entry.get("externalUrl") or "")})
        answer = expect(scope.connection.get(f"/api/snapshots/{key}"), 404)
        if answer.status == 404:  # expired since
            return None
        content["dashboard"] = answer.object()["dashboard"]
        return Item("snapshots", key, content["name"], content, server=part(entry, "created updated expires"))

    found = scope.objects("/api/dashboard/snapshots", {"limit": _MOST})
    return (item for item in ordered_map(one, found, READERS) if item is not None)


def _seconds_left(moment: str) -> float:
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return _FOREVER
    return (found.replace(tzinfo=found.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _write(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    if "external" in content:
        return  # it lies with another service; its address is in the archive
    body = {"dashboard": content["dashboard"], "name": content["name"], "key": wanted.item.key}
    left = _seconds_left(str(wanted.item.server.get("expires") or ""))
    if left <= 0:
        return  # nobody could see it any more
    if left < _FOREVER:
        body["expires"] = int(left)
    scope.send("POST", "/api/snapshots", body)


HANDLER = KindHandler(_read, _write)
