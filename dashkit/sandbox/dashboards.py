"""/api/dashboards: save, get, delete, versions, restore."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.folders import folder_url
from dashkit.sandbox.library_panels import library_uids
from dashkit.sandbox.permissions import give
from dashkit.sandbox.records import Dashboard
from dashkit.sandbox.store import now

_UID = re.compile(r"[A-Za-z0-9_-]*")
_MINIMUM_REFRESH = 5
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def save(call: Call) -> Answer:
    call.need("any of dashboards:create, dashboards:write")
    body = call.json()
    spec = body.get("dashboard") if isinstance(body, dict) else None
    if not isinstance(spec, dict):
        raise call.refusal(400, "bad request data")
    with call.store.transaction():
        return _save(call, body, dict(spec))


def _save(call: Call, body: dict[str, Any], spec: dict[str, Any]) -> Answer:
    store = call.store
    title = str(spec.get("title") or "").strip()
    uid = str(spec.pop("uid", None) or "").strip()
    version = spec.pop("version", None) or 0
    spec.pop("id", None)
    message, folder_uid = str(body.get("message") or ""), str(body.get("folderUid") or "")
    overwrite = bool(body.get("overwrite"))
    if not title:
        raise Refusal(400, "Dashboard title cannot be empty", status="empty-name")
    if not _UID.fullmatch(uid):
        raise Refusal(400, "uid contains illegal characters")
    if len(uid) > 40:
        raise Refusal(400, "uid too long, max 40 characters")
    if call.modern and len(title) > 5000:
        raise Refusal(400, "Dashboard title cannot contain more than 5 000 characters", status="title-too-long")
    if call.modern and len(message) > 500:
        raise Refusal(400, "message too long, max 500 characters")
    if folder_uid and store.folder(folder_uid) is None:
        raise call.refusal(400, "folder not found" if call.modern else "Folder not found")
    existing = store.dashboard(uid) if uid else None
    if not call.modern:
        namesake = store.by_title(title, folder_uid)
        if namesake is not None and namesake.uid != uid:
            if not overwrite:
                text = "A dashboard with the same name in the folder already exists"
                raise Refusal(412, text, status="name-exists")
            existing, uid = namesake, namesake.uid  # a trap in 9.5 to 11.2: this overwrites another dashboard
    if existing is not None and not overwrite and version != existing.version:
        raise Refusal(412, "The dashboard has been changed by someone else", status="version-mismatch")
    spec["title"] = title
    for library in sorted(library_uids(spec)):
        if store.document("library-panel", library) is None:
            text = "library element could not be found" if call.modern else "Error while connecting library panels"
            raise call.refusal(500, text)
    if isinstance(spec.get("refresh"), str):
        spec["refresh"] = _raised(spec["refresh"])
    stored = put(call, uid, spec, folder_uid, existing, api="v0alpha1", message=message)
    same = call.modern and existing is not None and existing.spec == stored.spec and existing.folder == stored.folder
    # 12 answers the version from before an identical save, although it stores a new one.
    return Answer(200, _saved(call, stored, stored.version - 1 if same else stored.version))


def put(
    call: Call,
    uid: str,
    spec: dict[str, Any],
    folder: str,
    existing: Dashboard | None,
    *,
    api: str,
    message: str,
    restored: int = 0,
) -> Dashboard:
    """Store a new dashboard or the next version of one."""
    moment, who = now(), call.author
    before = existing
    if before is None:
        number = call.store.next_id("folder-or-dashboard")
        before = Dashboard(uid or f"sandbox{number}", number, "", "", 0, "", [], {}, "", moment, moment, who, who)
    dashboard = replace(
        before, title=str(spec.get("title") or ""), folder=folder, version=before.version + 1, api=api,
        tags=[str(tag) for tag in spec.get("tags") or ()], spec=spec, updated=moment, updated_by=who,
    )  # fmt: skip
    call.store.put_dashboard(dashboard, message=message, author=who, restored=restored)
    if existing is None:
        # A dashboard created under /apis gets no entries at all.
        classic = api == "v0alpha1"
        give(call, "dashboard", dashboard.uid, root=not folder and classic, maker=classic)
    return dashboard


def get(call: Call) -> Answer:
    dashboard = _find(call)
    if dashboard.api.startswith("v2"):
        path = f"/apis/dashboard.grafana.app/{dashboard.api}/namespaces/default/dashboards/{dashboard.uid}"
        raise Refusal(406, f"dashboard api version not supported, use {path} instead")
    folder = call.store.folder(dashboard.folder) if dashboard.folder else None
    can = {"canAdd": True, "canDelete": True, "canEdit": True}
    meta: dict[str, Any] = {
        "annotationsPermissions": {"dashboard": can, "organization": can},
        "canAdmin": True, "canDelete": True, "canEdit": True, "canSave": True, "canStar": True,
        "created": dashboard.created, "createdBy": dashboard.created_by, "expires": "0001-01-01T00:00:00Z",
        "folderId": folder.id if folder else 0, "folderTitle": folder.title if folder else "General",
        "folderUid": folder.uid if folder else "", "folderUrl": folder_url(folder) if folder else "",
        "hasAcl": False, "isFolder": False, "provisioned": bool(dashboard.manager),
        "provisionedExternalId": "file.json" if dashboard.manager else "", "slug": folder_slug(dashboard.title),
        "type": "db", "updated": dashboard.updated, "updatedBy": dashboard.updated_by, "url": _url(dashboard),
        "version": dashboard.version,
    }  # fmt: skip
    if call.modern:
        meta["apiVersion"] = dashboard.api
    else:
        meta |= {"publicDashboardAccessToken": "", "publicDashboardEnabled": False, "publicDashboardUid": ""}
    identity = {"id": dashboard.id, "uid": dashboard.uid, "version": dashboard.version}
    return Answer(200, {"dashboard": {**dashboard.spec, **identity}, "meta": meta})


def delete(call: Call) -> Answer:
    call.need("dashboards:delete")
    dashboard = _find(call)
    if dashboard.manager:
        raise Refusal(400, "provisioned dashboard cannot be deleted")
    call.store.delete_dashboard(dashboard.uid)
    identity = {"uid": dashboard.uid} if call.modern else {"id": dashboard.id}
    return Answer(200, {**identity, "message": f"Dashboard {dashboard.title} deleted", "title": dashboard.title})


def versions(call: Call) -> Answer:
    call.need("dashboards:write")
    dashboard = _find(call)
    start, limit = call.number("start", 0), call.number("limit", 1000)
    entries = call.store.versions(dashboard.uid)
    page = [_listed(_version(call, dashboard, entry)) for entry in entries[start : start + limit]]
    if not call.modern:
        return Answer(200, page)
    more = f"org:1/start:{page[-1]['version']}/folder:" if start + limit < len(entries) and page else ""
    return Answer(200, {"continueToken": more, "versions": page})


def _listed(entry: dict[str, Any]) -> dict[str, Any]:
    """Replace the message of the first version and of a restored one, as the list does. The single version shows it."""
    if entry["restoredFrom"]:
        return {**entry, "message": f"Restored from version {entry['restoredFrom']}"}
    return entry if entry["parentVersion"] else {**entry, "message": "Initial save"}


def version(call: Call) -> Answer:
    call.need("dashboards:write")
    dashboard = _find(call)
    for entry in call.store.versions(dashboard.uid):
        if str(entry["version"]) == call.path["number"]:
            return Answer(200, _version(call, dashboard, entry))
    raise call.refusal(500 if call.modern else 404, "Dashboard version not found")


def restore(call: Call) -> Answer:
    call.need("dashboards:write")
    dashboard, wanted = _find(call), call.json().get("version")
    for entry in call.store.versions(dashboard.uid):
        if entry["version"] == wanted:
            with call.store.transaction():
                stored = put(
                    call, dashboard.uid, entry["spec"], dashboard.folder, dashboard, api=entry["api"],
                    message=f"Restored from version {wanted}", restored=wanted,
                )  # fmt: skip
            return Answer(200, _saved(call, stored, stored.version))
    raise call.refusal(404, "Dashboard version not found")


def _find(call: Call) -> Dashboard:
    dashboard = call.store.dashboard(call.path["uid"])
    if dashboard is None:
        raise call.refusal(404, "Dashboard not found")
    return dashboard


def _saved(call: Call, dashboard: Dashboard, number: int) -> dict[str, Any]:
    return {
        "id": dashboard.id, "slug": folder_slug(dashboard.title), "status": "success", "uid": dashboard.uid,
        "url": _url(dashboard), "version": number, **call.newer(folderUid=dashboard.folder),
    }  # fmt: skip


def _version(call: Call, dashboard: Dashboard, entry: dict[str, Any]) -> dict[str, Any]:
    data = {**entry["spec"], "uid": dashboard.uid, "version": entry["version"]}
    if not call.modern:
        data["id"] = dashboard.id
    return {
        "created": entry["created"], "createdBy": entry["author"], "dashboardId": dashboard.id, "data": data,
        "id": entry["id"], "message": entry["message"], "parentVersion": entry["parent"],
        "restoredFrom": entry["restored"], "uid": dashboard.uid, "version": entry["version"],
    }  # fmt: skip


def _url(dashboard: Dashboard) -> str:
    return f"/d/{dashboard.uid}/{folder_slug(dashboard.title)}"


def _raised(refresh: str) -> str:
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d)", refresh)
    if found and int(found[1]) * _SECONDS[found[2]] < _MINIMUM_REFRESH:
        return f"{_MINIMUM_REFRESH}s"
    return refresh
