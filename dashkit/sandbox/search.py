"""/api/search."""

from __future__ import annotations

from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.folders import folder_url
from dashkit.sandbox.records import Folder

_MAXIMUM = 5000


def search(call: Call) -> Answer:
    limit, page = call.number("limit", 1000), call.number("page", 1)
    if limit > _MAXIMUM:
        text = f"Limit is above maximum allowed ({_MAXIMUM}), use page parameter to access hits beyond limit"
        raise Refusal(422, text)
    kind, wanted = call.query.get("type", ""), set(call.tags)
    text = call.query.get("query", "").lower()
    # 10 does not know the parameter, and gives everything.
    folder_uid = call.query.get("folderUIDs") if call.flavour.modern else None
    folders = {folder.uid: folder for folder in call.store.folders()}
    hits: list[dict[str, Any]] = []
    if kind != "dash-db" and not wanted:
        chosen = [f for f in folders.values() if folder_uid is None or f.parent == folder_uid.replace("general", "")]
        hits += [_folder_hit(call, folder, folders) for folder in chosen]
    if kind != "dash-folder":
        for dashboard in call.store.hits():
            if not wanted <= set(dashboard.tags):
                continue
            if folder_uid is not None and dashboard.folder != folder_uid.replace("general", ""):
                continue
            slug = folder_slug(dashboard.title)
            hit = _hit(
                call, dashboard.id, dashboard.uid, dashboard.title, "dash-db", f"/d/{dashboard.uid}/{slug}", slug
            )
            hits.append({**hit, "tags": dashboard.tags, **_within(dashboard.folder, folders)})
    hits = [hit for hit in hits if text in hit["title"].lower()]
    return Answer(200, hits[(page - 1) * limit : page * limit])


def _folder_hit(call: Call, folder: Folder, folders: dict[str, Folder]) -> dict[str, Any]:
    slug = folder_slug(folder.title)
    hit = _hit(call, folder.id, folder.uid, folder.title, "dash-folder", folder_url(folder), slug)
    return {**hit, **_within(folder.parent, folders)}


def _hit(call: Call, number: int, uid: str, title: str, kind: str, url: str, slug: str) -> dict[str, Any]:
    hit: dict[str, Any] = {
        "id": number, "isStarred": False, "slug": "", "sortMeta": 0, "tags": [], "title": title, "type": kind,
        "uid": uid, "uri": f"db/{slug}", "url": url,
    }  # fmt: skip
    return {**hit, "isDeleted": False, "orgId": 1} if call.flavour.modern else hit


def _within(uid: str, folders: dict[str, Folder]) -> dict[str, Any]:
    folder = folders.get(uid)
    if folder is None:
        return {}
    return {
        "folderId": folder.id,
        "folderTitle": folder.title,
        "folderUid": folder.uid,
        "folderUrl": folder_url(folder),
    }
