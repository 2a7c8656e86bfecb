"""Playlists, snapshots and public dashboards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal, without
from dashkit.sandbox.store import now

_FOREVER = 50 * 365 * 24 * 3600


def playlists(call: Call) -> Answer:
    keys = ("interval", "name", "uid") if call.flavour.settled else ("id", "interval", "name", "uid")
    return Answer(200, [{key: entry[key] for key in keys} for entry in call.store.documents("playlist")])


def playlist(call: Call) -> Answer:
    return Answer(200, without(_playlist(call), "id"))


def _playlist(call: Call) -> dict[str, Any]:
    return call.document("playlist", call.path["uid"], "Playlist not found")


def add_playlist(call: Call) -> Answer:
    call.need("playlists:write")
    body = call.json()
    number = call.store.next_id("playlist")
    # 10 ignores the uid in the request.
    uid = str((body.get("uid") if call.modern else "") or f"sandbox-playlist-{number}")
    if call.store.document("playlist", uid) is not None:
        raise call.refusal(500, "UNIQUE constraint failed: playlist.org_id, playlist.uid")
    entry = {"id": number, **_played(call, body), "uid": uid}
    call.store.put_document("playlist", uid, entry)
    return Answer(200, without(entry, "id" if call.modern else "items"))


def change_playlist(call: Call) -> Answer:
    call.need("playlists:write")
    entry = {**_playlist(call), **_played(call, call.json())}
    call.store.put_document("playlist", entry["uid"], entry)
    return Answer(200, without(entry, "id"))


def _played(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    if not body.get("items"):
        raise call.refusal(500, "Failed to save playlist")
    items = [{"type": item["type"], "value": item["value"]} for item in body["items"]]
    return {"interval": str(body.get("interval") or ""), "items": items, "name": str(body["name"])}


def snapshots(call: Call) -> Answer:
    if call.who.role != "Admin":  # others see their own
        return Answer(200, [])
    keys = ("created", "expires", "external", "externalUrl", "key", "name", "updated")
    found = []
    for entry in call.store.documents("snapshot"):
        value = {key: entry[key] for key in keys}
        found.append(value if call.modern else {**value, "id": entry["id"], "orgId": 1, "userId": 1})
    return Answer(200, found)


def snapshot(call: Call) -> Answer:
    entry = call.store.document("snapshot", call.path["key"])
    if entry is None or datetime.fromisoformat(entry["expires"]) < datetime.now(UTC):
        raise call.refusal(404, "Snapshot not found", messageId="dashboardsnapshots.not-found", statusCode=404)
    original = {"originalUrl": f"/d/{entry['dashboard'].get('uid') or ''}"}
    meta = {
        "annotationsPermissions": None, "canAdmin": False, "canDelete": False, "canEdit": False, "canSave": False,
        "canStar": False, "created": entry["created"], "createdBy": "", "expires": entry["expires"], "folderId": 0,
        "folderTitle": "", "folderUid": "", "folderUrl": "", "hasAcl": False, "isFolder": False, "isSnapshot": True,
        "provisioned": False, "provisionedExternalId": "", "publicDashboardAccessToken": "",
        "publicDashboardEnabled": False, "publicDashboardUid": "", "slug": "", "type": "snapshot",
        "updated": entry["updated"], "updatedBy": "", "url": "", "version": 0,
    }  # fmt: skip
    return Answer(200, {"dashboard": {**entry["dashboard"], "snapshot": original}, "meta": meta})


def add_snapshot(call: Call) -> Answer:
    call.need("snapshots:create")
    body = call.json()
    dashboard = without(dict(body["dashboard"]), "snapshot")
    if call.modern and (not dashboard.get("uid") or call.store.dashboard(dashboard["uid"]) is None):
        if call.resources:
            raise Refusal(400, "Dashboard not found", traceID="")
        raise Refusal(500, "Failed to get dashboard", traceID="")
    number = call.store.next_id("snapshot")
    key, other = str(body.get("key") or f"sandboxsnap{number}"), str(body.get("deleteKey") or f"sandboxdelete{number}")
    if call.store.document("snapshot", key) is not None:
        raise call.refusal(500, "Failed to create snapshot")
    lifetime = int(body.get("expires") or 0)
    expires = datetime.now(UTC) + timedelta(seconds=lifetime if lifetime > 0 else _FOREVER)
    entry = {
        "id": number, "key": key, "name": str(body.get("name") or "Unnamed snapshot"), "created": now(), "updated": now(),
        "expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"), "external": False, "externalUrl": "", "dashboard": dashboard,
    }  # fmt: skip
    call.store.put_document("snapshot", key, entry)
    root = "http://localhost:3000"
    value = {
        "deleteKey": other, "deleteUrl": f"{root}/api/snapshots-delete/{other}", "key": key,
        "url": f"{root}/dashboard/snapshot/{key}",
    }  # fmt: skip
    return Answer(200, value if call.modern else {**value, "id": number})


def public_dashboards(call: Call) -> Answer:
    """Return all public dashboards, which 10 has only behind a feature toggle."""
    if not call.modern:
        raise Refusal(404, "Not found")
    found = []
    for entry in call.store.documents("public-dashboard"):
        dashboard = call.store.dashboard(entry["dashboardUid"])
        title = dashboard.title if dashboard else ""
        value = {key: entry[key] for key in ("accessToken", "dashboardUid", "isEnabled", "uid")}
        found.append({**value, "title": title, "slug": folder_slug(title)})
    return Answer(200, call.paged("publicDashboards", found))


def public_dashboard(call: Call) -> Answer:
    return Answer(200, _public(call))


def _public(call: Call) -> dict[str, Any]:
    entry = call.store.document("public-dashboard", call.path["uid"]) if call.modern else None
    if entry is None:
        raise Refusal(404, "Public dashboard not found" if call.modern else "Not found")
    return entry


def add_public_dashboard(call: Call) -> Answer:
    if not call.modern:
        raise Refusal(404, "Not found")
    call.need("dashboards.public:write")
    uid, body = call.path["uid"], call.json()
    if call.store.dashboard(uid) is None:
        raise Refusal(404, "Dashboard not found")
    if call.store.document("public-dashboard", uid) is not None:
        raise Refusal(400, "Dashboard is already public")
    number = call.store.next_id("public-dashboard")
    entry = {
        "uid": str(body.get("uid") or f"sandbox-public-{number}"), "dashboardUid": uid,
        "accessToken": str(body.get("accessToken") or f"{number:032x}"), "createdAt": now(), "updatedAt": now(),
        "createdBy": 1, "updatedBy": 1, **_public_content(body),
    }  # fmt: skip
    call.store.put_document("public-dashboard", uid, entry)
    return Answer(200, entry)


def change_public_dashboard(call: Call) -> Answer:
    call.need("dashboards.public:write")
    entry = {**_public(call), **_public_content(call.json()), "updatedAt": now()}
    call.store.put_document("public-dashboard", call.path["uid"], entry)
    return Answer(200, entry)


def _public_content(body: dict[str, Any]) -> dict[str, Any]:
    flags = {name: bool(body.get(name)) for name in ("annotationsEnabled", "isEnabled", "timeSelectionEnabled")}
    return {**flags, "share": str(body.get("share") or "public")}
