"""/api/dashboards: save, get, delete, versions, restore."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal, position, token, without
from dashkit.sandbox.folders import folder_url
from dashkit.sandbox.library_panels import library_uids
from dashkit.sandbox.records import Dashboard
from dashkit.sandbox.saving import put
from dashkit.sandbox.schemas import GROUP, LEGACY, document, failed, is_v2

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
    unknown = [uid for uid in library_uids(spec) if store.document("library-panel", uid) is None]
    if unknown and not call.unified:
        text = "library element could not be found" if call.resources else "Error while connecting library panels"
        raise call.refusal(500, text)
    if isinstance(spec.get("refresh"), str):
        spec["refresh"] = _raised(spec["refresh"])
    stored = put(call, uid, spec, folder_uid, existing, api=LEGACY, message=message)
    if unknown and not call.flavour.settled:
        return Answer(500, {"message": "Error while connecting library panels"})  # it is stored all the same
    same = existing is not None and (existing.spec, existing.folder) == (stored.spec, stored.folder)
    # 12 on its default storage answers the version from before an identical save, although it stores a new one.
    wrong = same and call.resources and not call.unified
    return Answer(200, _saved(call, stored, stored.version - 1 if wrong else stored.version))


def get(call: Call) -> Answer:
    dashboard = _find(call)
    spec, status = document(call.flavour, dashboard, LEGACY)
    if spec is None or ((conversion := failed(status)) and is_v2(conversion["storedVersion"])):
        version = status["conversion"]["storedVersion"]
        path = f"/apis/{GROUP}/{version}/namespaces/default/dashboards/{dashboard.uid}"
        raise Refusal(406, f"dashboard api version not supported, use {path} instead")
    folder = call.store.folder(dashboard.folder) if dashboard.folder else None
    can = {"canAdd": True, "canDelete": True, "canEdit": True}
    meta: dict[str, Any] = {
        "annotationsPermissions": {"dashboard": can, "organization": can},
        "canAdmin": True, "canDelete": True, "canEdit": True, "canSave": True, "canStar": True,
        "created": dashboard.created, "createdBy": _shown(call, dashboard, dashboard.created_by),
        "expires": "0001-01-01T00:00:00Z",
        "folderId": folder.id if folder else 0, "folderTitle": folder.title if folder else "General",
        "folderUid": folder.uid if folder else "", "folderUrl": folder_url(folder) if folder else "",
        "hasAcl": False, "isFolder": False, "provisioned": bool(dashboard.manager),
        "provisionedExternalId": "file.json" if dashboard.manager else "", "slug": folder_slug(dashboard.title),
        "type": "db", "updated": dashboard.updated, "updatedBy": _shown(call, dashboard, dashboard.updated_by),
        "url": _url(dashboard), "version": dashboard.version, **call.newest(apiVersion=LEGACY),
    }  # fmt: skip
    if not call.modern:
        meta |= {"publicDashboardAccessToken": "", "publicDashboardEnabled": False, "publicDashboardUid": ""}
    identity = {"id": dashboard.id, "uid": dashboard.uid, "version": dashboard.version}
    return Answer(200, {"dashboard": {**spec, **identity}, "meta": meta})


def _shown(call: Call, dashboard: Dashboard, name: str) -> str:
    """Return who made or changed a dashboard. Unified storage does not say of one that was never changed."""
    return "Anonymous" if call.unified and dashboard.version == 1 else name


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
    if call.unified:
        start = position(call.query.get("continueToken", "")) or 0
    entries = [_version(call, dashboard, entry) for entry in call.store.versions(dashboard.uid)]
    if call.resources:  # versions in a schema that it cannot convert come last
        entries.sort(key=lambda entry: entry["lost"])
    page = [_listed(entry) for entry in entries[start : start + limit]]
    if not call.modern:
        return Answer(200, page)
    more = ""
    if call.resources and start + limit < len(entries) and page:
        more = token(start + limit) if call.unified else f"org:1/start:{page[-1]['version']}/folder:"
    return Answer(200, {"continueToken": more, "versions": page})


def _listed(entry: dict[str, Any]) -> dict[str, Any]:
    """Replace the message of the first version and of a restored one, as the list does. The single version shows it."""
    entry = without(entry, "lost")
    if entry["restoredFrom"]:
        return {**entry, "message": f"Restored from version {entry['restoredFrom']}"}
    return entry if entry["parentVersion"] else {**entry, "message": "Initial save"}


def version(call: Call) -> Answer:
    call.need("dashboards:write")
    dashboard, number = _find(call), call.path["number"]
    for entry in call.store.versions(dashboard.uid):
        if str(entry["version"]) == number:
            found = without(_version(call, dashboard, entry), "lost")
            first = call.unified and entry["version"] == 1
            return Answer(200, {**found, "createdBy": "Anonymous"} if first else found)
    if call.resources:
        raise call.refusal(500, f"Dashboard version {number} not found for dashboardId {dashboard.id}")
    raise call.refusal(500 if call.modern else 404, "Dashboard version not found")


def restore(call: Call) -> Answer:
    call.need("dashboards:write")
    dashboard, wanted = _find(call), call.json().get("version")
    for entry in call.store.versions(dashboard.uid):
        if entry["version"] == wanted:
            return _restore(call, dashboard, entry)
    raise call.refusal(404, "Dashboard not found" if call.resources else "Dashboard version not found")


def _restore(call: Call, dashboard: Dashboard, entry: dict[str, Any]) -> Answer:
    spec = entry["spec"]
    if call.unified and failed(document(call.flavour, dashboard, LEGACY)[1]):
        # A real server refuses some of these with 500 and restores others.
        raise Refusal(501, "the sandbox does not restore a dashboard that has come near to v2; a real Grafana may")
    if call.resources and (spec, entry["api"]) == (dashboard.spec, dashboard.api):
        raise Refusal(400, "Current dashboard is identical to the specified version")
    number = entry["version"]
    # 11 does not record the number.
    restored = number if call.resources or not call.modern else 0
    with call.store.transaction():
        stored = put(
            call, dashboard.uid, spec, dashboard.folder, dashboard, api=entry["api"],
            message=f"Restored from version {number}", restored=restored,
        )  # fmt: skip
    return Answer(200, _saved(call, stored, stored.version))


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
    """Return an entry of the history. ``lost`` is whether it only has the document from before a failed conversion."""
    past = replace(dashboard, spec=entry["spec"], api=entry["api"], status=entry["status"], version=entry["version"])
    spec, status = document(call.flavour, past, LEGACY)
    conversion = failed(status)
    data = {**(spec or {}), "uid": dashboard.uid, "version": entry["version"]}
    if conversion:
        data = conversion["source"]["spec"]
    if not call.resources:
        data["id"] = dashboard.id
    return {
        "created": entry["created"], "createdBy": entry["author"], "dashboardId": dashboard.id, "data": data,
        "id": entry["version"] if call.unified else entry["id"], "message": entry["message"],
        "parentVersion": entry["parent"], "restoredFrom": entry["restored"], "uid": dashboard.uid,
        "version": entry["version"], "lost": conversion is not None,
    }  # fmt: skip


def _url(dashboard: Dashboard) -> str:
    return f"/d/{dashboard.uid}/{folder_slug(dashboard.title)}"


def _raised(refresh: str) -> str:
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d)", refresh)
    if found and int(found[1]) * _SECONDS[found[2]] < _MINIMUM_REFRESH:
        return f"{_MINIMUM_REFRESH}s"
    return refresh
