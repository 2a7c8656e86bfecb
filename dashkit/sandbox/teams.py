"""Teams with their members, and the preferences of teams and of the organisation."""

from __future__ import annotations

from typing import Any

from dashkit.sandbox.call import Answer, Call, without
from dashkit.sandbox.people import AVATAR, login_id, person


def teams(call: Call) -> Answer:
    call.need_admin("teams:read")
    found = []
    for team in call.store.documents("team"):
        value = {name: team[name] for name in ("id", "uid", "name", "email")}
        value |= {"accessControl": None, "avatarUrl": AVATAR, "memberCount": len(team["members"]), "permission": 0}
        found.append({**value, "orgId": call.organisation, **call.newest(externalUID="", isProvisioned=False)})
    return Answer(200, call.paged("teams", found))


def add_team(call: Call) -> Answer:
    call.need_admin("teams:create")
    body, store = call.json(), call.store
    if any(team["name"] == body.get("name") for team in store.documents("team")):
        raise call.refusal(409, "Team name taken")
    number = store.next_id("team")
    # A user who creates a team is its admin; a service account is not.
    members = {} if call.who.account else {str(login_id(call, call.who.login)): 4}
    uid, email = f"sandbox-team-{number}", str(body.get("email") or "")
    team = {"id": number, "uid": uid, "name": str(body["name"]), "email": email}
    store.put_document("team", str(number), {**team, "members": members, "preferences": {}})
    return Answer(200, {"message": "Team created", "teamId": number, **call.newer(uid=uid)})


def _team(call: Call) -> dict[str, Any]:
    return call.document("team", call.path["id"], "Team not found")


def _put_team(call: Call, message: str, **changes: Any) -> Answer:
    call.need_admin("teams:write")
    team = _team(call)
    call.store.put_document("team", str(team["id"]), {**team, **changes})
    return Answer(200, {"message": message})


def change_team(call: Call) -> Answer:
    body = call.json()
    return _put_team(call, "Team updated", name=str(body.get("name") or ""), email=str(body.get("email") or ""))


def team_members(call: Call) -> Answer:
    call.need_admin("teams.permissions:read")
    team = _team(call)
    found = []
    for number, permission in team["members"].items():
        who = person(call, int(number))
        value = {
            "auth_module": "", "avatarUrl": AVATAR, "email": who["email"], "labels": [], "login": who["login"],
            "name": who.get("name", ""), "orgId": call.organisation, "permission": permission, "teamId": team["id"],
            "teamUID": team["uid"], "userId": int(number),
        }  # fmt: skip
        found.append({**value, **call.newer(uid=f"member-{number}"), **call.newest(userUID=who["uid"])})
    return Answer(200, found)


def add_team_member(call: Call) -> Answer:
    number = str(call.json().get("userId"))
    team = _team(call)
    if number in team["members"]:
        raise call.refusal(400, "User is already added to this team")
    if not person(call, int(number)):
        raise call.refusal(500, "Failed to add Member to Team")
    return _put_team(call, "Member added to Team", members={**team["members"], number: 0})


def change_team_member(call: Call) -> Answer:
    changed = {**_team(call)["members"], call.path["user"]: int(call.json().get("permission") or 0)}
    return _put_team(call, "Team member updated", members=changed)


def remove_team_member(call: Call) -> Answer:
    return _put_team(call, "Team Member removed", members=without(_team(call)["members"], call.path["user"]))


def team_preferences(call: Call) -> Answer:
    call.need_admin("teams:read")
    return Answer(200, _team(call)["preferences"])


def set_team_preferences(call: Call) -> Answer:
    team = _team(call)
    return _put_team(call, "Preferences updated", preferences=_preferences(call, team["preferences"]))


def preferences(call: Call) -> Answer:
    call.need_admin("orgs.preferences:read")
    return Answer(200, call.store.document("preferences", "organisation") or {})


def set_preferences(call: Call) -> Answer:
    call.need_admin("orgs.preferences:write")
    before = call.store.document("preferences", "organisation") or {}
    call.store.put_document("preferences", "organisation", _preferences(call, before))
    return Answer(200, {"message": "Preferences updated"})


def _preferences(call: Call, before: dict[str, Any]) -> dict[str, Any]:
    body = call.json()
    home = body.get("homeDashboardUID", before.get("homeDashboardUID", "") if call.modern else "")
    if home and call.store.dashboard(home) is None:
        raise call.refusal(404, "Dashboard not found")
    names = ("theme", "timezone", "weekStart", "language", "queryHistory", "navbar")
    wanted = {**{name: body.get(name) for name in names}, "homeDashboardUID": home}
    return {name: value for name, value in wanted.items() if value}
