"""Organisations, users, service accounts, teams and preferences. Passwords and tokens are never readable.

https://grafana.com/docs/grafana/latest/developers/http_api/user/, .../org/, .../team/, .../serviceaccount/, .../preferences/
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from dashkit.errors import ServerError
from dashkit.grafana.kinds.scope import ACCOUNTS as ACCOUNTS_PATH
from dashkit.grafana.kinds.scope import TEAMS as TEAMS_PATH
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, number, part, total
from dashkit.grafana.lists import pages, read_each
from dashkit.model.item import Item, Limits

PASSWORD = "password"  # noqa: S105 - the name of a secret
_MEMBER, _TEAM_ADMIN = 0, 4
#: Precedes the team's name in the key of its preferences.
_TEAM = "team/"


def _organisations(scope: Scope) -> Iterator[dict[str, Any]]:
    return pages(scope.connection, "/api/orgs", first=0)


def _read_organisations(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in _organisations(scope):
        name = str(entry["name"])
        yield Item("organisations", name, name, {"name": name}, server=part(entry, "id"))


def _write_organisation(scope: Scope, wanted: Write) -> None:
    scope.send("POST", "/api/orgs", wanted.item.content)


def _read_users(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def read(entry: dict[str, Any]) -> Item | None:
        answer = scope.find(f"/api/users/{entry['id']}/orgs")
        if answer is None:
            return None
        content = {
            **part(entry, "login email name isDisabled"),
            "isGrafanaAdmin": bool(entry.get("isAdmin")),
            "organisations": {str(place["name"]): str(place["role"]) for place in answer.objects()},
        }
        # Users who log in through another service have no password here.
        hidden = () if entry.get("authLabels") else (PASSWORD,)
        login = str(entry["login"])
        return Item("users", login, str(entry.get("name") or login), content, hidden, part(entry, "id authLabels"))

    return read_each(read, pages(scope.connection, "/api/users"))


def _write_user(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    profile = part(content, "login email name")
    if wanted.live is None:
        known = wanted.secrets.get(PASSWORD)
        # If it is not known, no one will know the new one: the user has to request a reset.
        password = known.reveal() if known else secrets.token_urlsafe(32)
        user = int(scope.send("POST", "/api/admin/users", {**profile, "password": password})["id"])
        live: dict[str, Any] = {}
    else:
        user = int(wanted.live.server["id"])
        live = wanted.live.content
        if part(live, "login email name") != profile:
            scope.send("PUT", f"/api/users/{user}", profile)
    if bool(content.get("isGrafanaAdmin")) != bool(live.get("isGrafanaAdmin")):
        scope.send("PUT", f"/api/admin/users/{user}/permissions", {"isGrafanaAdmin": content["isGrafanaAdmin"]})
    if bool(content.get("isDisabled")) != bool(live.get("isDisabled")):
        scope.send("POST", f"/api/admin/users/{user}/{'disable' if content['isDisabled'] else 'enable'}", {})
    scope.forget("user_ids")
    _set_roles(scope, user, str(content["login"]), dict(content["organisations"]))


def _set_roles(scope: Scope, user: int, login: str, wanted: dict[str, str]) -> None:
    places = {str(entry["name"]): int(entry["id"]) for entry in _organisations(scope)}
    have = {str(place["name"]): str(place["role"]) for place in scope.objects(f"/api/users/{user}/orgs")}
    for name, role in wanted.items():
        if have.get(name) == role or name not in places:
            continue
        path = f"/api/orgs/{places[name]}/users"
        if name in have:
            scope.send("PATCH", f"{path}/{user}", {"role": role})
        else:
            scope.send("POST", path, {"loginOrEmail": login, "role": role})
    for name in have.keys() - wanted.keys():
        scope.delete(f"/api/orgs/{places[name]}/users/{user}")
    if missing := sorted(wanted.keys() - places.keys()):
        raise ServerError(f"there is no organisation {', '.join(missing)} on this server", status=404)


def _read_accounts(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in pages(scope.connection, ACCOUNTS_PATH, member="serviceAccounts"):
        name = str(entry["name"])
        content = {"name": name, "role": str(entry["role"]), "isDisabled": bool(entry.get("isDisabled"))}
        yield Item("service-accounts", name, name, content, server=part(entry, "id login tokens"))


def _write_account(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    if wanted.live is None:
        created = scope.send("POST", "/api/serviceaccounts", content)
        account, as_wanted = int(created["id"]), bool(created.get("isDisabled")) == content["isDisabled"]
    else:
        account, as_wanted = int(wanted.live.server["id"]), False
    if not as_wanted:
        scope.send("PATCH", f"/api/serviceaccounts/{account}", content)
    scope.forget("accounts", "account_ids")


def _read_teams(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def read(team: dict[str, Any]) -> Item | None:
        answer = scope.find(f"/api/teams/{team['id']}/members")
        if answer is None:
            return None
        members = [
            {"user": str(member["login"]), "admin": int(member.get("permission") or 0) == _TEAM_ADMIN}
            for member in answer.objects()
        ]
        members.sort(key=lambda member: str(member["user"]))
        content = {**part(team, "name email"), "members": members}
        return Item("teams", str(team["name"]), str(team["name"]), content, server=part(team, "id uid"))

    return read_each(read, pages(scope.connection, TEAMS_PATH, member="teams"))


def _write_team(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    profile = part(content, "name email")
    if wanted.live is None:
        team = int(scope.send("POST", "/api/teams", profile)["teamId"])
    else:
        team = int(wanted.live.server["id"])
        if part(wanted.live.content, "name email") != profile:
            scope.send("PUT", f"/api/teams/{team}", profile)
    scope.forget("team_ids")
    path = f"/api/teams/{team}/members"
    # The creator of a team is a member of it from the start.
    have = {str(member["login"]): member for member in scope.objects(path)}
    want = {str(member["user"]): bool(member["admin"]) for member in content["members"]}
    for login, admin in want.items():
        user = number(scope.user_ids, login, "user")
        if login not in have:
            scope.send("POST", path, {"userId": user})
        is_admin = login in have and int(have[login].get("permission") or 0) == _TEAM_ADMIN
        if is_admin != admin:
            scope.send("PUT", f"{path}/{user}", {"permission": _TEAM_ADMIN if admin else _MEMBER})
    for login in have.keys() - want.keys():
        scope.delete(f"{path}/{have[login]['userId']}")


def _preferences(scope: Scope, path: str) -> dict[str, Any]:
    value = scope.get(path)
    # The number of the home dashboard differs between servers; its uid is there too.
    return {
        name: entry for name, entry in value.items() if entry not in ("", None, 0, {}) and name != "homeDashboardId"
    }


def _read_preferences(scope: Scope, _limits: Limits) -> Iterator[Item]:
    """Yield the preferences of the organisation, and of the teams that have some. Their home dashboards have to exist."""
    yield Item("preferences", "organisation", "of the organisation", _preferences(scope, "/api/org/preferences"))
    for name, team in sorted(scope.team_ids.items()):
        if content := _preferences(scope, f"/api/teams/{team}/preferences"):
            yield Item("preferences", f"{_TEAM}{name}", f"of team {name}", content)


def _write_preferences(scope: Scope, wanted: Write) -> None:
    path = "/api/org/preferences"
    if wanted.item.key.startswith(_TEAM):
        path = f"/api/teams/{number(scope.team_ids, wanted.item.key.removeprefix(_TEAM), 'team')}/preferences"
    # 12 keeps a home dashboard that is not mentioned; an empty uid removes it.
    scope.send("PUT", path, {"homeDashboardUID": "", **wanted.item.content})


ORGANISATIONS = KindHandler(_read_organisations, _write_organisation)
USERS = KindHandler(_read_users, _write_user, total("/api/users/search"))
ACCOUNTS = KindHandler(_read_accounts, _write_account, total(ACCOUNTS_PATH))
TEAMS = KindHandler(_read_teams, _write_team, total(TEAMS_PATH))
PREFERENCES = KindHandler(_read_preferences, _write_preferences)
