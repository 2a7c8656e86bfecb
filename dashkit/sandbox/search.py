"""/api/search."""

from __future__ import annotations

from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal, without
from dashkit.sandbox.folders import folder_url
from dashkit.sandbox.records import Dashboard, Folder

_MAXIMUM = 5000


def search(call: Call) -> Answer:
    limit, page = call.number("limit", 1000), call.number("page", 1)
    if limit > _MAXIMUM:
        raise Refusal(
            422, f"Limit is above maximum allowed ({_MAXIMUM}), use page parameter to access hits beyond limit"
        )
    kind, wanted = call.query.get("type", ""), set(call.tags)
    text = call.query.get("query", "").lower()
    # 10 does not know the parameter and returns everything.
    within = call.query.get("folderUIDs") if call.modern else None
    folder_uid = None if within is None else within.replace("general", "")
    folders = {folder.uid: folder for folder in call.store.folders()}
    hits: list[dict[str, Any]] = []
    if kind != "dash-db" and not wanted:
        for folder in folders.values():
            if folder_uid in (None, folder.parent):
                hit = _hit(call, folder, "dash-folder", folder_url(folder))
                hits.append({**hit, **_above(call, folder, folders)})
    if kind != "dash-folder":
        for dashboard in call.store.hits():
            if folder_uid in (None, dashboard.folder) and wanted <= set(dashboard.tags):
                hit = _hit(call, dashboard, "dash-db", f"/d/{dashboard.uid}/{folder_slug(dashboard.title)}")
                hits.append({**hit, "tags": dashboard.tags, **_within(dashboard.folder, folders)})
    hits = [hit for hit in hits if text in hit["title"].lower()]
    return Answer(200, hits[(page - 1) * limit : page * limit])


def _hit(call: Call, found: Folder | Dashboard, kind: str, url: str) -> dict[str, Any]:
    number = 0 if call.unified and not call.flavour.settled else found.id
    return {
        "id": number, "isStarred": False, "slug": "", "sortMeta": 0, "tags": [], "title": found.title, "type": kind,
        "uid": found.uid, "uri": f"db/{folder_slug(found.title)}", "url": url,
        **call.newer(isDeleted=False, orgId=1),
    }  # fmt: skip


def _above(call: Call, folder: Folder, folders: dict[str, Folder]) -> dict[str, Any]:
    """Return what the hit of a folder says about the one above it, which in unified storage need not exist."""
    if folder.parent and folder.parent not in folders:
        return {"folderUid": folder.parent, "folderUrl": f"/dashboards/f/{folder.parent}/{folder_slug('')}"}
    above = _within(folder.parent, folders)
    return above if call.resources else without(above, "folderId", "folderUrl")


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
