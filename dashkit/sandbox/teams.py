"""Teams with their members, and the preferences of teams and of the organisation."""

from __future__ import annotations

from typing import Any

from dashkit.sandbox.call import Answer, Call, refusal
from dashkit.sandbox.people import AVATAR, login_id, paging, person


def teams(call: Call) -> Answer:
    call.need_admin("teams:read")
    found = []
    for team in call.store.documents("team"):
        value = {name: team[name] for name in ("id", "uid", "name", "email")}
        value |= {"accessControl": None, "avatarUrl": AVATAR, "memberCount": len(team["members"]), "permission": 0}
        value["orgId"] = call.organisation
        found.append({**value, "externalUID": "", "isProvisioned": False} if call.flavour.modern else value)
    return Answer(200, {"teams": call.page(found), "totalCount": len(found), **paging(call)})


def add_team(call: Call) -> Answer:
    call.need_admin("teams:create")
    body, store = call.json(), call.store
    if any(team["name"] == body.get("name") for team in store.documents("team")):
        raise refusal(call.flavour, 409, "Team name taken")
    number = store.next_id("team")
    # A person who makes a team is its admin; a service account is not.
    maker = {} if call.who.account else {str(login_id(call, call.who.login)): 4}
    team = {
        "id": number,
        "uid": f"sandbox-team-{number}",
        "name": str(body["name"]),
        "email": str(body.get("email") or ""),
    }
    store.put_document("team", str(number), {**team, "members": maker, "preferences": {}})
    value = {"message": "Team created", "teamId": number}
    return Answer(200, {**value, "uid": team["uid"]} if call.flavour.modern else value)


def _team(call: Call) -> dict[str, Any]:
    found = call.store.document("team", call.path["id"])
    if found is None:
        raise refusal(call.flavour, 404, "Team not found")
    return found


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
        found.append({**value, "uid": f"member-{number}", "userUID": who["uid"]} if call.flavour.modern else value)
    return Answer(200, found)


def add_team_member(call: Call) -> Answer:
    number = str(call.json().get("userId"))
    team = _team(call)
    if number in team["members"]:
        raise refusal(call.flavour, 400, "User is already added to this team")
    if not person(call, int(number)):
        raise refusal(call.flavour, 500, "Failed to add Member to Team")
    return _put_team(call, "Member added to Team", members={**team["members"], number: 0})


def change_team_member(call: Call) -> Answer:
    changed = {**_team(call)["members"], call.path["user"]: int(call.json().get("permission") or 0)}
    return _put_team(call, "Team member updated", members=changed)


def remove_team_member(call: Call) -> Answer:
    left = {number: level for number, level in _team(call)["members"].items() if number != call.path["user"]}
    return _put_team(call, "Team Member removed", members=left)


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
    home = body.get("homeDashboardUID", before.get("homeDashboardUID", "") if call.flavour.modern else "")
    if home and call.store.dashboard(home) is None:
        raise refusal(call.flavour, 404, "Dashboard not found")
    kept = ("theme", "timezone", "weekStart", "language", "queryHistory", "navbar")
    return {
        name: value for name, value in {**{k: body.get(k) for k in kept}, "homeDashboardUID": home}.items() if value
    }
