"""Playlists.

https://grafana.com/docs/grafana/latest/developers/http_api/playlist/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.grafana.lists import read_each
from dashkit.model.item import Item, Limits

_PATH, _MOST = "/api/playlists", 1_000_000


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def read(uid: str) -> Item | None:
        answer = scope.find(f"{_PATH}/{uid}")
        if answer is None:
            return None
        entry = answer.object()
        items = [part(item, "type value") for item in entry.get("items") or ()]
        name, content = str(entry["name"]), {**part(entry, "name interval"), "items": items}
        return Item("playlists", name, name, content, server=part(entry, "uid"))

    by_name: dict[str, list[Item]] = {}
    for item in read_each(read, [str(entry["uid"]) for entry in scope.objects(_PATH, {"limit": _MOST})]):
        by_name.setdefault(item.name, []).append(item)
    for name, namesakes in sorted(by_name.items()):
        # 10 chooses their uids itself. So the name identifies a playlist, and among namesakes the content.
        alike: Counter[str] = Counter()
        for item in sorted(namesakes, key=lambda one: one.digest):
            alike[item.digest] += 1
            key = f"{name} {item.digest[:12]}-{alike[item.digest]}"
            yield replace(item, key=key) if len(namesakes) > 1 else item


def _write(scope: Scope, wanted: Write) -> None:
    if wanted.live is None:
        scope.send("POST", _PATH, {**wanted.item.content, **part(wanted.item.server, "uid")})
    else:
        uid = wanted.live.server["uid"]
        scope.send("PUT", f"{_PATH}/{uid}", {**wanted.item.content, "uid": uid})


HANDLER = KindHandler(_read, _write)
