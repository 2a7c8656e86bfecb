"""Folders, parents before their children.

https://grafana.com/docs/grafana/latest/developers/http_api/folder/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dashkit._http import Connection
from dashkit.errors import ServerError
from dashkit.grafana.answers import failure
from dashkit.grafana.dashboards import count_hits
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write
from dashkit.grafana.lists import pages, resources
from dashkit.grafana.proofs import proved
from dashkit.grafana.server import ServerInfo
from dashkit.model.item import Item, Limits
from dashkit.model.live import LiveFolder

_PATH = "/api/folders"


def read_folders(connection: Connection, server: ServerInfo) -> list[LiveFolder]:
    """Return every folder that the token sees: one list if the server has ``/apis``, level by level on 11, flat before."""
    if server.folder_api:
        path = f"/apis/folder.grafana.app/{server.folder_api}/namespaces/{server.namespace}/folders"
        return list(map(_from_resource, resources(connection, path)))
    found = level = list(_children(connection, ""))
    while level and server.nested_folders:
        level = [child for parent in level for child in _children(connection, parent.uid)]
        found = found + level
    return found


def _from_resource(item: dict[str, Any]) -> LiveFolder:
    metadata = item.get("metadata") or {}
    parent = (metadata.get("annotations") or {}).get("grafana.app/folder") or ""
    return LiveFolder(str(metadata.get("name")), str((item.get("spec") or {}).get("title") or ""), str(parent))


def _children(connection: Connection, parent: str) -> Iterator[LiveFolder]:
    for entry in pages(connection, _PATH, {"parentUid": parent} if parent else {}, size="limit"):
        uid, title = str(entry.get("uid") or ""), str(entry.get("title") or "")
        yield LiveFolder(uid, title, str(entry.get("parentUid") or parent))


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for folder in _parents_first(read_folders(scope.connection, scope.server)):
        yield Item("folders", folder.uid, folder.title, {"title": folder.title, "folder": folder.parent_uid})


def _parents_first(folders: list[LiveFolder]) -> Iterable[LiveFolder]:
    inside: dict[str, list[LiveFolder]] = {}
    known = {folder.uid for folder in folders}
    for folder in sorted(folders, key=lambda entry: entry.uid):
        # A folder whose parent the token does not see comes first.
        inside.setdefault(folder.parent_uid if folder.parent_uid in known else "", []).append(folder)
    level = inside.pop("", [])
    while level:
        yield from level
        level = [child for parent in level for child in inside.pop(parent.uid, [])]


def _write(scope: Scope, wanted: Write) -> None:
    item, live = wanted.item, wanted.live
    title, parent = str(item.content["title"]), str(item.content["folder"])
    if live is None:
        _create(scope, item.key, title, parent)
        return
    if live.content["title"] != title:
        scope.send("PUT", f"{_PATH}/{item.key}", {"title": title, "overwrite": True})
    if live.content["folder"] != parent and scope.server.nested_folders:
        scope.send("POST", f"{_PATH}/{item.key}/move", {"parentUid": parent})


def _create(scope: Scope, uid: str, title: str, parent: str) -> None:
    """Create a folder. If there is one with this uid already, it is accepted unchanged."""
    body = {"uid": uid, "title": title}
    if parent and scope.server.nested_folders:
        body["parentUid"] = parent
    answer = scope.connection.write("POST", _PATH, body)
    if answer.status in (409, 412):
        existing = scope.connection.get(f"{_PATH}/{uid}")
        if existing.status == 404:
            raise failure(answer)
        answer = existing
    proved(answer, "POST", _PATH)


def _delete(scope: Scope, item: Item) -> None:
    if not item.key or item.key == "general":
        # 12.3.3 takes it for the root, and deletes everything.
        raise ServerError("the root is never deleted", where=item.key)
    scope.delete(f"{_PATH}/{item.key}")


HANDLER = KindHandler(_read, _write, lambda scope: count_hits(scope.connection, "dash-folder"), _delete)
