"""/api/folders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.library_panels import used_by
from dashkit.sandbox.permissions import give
from dashkit.sandbox.records import Folder
from dashkit.sandbox.store import now

_UID = re.compile(r"[A-Za-z0-9_-]*")
_API = "folder.grafana.app/v1beta1"


def folder_url(folder: Folder) -> str:
    return f"/dashboards/f/{folder.uid}/{folder_slug(folder.title)}"


def create(call: Call) -> Answer:
    call.need("folders:create")
    body = call.json()
    title, uid, parent = str(body.get("title") or ""), str(body.get("uid") or ""), str(body.get("parentUid") or "")
    store = call.store
    if not title.strip():
        raise Refusal(400, "folder title cannot be empty")
    if title.strip().lower() == "general":
        raise call.refusal(400, "A folder with that name already exists")
    if not _UID.fullmatch(uid):
        raise call.refusal(400, "uid contains illegal characters")
    if len(uid) > 40:
        raise call.refusal(400, "uid too long, max 40 characters")
    if uid and store.folder(uid):
        more = {} if call.modern else {"status": "version-mismatch"}
        raise Refusal(412, "the folder has been changed by someone else", **more)
    if not call.modern:
        parent = ""  # 10 ignores it
        if any(folder.title == title for folder in store.folders()):
            raise Refusal(409, "a folder or dashboard in the general folder with the same name already exists")
    if parent:
        above = store.folder(parent)
        if above is None:
            raise Refusal(404, "folder not found")
        if len(store.ancestors(parent)) + 2 > call.flavour.max_depth:
            raise Refusal(400, "Maximum nested folder depth reached")
    number = store.next_id("folder-or-dashboard")
    moment = now()
    folder = Folder(uid or f"sandbox{number}", number, title.strip(), parent, 1, moment, moment, call.who.login)
    store.put_folder(folder)
    if parent:
        store.put_document("folder-permissions", folder.uid, {"items": []})
    else:
        give(call, "folder", folder.uid, root=True)
    return Answer(200, _dto(call, folder))


def children(call: Call) -> Answer:
    parent = call.query.get("parentUid", "") if call.modern else ""
    limit, page = call.number("limit", 1000), call.number("page", 1)
    found = [folder for folder in call.store.folders() if not call.modern or folder.parent == parent]
    start = (page - 1) * limit
    return Answer(200, [_brief(folder) for folder in found[start : start + limit]])


def get(call: Call) -> Answer:
    return Answer(200, _dto(call, _find(call)))


def update(call: Call) -> Answer:
    call.need("folders:write")
    folder, body = _find(call), call.json()
    if not body.get("overwrite") and body.get("version") != folder.version:
        if call.modern:
            raise Refusal(412, "The dashboard has been changed by someone else")
        raise Refusal(412, "the folder has been changed by someone else", status="version-mismatch")
    title = str(body.get("title") or "").strip()
    if not title:
        raise Refusal(400, "folder title cannot be empty")
    changed = replace(folder, title=title, version=folder.version + 1, updated=now())
    call.store.put_folder(changed)
    return Answer(200, _dto(call, changed))


def move(call: Call) -> Answer:
    if not call.modern:
        raise Refusal(404, "To use this service, you need to activate nested folder feature.")
    call.need("folders:write")
    folder, target = _find(call), str(call.json().get("parentUid") or "")
    if target and call.store.folder(target) is None:
        raise Refusal(404, "folder not found")
    # A move counts as two versions, as seen on 12.3.3.
    changed = replace(folder, parent=target, version=folder.version + 2, updated=now())
    call.store.put_folder(changed)
    return Answer(200, _dto(call, changed))


def delete(call: Call) -> Answer:
    call.need("folders:delete")
    folder = _find(call)
    inside = [entry["uid"] for entry in call.store.documents("library-panel") if entry["folder"] == folder.uid]
    if any(used_by(call, uid) for uid in inside):
        raise call.refusal(403, "Folder could not be deleted because it contains library elements in use")
    call.store.delete_folder(folder.uid)
    return Answer(200, {"id": folder.id, "message": f"Folder {folder.title} deleted", "title": folder.title})


def counts(call: Call) -> Answer:
    folder = _find(call)
    below = {other.uid for other in call.store.folders() if folder in call.store.ancestors(other.uid)}
    dashboards = sum(hit.folder in {folder.uid, *below} for hit in call.store.hits())
    value = {"alertrule": 0, "dashboard": dashboards, "librarypanel": 0}
    return Answer(200, {**value, **call.newer(folder=len(below))})


def resources(call: Call) -> Answer:
    """Return all folders in the form of /apis/folder.grafana.app."""
    start, limit = int(call.query.get("continue") or 0), call.number("limit", 500)
    folders = sorted(call.store.folders(), key=lambda folder: folder.id)
    items = [_resource(folder) for folder in folders[start : start + limit]]
    metadata = {"continue": str(start + limit)} if start + limit < len(folders) else {}
    return Answer(200, {"apiVersion": _API, "items": items, "kind": "FolderList", "metadata": metadata})


def _resource(folder: Folder) -> dict[str, Any]:
    annotations = {
        "grafana.app/createdBy": f"user:{folder.author}", "grafana.app/updatedBy": f"user:{folder.author}",
        "grafana.app/updatedTimestamp": folder.updated,
        **({"grafana.app/folder": folder.parent} if folder.parent else {}),
    }  # fmt: skip
    metadata = {
        "annotations": annotations, "creationTimestamp": folder.created,
        "labels": {"grafana.app/deprecatedInternalID": str(folder.id)}, "name": folder.uid, "namespace": "default",
        "resourceVersion": str(folder.version), "uid": f"folder-{folder.id}",
    }  # fmt: skip
    spec = {"description": "", "title": folder.title}
    return {"apiVersion": _API, "kind": "Folder", "metadata": metadata, "spec": spec, "status": {}}


def _find(call: Call) -> Folder:
    folder = call.store.folder(call.path["uid"])
    if folder is None:
        raise Refusal(404, "folder not found", status="not-found")
    return folder


def _brief(folder: Folder) -> dict[str, Any]:
    value: dict[str, Any] = {"id": folder.id, "title": folder.title, "uid": folder.uid}
    return {**value, "parentUid": folder.parent} if folder.parent else value


def _dto(call: Call, folder: Folder, *, parents: bool = True) -> dict[str, Any]:
    value: dict[str, Any] = {
        "canAdmin": True, "canDelete": True, "canEdit": True, "canSave": True, "created": folder.created,
        "createdBy": folder.author, "hasAcl": False, "id": folder.id, "title": folder.title, "uid": folder.uid,
        "updated": folder.updated, "updatedBy": folder.author, "url": folder_url(folder), "version": folder.version,
    }  # fmt: skip
    if call.modern:
        value["orgId"] = 1
        if folder.parent:
            value["parentUid"] = folder.parent
            if parents:
                value["parents"] = [_dto(call, above, parents=False) for above in call.store.ancestors(folder.uid)]
    return value
