"""Snapshots of dashboards.

https://grafana.com/docs/grafana/latest/developers/http_api/snapshot/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.grafana.lists import read_each
from dashkit.model.item import Item, Limits

_MOST = 1_000_000
#: Longer means never: Grafana gives a snapshot that never expires fifty years.
_FOREVER = 40 * 365 * 24 * 3600


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def read(entry: dict[str, Any]) -> Item | None:
        key, name = str(entry["key"]), str(entry.get("name") or "")
        if entry.get("external"):
            return Item("snapshots", key, name, {"name": name, "external": str(entry.get("externalUrl") or "")})
        answer = scope.find(f"/api/snapshots/{key}")
        if answer is None:
            return None
        content = {"name": name, "dashboard": answer.object()["dashboard"]}
        return Item("snapshots", key, name, content, server=part(entry, "created updated expires"))

    return read_each(read, scope.objects("/api/dashboard/snapshots", {"limit": _MOST}))


def _seconds_left(moment: str) -> float:
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return _FOREVER
    return (found.replace(tzinfo=found.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _write(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    if "external" in content:
        return  # another service stores it; its address is in the archive
    body = {"dashboard": content["dashboard"], "name": content["name"], "key": wanted.item.key}
    left = _seconds_left(str(wanted.item.server.get("expires") or ""))
    if left <= 0:
        return  # it has expired
    if left < _FOREVER:
        body["expires"] = int(left)
    scope.send("POST", "/api/snapshots", body)


HANDLER = KindHandler(_read, _write)
