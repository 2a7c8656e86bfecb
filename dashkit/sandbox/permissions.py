"""Permissions of folders and dashboards: what each has of its own, and what Grafana gives a new one."""

from __future__ import annotations

from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal, refusal
from dashkit.sandbox.people import login_id, person
from dashkit.sandbox.store import now

_NAMES = {1: "View", 2: "Edit", 4: "Admin"}


def folder_permissions(call: Call) -> Answer:
    call.need_admin("folders.permissions:read")
    return _shown(call, "folder-permissions")


def set_folder_permissions(call: Call) -> Answer:
    call.need_admin("folders.permissions:write")
    return _set(call, "folder-permissions", "Folder permissions updated")


def dashboard_permissions(call: Call) -> Answer:
    call.need_admin("dashboards.permissions:read")
    return _shown(call, "dashboard-permissions")


def set_dashboard_permissions(call: Call) -> Answer:
    call.need_admin("dashboards.permissions:write")
    return _set(call, "dashboard-permissions", "Dashboard permissions updated")


def _place(call: Call, kind: str) -> dict[str, Any]:
    """What each entry says of the object it is about; with its maker, and whether it lies at the root."""
    uid = call.path["uid"]
    if kind == "folder-permissions":
        folder = call.store.folder(uid)
        if folder is None:
            raise Refusal(404, "folder not found", status="not-found")
        url = f"/dashboards/f/{uid}/{folder_slug(folder.title)}"
        shown = {"folderId": folder.id, "isFolder": True, "slug": "", "title": folder.title, "uid": uid, "url": url}
        return {"shown": shown, "made": folder.created}
    dashboard = call.store.dashboard(uid)
    if dashboard is None:
        raise refusal(call.flavour, 404, "Dashboard not found")
    slug = folder_slug(dashboard.title)
    shown = {
        "dashboardId": dashboard.id, "isFolder": False, "slug": slug, "title": dashboard.title, "uid": uid,
        "url": f"/d/{uid}/{slug}",
    }  # fmt: skip
    return {"shown": shown, "made": dashboard.created}


def give(call: Call, kind: str, uid: str, *, root: bool, maker: bool = True) -> None:
    """What a new folder or dashboard gets: its maker, and at the ``root`` editors and viewers."""
    # 10 notes no service account as a maker.
    number = login_id(call, call.who.login) if maker else 0
    items: list[dict[str, Any]] = [{"userId": number, "permission": 4}] if number else []
    if root:
        items += [{"role": "Viewer", "permission": 1}, {"role": "Editor", "permission": 2}]
    call.store.put_document(kind, uid, {"items": items})


def _shown(call: Call, kind: str) -> Answer:
    place = _place(call, kind)
    stored = call.store.document(kind, call.path["uid"]) or {"items": []}
    return Answer(200, [_entry(call, entry, place) for entry in stored["items"]])


def _entry(call: Call, entry: dict[str, Any], place: dict[str, Any]) -> dict[str, Any]:
    team = next((one for one in call.store.documents("team") if one["id"] == entry.get("teamId")), {})
    who = person(call, int(entry.get("userId") or 0))
    made = entry.get("created") or place["made"]
    value = {
        **place["shown"], "created": made, "updated": made, "inherited": False, "permission": entry["permission"],
        "permissionName": _NAMES[entry["permission"]], "team": team.get("name", ""), "teamAvatarUrl": "",
        "teamEmail": team.get("email", ""), "teamId": team.get("id", 0),
        "userAvatarUrl": "/public/img/user_profile.png", "userEmail": who.get("email", ""),
        "userId": int(entry.get("userId") or 0), "userLogin": who.get("login", ""),
    }  # fmt: skip
    if call.flavour.modern:
        value |= {"userUid": str(who.get("uid", "")), "teamUid": str(team.get("uid", ""))}
    return {**value, "role": entry["role"]} if entry.get("role") else value


def _set(call: Call, kind: str, message: str) -> Answer:
    _place(call, kind)
    items = []
    for item in call.json().get("items") or ():
        if item.get("userId") and not person(call, int(item["userId"])):
            raise refusal(call.flavour, 500, "Failed to update permissions")
        if item.get("teamId") and all(team["id"] != item["teamId"] for team in call.store.documents("team")):
            raise refusal(call.flavour, 500, "Failed to update permissions")
        if item.get("permission") in _NAMES:
            kept = {name: item[name] for name in ("role", "userId", "teamId") if item.get(name)}
            items.append({**kept, "permission": item["permission"], "created": now()})
    call.store.put_document(kind, call.path["uid"], {"items": items})
    return Answer(200, {"message": message})
