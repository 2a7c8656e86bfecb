"""Permissions of folders and dashboards: each one's own, and those that Grafana gives a new one."""

from __future__ import annotations

from typing import Any

from dashkit.model.folder import folder_slug
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.people import AVATAR, login_id, person
from dashkit.sandbox.store import now

_NAMES = {1: "View", 2: "Edit", 4: "Admin"}


def get(call: Call, kind: str) -> Answer:
    """Return the permissions of a ``folder`` or ``dashboard``."""
    call.need_admin(f"{kind}s.permissions:read")
    about, made = _about(call, kind)
    stored = call.store.document(f"{kind}-permissions", call.path["uid"]) or {"items": []}
    return Answer(200, [_entry(call, entry, about, made) for entry in stored["items"]])


def update(call: Call, kind: str) -> Answer:
    """Replace the permissions of a ``folder`` or ``dashboard``."""
    call.need_admin(f"{kind}s.permissions:write")
    _about(call, kind)
    teams = {team["id"] for team in call.store.documents("team")}
    items = []
    for item in call.json().get("items") or ():
        user, team = item.get("userId"), item.get("teamId")
        if (user and not person(call, int(user))) or (team and team not in teams):
            raise call.refusal(500, "Failed to update permissions")
        if item.get("permission") in _NAMES:
            kept = {name: item[name] for name in ("role", "userId", "teamId") if item.get(name)}
            items.append({**kept, "permission": item["permission"], "created": now()})
    call.store.put_document(f"{kind}-permissions", call.path["uid"], {"items": items})
    return Answer(200, {"message": f"{kind.capitalize()} permissions updated"})


def give(call: Call, kind: str, uid: str, *, root: bool, maker: bool = True) -> None:
    """Store what Grafana gives a new folder or dashboard: its maker's entry and, at the ``root``, those of both roles."""
    # 10 does not record a service account as a maker.
    number = login_id(call, call.who.login) if maker else 0
    items: list[dict[str, Any]] = [{"userId": number, "permission": 4}] if number else []
    if root:
        items += [{"role": "Viewer", "permission": 1}, {"role": "Editor", "permission": 2}]
    call.store.put_document(f"{kind}-permissions", uid, {"items": items})


def _about(call: Call, kind: str) -> tuple[dict[str, Any], str]:
    """Return what each entry says about its folder or dashboard, and when that was created."""
    uid = call.path["uid"]
    if kind == "folder":
        folder = call.store.folder(uid)
        if folder is None:
            raise Refusal(404, "folder not found", status="not-found")
        url = f"/dashboards/f/{uid}/{folder_slug(folder.title)}"
        about = {"folderId": folder.id, "isFolder": True, "slug": "", "title": folder.title, "uid": uid, "url": url}
        return about, folder.created
    dashboard = call.store.dashboard(uid)
    if dashboard is None:
        raise call.refusal(404, "Dashboard not found")
    slug = folder_slug(dashboard.title)
    about = {
        "dashboardId": dashboard.id, "isFolder": False, "slug": slug, "title": dashboard.title, "uid": uid,
        "url": f"/d/{uid}/{slug}",
    }  # fmt: skip
    return about, dashboard.created


def _entry(call: Call, entry: dict[str, Any], about: dict[str, Any], made: str) -> dict[str, Any]:
    team = next((one for one in call.store.documents("team") if one["id"] == entry.get("teamId")), {})
    user = int(entry.get("userId") or 0)
    who = person(call, user)
    made = entry.get("created") or made
    return {
        **about, "created": made, "updated": made, "inherited": False, "permission": entry["permission"],
        "permissionName": _NAMES[entry["permission"]], "team": team.get("name", ""), "teamAvatarUrl": "",
        "teamEmail": team.get("email", ""), "teamId": team.get("id", 0), "userAvatarUrl": AVATAR,
        "userEmail": who.get("email", ""), "userId": user, "userLogin": who.get("login", ""),
        **call.newer(userUid=str(who.get("uid", "")), teamUid=str(team.get("uid", ""))),
        **({"role": entry["role"]} if entry.get("role") else {}),
    }  # fmt: skip
