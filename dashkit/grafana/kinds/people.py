"""Organisations, users, service accounts, teams and preferences. No password and no token is ever readable.

https://grafana.com/docs/grafana/latest/developers/http_api/user/, .../org/, .../team/, .../serviceaccount/, .../preferences/
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from dashkit._parallel import ordered_map
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import READERS
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, number, part
from dashkit.model.item import Item, Limits

PASSWORD = "password"  # noqa: S105 - the name of a secret
_MEMBER, _TEAM_ADMIN = 0, 4
#: Before the name of a team whose preferences they are.
_TEAM = "team/"


def _read_organisations(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in scope.pages("/api/orgs", first=0):
        name = str(entry["name"])
        yield Item("organisations", name, name, {"name": name}, server=part(entry, "id"))


def _write_organisation(scope: Scope, wanted: Write) -> None:
    scope.send("POST", "/api/orgs", wanted.item.content)


def _read_users(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def one(entry: dict[str, Any]) -> Item | None:
        answer = expect(scope.connection.get(f"/api/users/{entry['id']}/orgs"), 404)
        if answer.status == 404:
            return None
        roles = {str(place["name"]): str(place["role"]) for place in answer.objects()}
        content = {**part(entry, "login email name isDisabled"), "isGrafanaAdmin": bool(entry.get("isAdmin"))}
        # Log-ins of another service have no password here.
        hidden = () if entry.get("authLabels") else (PASSWORD,)
        server = part(entry, "id authLabels")
        login = str(entry["login"])
        return Item(
            "users", login, str(entry.get("name") or login), {**content, "organisations": roles}, hidden, server
        )

    return (item for item in ordered_map(one, scope.pages("/api/users"), READERS) if item is not None)


def _write_user(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    profile = part(content, "login email name")
    if wanted.live is None:
        known = wanted.secrets.get(PASSWORD)
        # Without a known one nobody shall know it: the person asks for a new one.
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
    places = {str(entry["name"]): int(entry["id"]) for entry in scope.pages("/api/orgs", first=0)}
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
    for entry in scope.pages("/api/serviceaccounts/search", "serviceAccounts"):
        name = str(entry["name"])
        content = {"name": name, "role": str(entry["role"]), "isDisabled": bool(entry.get("isDisabled"))}
        yield Item("service-accounts", name, name, content, server=part(entry, "id login tokens"))


def _write_account(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    if wanted.live is None:
        made = scope.send("POST", "/api/serviceaccounts", content)
        account, as_wanted = int(made["id"]), bool(made.get("isDisabled")) == content["isDisabled"]
    else:
        account, as_wanted = int(wanted.live.server["id"]), False
    if not as_wanted:
        scope.send("PATCH", f"/api/serviceaccounts/{account}", content)
    scope.forget("accounts", "account_ids")


def _read_teams(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def one(team: dict[str, Any]) -> Item | None:
        answer = expect(scope.connection.get(f"/api/teams/{team['id']}/members"), 404)
        if answer.status == 404:
            return None
        members = [
            {"user": str(member["login"]), "admin": int(member.get("permission") or 0) == _TEAM_ADMIN}
            for member in answer.objects()
        ]
        members.sort(key=lambda member: str(member["user"]))
        content = {**part(team, "name email"), "members": members}
        return Item("teams", str(team["name"]), str(team["name"]), content, server=part(team, "id uid"))

    return (item for item in ordered_map(one, scope.pages("/api/teams/search", "teams"), READERS) if item is not None)


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
    # Whoever makes a team is a member of it at once.
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
    # The number of the home dashboard is another one on each server; its uid is beside it.
    return {
        name: entry for name, entry in value.items() if entry not in ("", None, 0, {}) and name != "homeDashboardId"
    }


def _read_preferences(scope: Scope, _limits: Limits) -> Iterator[Item]:
    """Of the organisation, and of the teams that have some: their home dashboards have to be there before."""
    yield Item("preferences", "organisation", "of the organisation", _preferences(scope, "/api/org/preferences"))
    for name, team in sorted(scope.team_ids.items()):
        if content := _preferences(scope, f"/api/teams/{team}/preferences"):
            yield Item("preferences", f"{_TEAM}{name}", f"of team {name}", content)


def _write_preferences(scope: Scope, wanted: Write) -> None:
    path = "/api/org/preferences"
    if wanted.item.key.startswith(_TEAM):
        path = f"/api/teams/{number(scope.team_ids, wanted.item.key.removeprefix(_TEAM), 'team')}/preferences"
    _put_preferences(scope, path, wanted.item.content)


def _put_preferences(scope: Scope, path: str, content: dict[str, Any]) -> None:
    # 12 keeps a home dashboard that is not named; an empty uid takes it away.
    scope.send("PUT", path, {"homeDashboardUID": "", **content})


def _total(path: str) -> Any:
    return lambda scope: int(scope.get(path, {"perpage": 1, "page": 1})["totalCount"])


ORGANISATIONS = KindHandler(_read_organisations, _write_organisation)
USERS = KindHandler(_read_users, _write_user, _total("/api/users/search"))
ACCOUNTS = KindHandler(_read_accounts, _write_account, _total("/api/serviceaccounts/search"))
TEAMS = KindHandler(_read_teams, _write_team, _total("/api/teams/search"))
PREFERENCES = KindHandler(_read_preferences, _write_preferences)
