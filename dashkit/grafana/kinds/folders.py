"""Folders, parents before what is in them.

https://grafana.com/docs/grafana/latest/developers/http_api/folder/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dashkit.errors import ServerError
from dashkit.grafana.dashboards import count_hits
from dashkit.grafana.folders import create_folder, read_folders
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write
from dashkit.model.item import Item, Limits
from dashkit.model.live import LiveFolder


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for folder in _parents_first(read_folders(scope.connection, scope.server)):
        yield Item("folders", folder.uid, folder.title, {"title": folder.title, "folder": folder.parent_uid})


def _parents_first(folders: list[LiveFolder]) -> Iterable[LiveFolder]:
    inside: dict[str, list[LiveFolder]] = {}
    known = {folder.uid for folder in folders}
    for folder in sorted(folders, key=lambda entry: entry.uid):
        # One whose parent the token does not see stands at the top.
        inside.setdefault(folder.parent_uid if folder.parent_uid in known else "", []).append(folder)
    level = inside.pop("", [])
    while level:
        yield from level
        level = [child for parent in level for child in inside.pop(parent.uid, [])]


def _write(scope: Scope, wanted: Write) -> None:
    item, live = wanted.item, wanted.live
    title, parent = str(item.content["title"]), str(item.content["folder"])
    if live is None:
        create_folder(scope.connection, scope.server, item.key, title, parent)
        return
    if live.content["title"] != title:
        scope.send("PUT", f"/api/folders/{item.key}", {"title": title, "overwrite": True})
    if live.content["folder"] != parent and scope.server.nested_folders:
        scope.send("POST", f"/api/folders/{item.key}/move", {"parentUid": parent})


def _delete(scope: Scope, item: Item) -> None:
    if not item.key or item.key == "general":
        # 12.3.3 takes it for the root, and deletes all that there is.
        raise ServerError("the root is never deleted", where=item.key)
    scope.delete(f"/api/folders/{item.key}")


HANDLER = KindHandler(_read, _write, lambda scope: count_hits(scope.connection, "dash-folder"), _delete)
