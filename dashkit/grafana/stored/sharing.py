"""Playlists, snapshots and correlations.

https://grafana.com/docs/grafana/latest/developers/http_api/playlist/, .../snapshot/, .../correlations/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dashkit import _json
from dashkit._parallel import ordered_map
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import READERS
from dashkit.grafana.stored.scope import Scope, Stored, Wanted, part
from dashkit.model.item import Item, Limits

_MOST = 1_000_000
#: What Grafana gives a snapshot that never expires: fifty years.
_FOREVER = 40 * 365 * 24 * 3600


def _read_playlists(scope: Scope, _limits: Limits) -> Iterator[Item]:
    uids = [str(entry["uid"]) for entry in scope.objects("/api/playlists", {"limit": _MOST})]

    def one(uid: str) -> dict[str, Any] | None:
        answer = expect(scope.connection.get(f"/api/playlists/{uid}"), 404)
        return answer.object() if answer.ok else None

    found: dict[str, list[Item]] = {}
    for entry in ordered_map(one, uids, READERS):
        if entry is not None:
            items = [part(item, "type value") for item in entry.get("items") or ()]
            name, content = str(entry["name"]), {**part(entry, "name interval"), "items": items}
            found.setdefault(name, []).append(Item("playlists", name, name, content, server=part(entry, "uid")))
    for name, namesakes in sorted(found.items()):
        # 10 gives each a uid of its own choice; the name is what it is known by, and of namesakes the content.
        alike: Counter[str] = Counter()
        for item in sorted(namesakes, key=lambda one: one.digest):
            alike[item.digest] += 1
            key = f"{name} {item.digest[:12]}-{alike[item.digest]}"
            yield replace(item, key=key) if len(namesakes) > 1 else item


def _write_playlist(scope: Scope, wanted: Wanted) -> None:
    if wanted.live is None:
        scope.send("POST", "/api/playlists", {**wanted.item.content, **part(wanted.item.server, "uid")})
    else:
        uid = wanted.live.server["uid"]
        scope.send("PUT", f"/api/playlists/{uid}", {**wanted.item.content, "uid": uid})


def _read_snapshots(scope: Scope, _limits: Limits) -> Iterator[Item]:
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


def _write_snapshot(scope: Scope, wanted: Wanted) -> None:
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


def _read_correlations(scope: Scope, _limits: Limits) -> Iterator[Item]:
    alike: Counter[str] = Counter()
    for entry in _correlations(scope):
        content = part(entry, "sourceUID targetUID label description type")
        config = dict(entry.get("config") or {})
        # 10 has the type in the configuration, 12 beside it.
        content.setdefault("type", config.pop("type", "query"))
        content["config"] = config
        # Grafana gives each a uid of its own choice: the content says which it is.
        key = f"{content['sourceUID']}-{_json.digest(content)[:16]}"
        alike[key] += 1
        key += f"-{alike[key]}" if alike[key] > 1 else ""
        server = part(entry, "uid provisioned")
        yield Item("correlations", key, str(entry.get("label") or key), content, server=server)


def _correlations(scope: Scope) -> Iterator[dict[str, Any]]:
    page, seen = 1, 0
    while True:
        answer = expect(scope.connection.get("/api/datasources/correlations", {"limit": 1000, "page": page}), 404)
        if answer.status == 404:  # 10 says so of none at all
            return
        value = answer.object()
        found = value.get("correlations") or []
        yield from found
        seen += len(found)
        if not found or seen >= int(value.get("totalCount") or 0):
            return
        page += 1


def _write_correlation(scope: Scope, wanted: Wanted) -> None:
    content = wanted.item.content
    body = {name: value for name, value in content.items() if name != "sourceUID"}
    if not scope.server.api:
        body["config"] = {**content["config"], "type": content["type"]}
    scope.send("POST", f"/api/datasources/uid/{content['sourceUID']}/correlations", body)


PLAYLISTS = Stored(_read_playlists, _write_playlist)
SNAPSHOTS = Stored(_read_snapshots, _write_snapshot)
# No count: 12.3.3 counts those of all organisations.
CORRELATIONS = Stored(_read_correlations, _write_correlation)
