"""/api/folders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal, refusal
from dashkit.sandbox.library_panels import used_by
from dashkit.sandbox.permissions import give
from dashkit.sandbox.records import Folder
from dashkit.sandbox.store import now

_UID = re.compile(r"[A-Za-z0-9_-]*")


def folder_url(folder: Folder) -> str:
    return f"/dashboards/f/{folder.uid}/{folder_slug(folder.title)}"


def create(call: Call) -> Answer:
    call.need("folders:create")
    body = call.json()
    title, uid, parent = str(body.get("title") or ""), str(body.get("uid") or ""), str(body.get("parentUid") or "")
    flavour, store = call.flavour, call.store
    if not title.strip():
        raise Refusal(400, "folder title cannot be empty")
    if title.strip().lower() == "general":
        raise refusal(flavour, 400, "A folder with that name already exists")
    if not _UID.fullmatch(uid):
        raise refusal(flavour, 400, "uid contains illegal characters")
    if len(uid) > 40:
        raise refusal(flavour, 400, "uid too long, max 40 characters")
    if uid and store.folder(uid):
        more = {} if flavour.modern else {"status": "version-mismatch"}
        raise Refusal(412, "the folder has been changed by someone else", **more)
    if not flavour.modern:
        parent = ""  # 10 reads it and does nothing with it
        if any(folder.title == title for folder in store.folders()):
            raise Refusal(409, "a folder or dashboard in the general folder with the same name already exists")
    if parent:
        above = store.folder(parent)
        if above is None:
            raise Refusal(404, "folder not found")
        if len(store.ancestors(parent)) + 2 > flavour.max_depth:
            raise Refusal(400, "Maximum nested folder depth reached")
    number = store.next_id("folder-or-dashboard")
    moment = now()
    folder = Folder(uid or f"sandbox{number}", number, title.strip(), parent, 1, moment, moment, call.who.login)
    store.put_folder(folder)
    if parent:
        store.put_document("folder-permissions", folder.uid, {"items": []})
    else:
        give(call, "folder-permissions", folder.uid, root=True)
    return Answer(200, _dto(call, folder))


def children(call: Call) -> Answer:
    parent = call.query.get("parentUid", "") if call.flavour.modern else ""
    limit, page = call.number("limit", 1000), call.number("page", 1)
    found = [folder for folder in call.store.folders() if not call.flavour.modern or folder.parent == parent]
    start = (page - 1) * limit
    return Answer(200, [_brief(folder) for folder in found[start : start + limit]])


def get(call: Call) -> Answer:
    return Answer(200, _dto(call, _find(call)))


def update(call: Call) -> Answer:
    call.need("folders:write")
    folder, body = _find(call), call.json()
    if not body.get("overwrite") and body.get("version") != folder.version:
        if call.flavour.modern:
            raise Refusal(412, "The dashboard has been changed by someone else")
        raise Refusal(412, "the folder has been changed by someone else", status="version-mismatch")
    title = str(body.get("title") or "").strip()
    if not title:
        raise Refusal(400, "folder title cannot be empty")
    changed = replace(folder, title=title, version=folder.version + 1, updated=now())
    call.store.put_folder(changed)
    return Answer(200, _dto(call, changed))


def move(call: Call) -> Answer:
    if not call.flavour.modern:
        raise Refusal(404, "To use this service, you need to activate nested folder feature.")
    call.need("folders:write")
    folder, target = _find(call), str(call.json().get("parentUid") or "")
    if target and call.store.folder(target) is None:
        raise Refusal(404, "folder not found")
    # Seen on 12.3.3: a move counts as two versions.
    changed = replace(folder, parent=target, version=folder.version + 2, updated=now())
    call.store.put_folder(changed)
    return Answer(200, _dto(call, changed))


def delete(call: Call) -> Answer:
    call.need("folders:delete")
    folder = _find(call)
    if any(
        used_by(call, entry["uid"]) for entry in call.store.documents("library-panel") if entry["folder"] == folder.uid
    ):
        raise refusal(call.flavour, 403, "Folder could not be deleted because it contains library elements in use")
    call.store.delete_folder(folder.uid)
    return Answer(200, {"id": folder.id, "message": f"Folder {folder.title} deleted", "title": folder.title})


def counts(call: Call) -> Answer:
    folder = _find(call)
    inside = {folder.uid}
    for other in call.store.folders():
        if any(above.uid == folder.uid for above in call.store.ancestors(other.uid)):
            inside.add(other.uid)
    dashboards = sum(hit.folder in inside for hit in call.store.hits())
    value = {"alertrule": 0, "dashboard": dashboards, "librarypanel": 0}
    return Answer(200, {**value, "folder": len(inside) - 1} if call.flavour.modern else value)


def resources(call: Call) -> Answer:
    """/apis/folder.grafana.app/v1beta1/namespaces/default/folders."""
    start, limit = int(call.query.get("continue") or 0), call.number("limit", 500)
    folders = sorted(call.store.folders(), key=lambda folder: folder.id)
    page = folders[start : start + limit]
    metadata = {"continue": str(start + limit)} if start + limit < len(folders) else {}
    items = [
        {
            "apiVersion": "folder.grafana.app/v1beta1",
            "kind": "Folder",
            "metadata": {
                "annotations": {
                    **({"grafana.app/folder": folder.parent} if folder.parent else {}),
                    "grafana.app/createdBy": f"user:{folder.author}",
                    "grafana.app/updatedBy": f"user:{folder.author}",
                    "grafana.app/updatedTimestamp": folder.updated,
                },
                "creationTimestamp": folder.created,
                "labels": {"grafana.app/deprecatedInternalID": str(folder.id)},
                "name": folder.uid,
                "namespace": "default",
                "resourceVersion": str(folder.version),
                "uid": f"folder-{folder.id}",
            },
            "spec": {"description": "", "title": folder.title},
            "status": {},
        }
        for folder in page
    ]
    return Answer(
        200, {"apiVersion": "folder.grafana.app/v1beta1", "items": items, "kind": "FolderList", "metadata": metadata}
    )


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
    if call.flavour.modern:
        value["orgId"] = 1
        if folder.parent:
            value["parentUid"] = folder.parent
            if parents:
                value["parents"] = [_dto(call, above, parents=False) for above in call.store.ancestors(folder.uid)]
    return value
