"""Folders: all of them, and new ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit._http import Connection
from dashkit.grafana.answers import expect, failure
from dashkit.grafana.proofs import proved
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import LiveFolder

_PAGE = 1000


def read_folders(connection: Connection, server: ServerInfo) -> list[LiveFolder]:
    """Every folder that the token sees. One list where ``/apis`` is served; level by level on 11; flat before."""
    if server.folder_api:
        return list(_resources(connection, server))
    found = list(_children(connection, ""))
    if server.nested_folders:
        level = found
        while level:
            level = [child for parent in level for child in _children(connection, parent.uid)]
            found += level
    return found


def create_folder(connection: Connection, server: ServerInfo, uid: str, title: str, parent_uid: str) -> None:
    """Create a folder; one that has this uid already is taken as it is."""
    body: dict[str, Any] = {"uid": uid, "title": title}
    if parent_uid and server.nested_folders:
        body["parentUid"] = parent_uid
    answer = connection.write("POST", "/api/folders", body)
    if answer.status in (409, 412):
        existing = connection.get(f"/api/folders/{uid}")
        if existing.status == 404:
            raise failure(answer)
        answer = existing
    proved(expect(answer), "POST", "/api/folders")


def _resources(connection: Connection, server: ServerInfo) -> Iterator[LiveFolder]:
    path = f"/apis/folder.grafana.app/{server.folder_api}/namespaces/{server.namespace}/folders"
    params: dict[str, Any] = {"limit": _PAGE}
    while True:
        page = expect(connection.get(path, params)).object()
        for item in page.get("items") or ():
            metadata = item.get("metadata") or {}
            parent = (metadata.get("annotations") or {}).get("grafana.app/folder") or ""
            yield LiveFolder(str(metadata.get("name")), str((item.get("spec") or {}).get("title") or ""), str(parent))
        token = (page.get("metadata") or {}).get("continue")
        if not token:
            return
        params = {"limit": _PAGE, "continue": token}


def _children(connection: Connection, parent_uid: str) -> Iterator[LiveFolder]:
    page = 1
    while True:
        params: dict[str, Any] = {"limit": _PAGE, "page": page}
        if parent_uid:
            params["parentUid"] = parent_uid
        entries = expect(connection.get("/api/folders", params)).objects()
        for entry in entries:
            yield _folder(entry, parent_uid)
        if len(entries) < _PAGE:
            return
        page += 1


def _folder(value: dict[str, Any], parent_uid: str) -> LiveFolder:
    return LiveFolder(
        str(value.get("uid") or ""), str(value.get("title") or ""), str(value.get("parentUid") or parent_uid)
    )
