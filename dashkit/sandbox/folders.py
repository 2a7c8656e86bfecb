"""/api/folders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal, position, token, without
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
    if title.strip().lower() == "general" and not call.unified:
        raise call.refusal(400, "A folder with that name already exists")
    _check_uid(call, uid)
    if uid and store.folder(uid):
        more = {} if call.resources else {"status": "version-mismatch"}
        raise Refusal(412, "the folder has been changed by someone else", **more)
    if not call.modern:
        parent = ""  # 10 ignores it
        if any(folder.title == title for folder in store.folders()):
            raise Refusal(409, "a folder or dashboard in the general folder with the same name already exists")
    _check_parent(call, parent)
    number = call.next_id()
    moment = now()
    folder = Folder(uid or f"sandbox{number}", number, title.strip(), parent, 1, moment, moment, call.who.login)
    store.put_folder(folder)
    if parent:
        store.put_document("folder-permissions", folder.uid, {"items": []})
    else:
        give(call, "folder", folder.uid, root=True)
    return Answer(200, _dto(call, folder))


def _check_uid(call: Call, uid: str) -> None:
    if "/" in uid and call.unified:
        text = f"Invalid value: \"{uid}\": may not contain '/'"
        raise Refusal(422, f'Folder.folder.grafana.app "{uid}" is invalid: metadata.name: {text}')
    if not _UID.fullmatch(uid):
        raise call.refusal(400, "uid contains illegal characters")
    if len(uid) > 40:
        raise call.refusal(400, "uid too long, max 40 characters")


def _check_parent(call: Call, parent: str) -> None:
    if not parent:
        return
    if call.store.folder(parent) is None and not call.unified:  # there, a folder may lie in one that does not exist
        raise Refusal(404, "folder not found", **({} if call.resources else {"status": "not-found"}))
    most = call.flavour.max_depth
    if len(call.store.ancestors(parent)) + 2 <= most:
        return
    if call.unified:
        raise Refusal(500, f"Folder API error: folder max depth exceeded, max depth is {most - 1}")
    more = {} if call.resources else {"messageId": "folder.maximum-depth-reached", "statusCode": 400}
    raise Refusal(400, "Maximum nested folder depth reached", **more)


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
        if call.resources:
            raise Refusal(412, "The dashboard has been changed by someone else")
        raise Refusal(412, "the folder has been changed by someone else", status="version-mismatch")
    title = str(body.get("title") or "").strip()
    if not title:
        raise Refusal(400, "folder title cannot be empty")
    if call.unified and title == folder.title:
        return Answer(200, _dto(call, folder))
    changed = replace(folder, title=title, version=folder.version + 1, updated=now())
    call.store.put_folder(changed)
    return Answer(200, _dto(call, changed, unnamed=not call.resources and call.modern))


def move(call: Call) -> Answer:
    if not call.modern:
        raise Refusal(404, "To use this service, you need to activate nested folder feature.")
    call.need("folders:write")
    folder, target = _find(call), str(call.json().get("parentUid") or "")
    if target and call.store.folder(target) is None:
        raise Refusal(500, "move folder failed") if call.resources else Refusal(404, "folder not found")
    # On its default storage, 12.3.3 counts a move as two versions.
    changed = replace(folder, parent=target, version=folder.version + (1 if call.unified else 2), updated=now())
    call.store.put_folder(changed)
    if call.resources:
        return Answer(200, _dto(call, changed))
    return Answer(200, without(_dto(call, changed, unnamed=True), "version"))


def delete(call: Call) -> Answer:
    call.need("folders:delete")
    folder = _find(call)
    inside = [entry["uid"] for entry in call.store.documents("library-panel") if entry["folder"] == folder.uid]
    if any(used_by(call, uid) for uid in inside):
        raise call.refusal(403, "Folder could not be deleted because it contains library elements in use")
    if call.unified:
        below = {
            folder.uid,
            *(other.uid for other in call.store.folders() if folder in call.store.ancestors(other.uid)),
        }
        if call.query.get("forceDeleteRules") == "true":
            for rule in call.store.rules():
                if rule.folder in below:
                    call.store.delete_rule(rule.uid)
        elif any(rule.folder in below for rule in call.store.rules()):
            # Dashboards and folders inside are no reason to keep it: they are deleted with it.
            text = "Folder cannot be deleted: folder is not empty"
            raise Refusal(400, text, messageId="folder.not-empty", statusCode=400)
    call.store.delete_folder(folder.uid)
    if call.unified:
        return Answer(200, {"message": "Folder deleted"})
    return Answer(200, {"id": folder.id, "message": f"Folder {folder.title} deleted", "title": folder.title})


def counts(call: Call) -> Answer:
    folder = _find(call)
    below = {other.uid for other in call.store.folders() if folder in call.store.ancestors(other.uid)}
    dashboards = sum(hit.folder in {folder.uid, *below} for hit in call.store.hits())
    value = {"alertrule": 0, "dashboard": dashboards, "librarypanel": 0}
    return Answer(200, {**value, **call.newer(folder=len(below))})


def resources(call: Call) -> Answer:
    """Return all folders in the form of /apis/folder.grafana.app: in unified storage by name."""
    mark, limit = call.query.get("continue", ""), call.number("limit", 500)
    folders = sorted(call.store.folders(), key=lambda folder: folder.uid if call.unified else f"{folder.id:020}")
    if call.unified:
        folders = [folder for folder in folders if folder.uid > (position(mark) or "")]
        start = 0
    else:
        start = int(mark or 0)
    page = folders[start : start + limit]
    metadata = {"resourceVersion": str(call.store.revision())} if call.unified else {}
    if start + limit < len(folders):
        metadata["continue"] = token(page[-1].uid) if call.unified else str(start + limit)
    items = [_resource(call, folder) for folder in page]
    return Answer(200, {"apiVersion": _API, "items": items, "kind": "FolderList", "metadata": metadata})


def _resource(call: Call, folder: Folder) -> dict[str, Any]:
    annotations = {"grafana.app/createdBy": f"user:{folder.author}"}
    if folder.version > 1 or not call.unified:
        annotations["grafana.app/updatedBy"] = f"user:{folder.author}"
        annotations["grafana.app/updatedTimestamp"] = folder.updated
    if folder.parent:
        annotations["grafana.app/folder"] = folder.parent
    metadata: dict[str, Any] = {
        "annotations": annotations, "creationTimestamp": folder.created,
        "labels": {"grafana.app/deprecatedInternalID": str(folder.id)}, "name": folder.uid, "namespace": "default",
        "resourceVersion": str(folder.revision if call.unified else folder.version), "uid": f"folder-{folder.id}",
    }  # fmt: skip
    if call.unified:
        managed = {"apiVersion": _API, "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:title": {}}}}
        managed |= {"manager": "grafana", "operation": "Update", "time": folder.updated}
        metadata |= {"generation": folder.version, "managedFields": [managed]}
    spec = {"description": "", "title": folder.title}
    value = {"apiVersion": _API, "kind": "Folder", "metadata": metadata, "spec": spec}
    return value if call.flavour.settled else {**value, "status": {}}


def _find(call: Call) -> Folder:
    folder = call.store.folder(call.path["uid"])
    if folder is None:
        raise Refusal(404, "folder not found", status="not-found")
    return folder


def _brief(folder: Folder) -> dict[str, Any]:
    value: dict[str, Any] = {"id": folder.id, "title": folder.title, "uid": folder.uid}
    return {**value, "parentUid": folder.parent} if folder.parent else value


def _dto(call: Call, folder: Folder, *, parents: bool = True, unnamed: bool = False) -> dict[str, Any]:
    """Return a folder as the API shows it. In some answers, 11 does not say who made it (``unnamed``)."""
    made = "Anonymous" if unnamed else folder.author
    # In unified storage, who made a folder has not changed it.
    changed = "Anonymous" if call.unified and folder.version == 1 else made
    value: dict[str, Any] = {
        "canAdmin": True, "canDelete": True, "canEdit": True, "canSave": True, "created": folder.created,
        "createdBy": made, "hasAcl": False, "id": folder.id, "title": folder.title, "uid": folder.uid,
        "updated": folder.updated, "updatedBy": changed, "url": folder_url(folder), "version": folder.version,
    }  # fmt: skip
    if call.modern:
        value["orgId"] = 1
        if folder.parent:
            value["parentUid"] = folder.parent
            if parents and (above := [_parent(call, one) for one in call.store.ancestors(folder.uid)]):
                value["parents"] = above
    return value


def _parent(call: Call, folder: Folder) -> dict[str, Any]:
    if call.resources:
        return _dto(call, folder, parents=False)
    return without(_dto(call, folder, parents=False, unnamed=True), "version")
