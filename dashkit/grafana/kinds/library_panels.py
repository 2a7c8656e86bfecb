"""Library panels.

https://grafana.com/docs/grafana/latest/developers/http_api/library_element/
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.grafana.lists import pages
from dashkit.model.item import Item, Limits

_PATH = "/api/library-elements"
#: Panels, among all library elements.
_PANELS = {"kind": 1}


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in pages(scope.connection, _PATH, _PANELS, member="result.elements", size="perPage", limit=100):
        content = {"folder": str(entry.get("folderUid") or ""), "name": str(entry["name"]), "model": entry["model"]}
        server = {**part(entry, "version"), **part(entry.get("meta") or {}, "created updated")}
        yield Item("library-panels", str(entry["uid"]), str(entry["name"]), content, server=server)


def _write(scope: Scope, wanted: Write) -> None:
    item = wanted.item
    body = {**_PANELS, **part(item.content, "name model"), "folderUid": item.content["folder"]}
    if wanted.live is None:
        scope.send("POST", _PATH, {**body, "uid": item.key})
    else:
        scope.send("PATCH", f"{_PATH}/{item.key}", {**body, "version": wanted.live.server.get("version")})


def _count(scope: Scope) -> int:
    return int(scope.get(_PATH, {**_PANELS, "perPage": 1, "page": 1})["result"]["totalCount"])


def _delete(scope: Scope, item: Item) -> None:
    scope.delete(f"{_PATH}/{item.key}")


HANDLER = KindHandler(_read, _write, _count, _delete)
