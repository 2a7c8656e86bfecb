"""/api/library-elements: library panels."""

from __future__ import annotations

from typing import Any

from dashkit.document.walk import panels
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.people import AVATAR
from dashkit.sandbox.store import now

_KIND = "library-panel"


def elements(call: Call) -> Answer:
    stored = sorted(call.store.documents(_KIND), key=lambda entry: str(entry["name"]))
    shown = [_shown(call, entry) for entry in stored]
    return Answer(200, {"result": call.paged("elements", shown, size="perPage", most=100)})


def element(call: Call) -> Answer:
    return Answer(200, {"result": _shown(call, _find(call))})


def add_element(call: Call) -> Answer:
    call.need("library.panels:create")
    body, store = call.json(), call.store
    uid = str(body.get("uid") or f"sandbox-library-{store.next_id('library-panel-uid')}")
    folder, name = str(body.get("folderUid") or ""), str(body["name"])
    namesakes = [one for one in store.documents(_KIND) if (one["folder"], one["name"]) == (folder, name)]
    if store.document(_KIND, uid) is not None or (namesakes and not call.modern):
        raise call.refusal(400, "library element with that name or UID already exists")
    number, moment = store.next_id(_KIND), now()
    entry = {"id": number, "uid": uid, "version": 1, "created": moment, "updated": moment}
    entry |= _content(call, body, folder)
    store.put_document(_KIND, uid, entry)
    return Answer(200, {"result": _shown(call, entry)})


def change_element(call: Call) -> Answer:
    call.need("library.panels:write")
    entry, body = _find(call), call.json()
    if not body.get("version"):
        raise Refusal(400, "bad request data")
    if body["version"] != entry["version"]:
        raise call.refusal(412, "the library element has been changed by someone else")
    # Without a folder in the request it moves to the root.
    changed = {**entry, **_content(call, {**entry, **body}, str(body.get("folderUid") or ""))}
    changed |= {"version": entry["version"] + 1, "updated": now()}
    call.store.put_document(_KIND, entry["uid"], changed)
    return Answer(200, {"result": _shown(call, changed)})


def delete_element(call: Call) -> Answer:
    call.need("library.panels:delete")
    entry = _find(call)
    if used_by(call, entry["uid"]) and not call.unified:
        raise call.refusal(403, "the library element has connections")
    call.store.delete_document(_KIND, entry["uid"])
    return Answer(200, {"id": entry["id"], "message": "Library element deleted"})


def used_by(call: Call, uid: str) -> list[str]:
    """Return the uids of the dashboards that use a library panel."""
    return [dashboard.uid for dashboard in call.store.dashboards() if uid in library_uids(dashboard.spec)]


def library_uids(spec: dict[str, Any]) -> set[str]:
    """Return the uids of the library panels that a classic document uses."""
    if not isinstance(spec.get("panels"), list):
        return set()
    found = (placed.panel.get("libraryPanel") for placed in panels(spec))
    return {str(library["uid"]) for library in found if isinstance(library, dict) and library.get("uid")}


def _find(call: Call) -> dict[str, Any]:
    return call.document(_KIND, call.path["uid"], "library element could not be found")


def _content(call: Call, body: dict[str, Any], folder: str) -> dict[str, Any]:
    if folder and call.store.folder(folder) is None:
        raise call.refusal(400, "failed to get folder")
    return {"folder": folder, "name": str(body["name"]), "model": {"description": "", **body["model"]}}


def _shown(call: Call, entry: dict[str, Any]) -> dict[str, Any]:
    folder = call.store.folder(entry["folder"]) if entry["folder"] else None
    who = {"avatarUrl": AVATAR, "id": 1, "name": "admin"}
    meta = {
        "connectedDashboards": len(used_by(call, entry["uid"])), "created": entry["created"], "createdBy": who,
        "folderName": folder.title if folder else "", "folderUid": entry["folder"], "updated": entry["updated"],
        "updatedBy": who,
    }  # fmt: skip
    model = entry["model"]
    return {
        "description": str(model.get("description") or ""), "folderId": folder.id if folder else 0,
        "folderUid": entry["folder"], "id": entry["id"], "kind": 1, "meta": meta, "model": model, "name": entry["name"],
        "orgId": call.organisation, "type": str(model.get("type") or ""), "uid": entry["uid"], "version": entry["version"],
    }  # fmt: skip
