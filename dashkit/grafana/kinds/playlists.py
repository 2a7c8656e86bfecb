"""Playlists.

https://grafana.com/docs/grafana/latest/developers/http_api/playlist/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dashkit._parallel import ordered_map
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import READERS
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.model.item import Item, Limits

_MOST = 1_000_000


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
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


def _write(scope: Scope, wanted: Write) -> None:
    if wanted.live is None:
        scope.send("POST", "/api/playlists", {**wanted.item.content, **part(wanted.item.server, "uid")})
    else:
        uid = wanted.live.server["uid"]
        scope.send("PUT", f"/api/playlists/{uid}", {**wanted.item.content, "uid": uid})


HANDLER = KindHandler(_read, _write)
