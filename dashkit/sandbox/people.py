"""Organisations, users and service accounts. A password is kept as a hash, and never shown."""

from __future__ import annotations

import hashlib
from typing import Any

from dashkit.sandbox.call import Answer, Call, Refusal, refusal
from dashkit.sandbox.store import Store, now

AVATAR = "/public/img/user_profile.png"
_LONG_AGO = "2016-01-01T00:00:00Z"
_ADMIN = 1


def organisations(call: Call) -> Answer:
    if call.flavour.modern:  # on 10 everybody may
        call.need_server_admin("orgs:read")
    return Answer(200, call.page(_organisations(call.main), first=0))


def _organisations(main: Store) -> list[dict[str, Any]]:
    return [{"id": 1, "name": "Main Org."}, *main.documents("organisation")]


def add_organisation(call: Call) -> Answer:
    call.need_server_admin("orgs:create")
    name = str(call.json().get("name") or "")
    if any(entry["name"] == name for entry in _organisations(call.main)):
        raise refusal(call.flavour, 409, "Organization name taken")
    number = call.main.next_id("organisation") + 1
    call.main.put_document("organisation", str(number), {"id": number, "name": name})
    # Whoever makes it is its admin.
    admin = _admin(call.main)
    call.main.put_document("user", "1", {**admin, "roles": {**admin["roles"], str(number): "Admin"}})
    return Answer(200, {"message": "Organization created", "orgId": number})


def _admin(main: Store) -> dict[str, Any]:
    return main.document("user", "1") or {
        "id": _ADMIN, "login": "admin", "email": "admin@localhost", "name": "", "isAdmin": True, "isDisabled": False,
        "roles": {"1": "Admin"}, "seen": now(), "uid": "sandbox-admin",
    }  # fmt: skip


def _users(main: Store) -> list[dict[str, Any]]:
    return [_admin(main), *(user for user in main.documents("user") if user["id"] != _ADMIN)]


def _user(call: Call) -> dict[str, Any]:
    for user in _users(call.main):
        if str(user["id"]) == call.path["user"]:
            return user
    raise refusal(call.flavour, 404, "user not found")


def role_of(main: Store, login: str, password: str) -> str:
    """The role of a user in the first organisation; empty where there is none of that password."""
    for user in main.documents("user"):
        if user["login"] == login and user.get("password") == _hash(password) and not user["isDisabled"]:
            return str(user["roles"].get("1", ""))
    return ""


def login_id(call: Call, login: str) -> int:
    """The number of a user or service account; 0 for a service account on 10."""
    for account in call.store.accounts():
        if login == account_login(call, account["name"]):
            return int(account["id"]) if call.flavour.modern else 0
    return next((int(user["id"]) for user in _users(call.main) if user["login"] == login), 0)


def account_login(call: Call, name: str) -> str:
    return f"sa-{call.organisation}-{name}" if call.flavour.modern else f"sa-{name}"


def person(call: Call, number: int) -> dict[str, Any]:
    """A user or a service account by number; empty for neither."""
    for user in _users(call.main):
        if user["id"] == number:
            return user
    account = call.store.account(number)
    return {"login": account_login(call, account["name"]), "email": "", "uid": account["uid"]} if account else {}


def users(call: Call) -> Answer:
    call.need_server_admin("users:read")
    return Answer(200, call.page([_shown(call, user) for user in _users(call.main)]))


def search_users(call: Call) -> Answer:
    call.need_server_admin("users:read")
    found = [_shown(call, user) for user in _users(call.main)]
    return Answer(200, {"totalCount": len(found), "users": call.page(found), **paging(call)})


def paging(call: Call) -> dict[str, int]:
    return {"page": call.number("page", 1), "perPage": call.number("perpage", 1000)}


def _shown(call: Call, user: dict[str, Any]) -> dict[str, Any]:
    value = {name: user[name] for name in ("id", "login", "email", "name", "isAdmin", "isDisabled")}
    value |= {
        "authLabels": [],
        "avatarUrl": AVATAR,
        "lastSeenAt": user.get("seen", _LONG_AGO),
        "lastSeenAtAge": "10 years",
    }
    return {**value, "isProvisioned": False, "uid": user["uid"]} if call.flavour.modern else value


def user_organisations(call: Call) -> Answer:
    call.need_server_admin("users:read")
    names = {str(entry["id"]): entry["name"] for entry in _organisations(call.main)}
    roles = _user(call)["roles"]
    return Answer(200, [{"orgId": int(number), "name": names[number], "role": role} for number, role in roles.items()])


def add_user(call: Call) -> Answer:
    call.need_server_admin("users:create")
    body, main = call.json(), call.main
    login, email = str(body.get("login") or body.get("email") or ""), str(body.get("email") or body.get("login") or "")
    if len(str(body.get("password") or "")) < 4:
        raise Refusal(400, "bad request data")
    if any(user["login"] == login or user["email"] == email for user in _users(main)):
        raise refusal(call.flavour, 412, f"User with email '{email}' or username '{login}' already exists")
    number = main.next_id("user") + 1  # the admin is 1
    user = {
        "id": number, "login": login, "email": email, "name": str(body.get("name") or ""), "isAdmin": False,
        "isDisabled": False, "roles": {"1": "Viewer"}, "uid": f"sandbox-user-{number}",
        "password": _hash(str(body["password"])),
    }  # fmt: skip
    main.put_document("user", str(number), user)
    value = {"id": number, "message": "User created"}
    return Answer(200, {**value, "uid": user["uid"]} if call.flavour.modern else value)


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def _change(call: Call, message: str, **changes: Any) -> Answer:
    call.need_server_admin("users:write")
    user = _user(call)
    call.main.put_document("user", str(user["id"]), {**user, **changes})
    return Answer(200, {"message": message})


def change_user(call: Call) -> Answer:
    body = call.json()
    return _change(call, "User updated", **{name: str(body.get(name) or "") for name in ("login", "email", "name")})


def user_permissions(call: Call) -> Answer:
    return _change(call, "User permissions updated", isAdmin=bool(call.json().get("isGrafanaAdmin")))


def disable_user(call: Call) -> Answer:
    return _change(call, "User disabled", isDisabled=True)


def enable_user(call: Call) -> Answer:
    return _change(call, "User enabled", isDisabled=False)


def add_member(call: Call) -> Answer:
    """POST /api/orgs/:id/users."""
    call.need_server_admin("org.users:add")
    body = call.json()
    for user in _users(call.main):
        if body.get("loginOrEmail") in (user["login"], user["email"]):
            roles = {**user["roles"], call.path["id"]: body["role"]}
            call.main.put_document("user", str(user["id"]), {**user, "roles": roles})
            return Answer(200, {"message": "User added to organization", "userId": user["id"]})
    raise refusal(call.flavour, 404, "user not found")


def change_member(call: Call) -> Answer:
    roles = {**_user(call)["roles"], call.path["id"]: call.json()["role"]}
    return _change(call, "Organization user updated", roles=roles)


def remove_member(call: Call) -> Answer:
    roles = {number: role for number, role in _user(call)["roles"].items() if number != call.path["id"]}
    return _change(call, "User removed from organization", roles=roles)


def members(call: Call) -> Answer:
    """GET /api/org/users."""
    call.need_admin("org.users:read")
    found = []
    for user in _users(call.main):
        if str(call.organisation) in user["roles"]:
            shown = {name: value for name, value in _shown(call, user).items() if name not in ("id", "isAdmin")}
            more = {"userId": user["id"], "orgId": call.organisation, "role": user["roles"][str(call.organisation)]}
            found.append({**shown, **more, "authLabels": None, "isExternallySynced": False})
    return Answer(200, found)


def accounts(call: Call) -> Answer:
    call.need_admin("serviceaccounts:read")
    found = []
    for account in call.store.accounts():
        value = {name: account[name] for name in ("id", "name", "role", "tokens")}
        value |= {"login": account_login(call, account["name"]), "orgId": call.organisation, "avatarUrl": AVATAR}
        value["isDisabled"] = bool(account["disabled"])
        found.append({**value, "uid": account["uid"]} if call.flavour.modern else value)
    return Answer(200, {"serviceAccounts": call.page(found), "totalCount": len(found), **paging(call)})


def display(call: Call) -> Answer:
    """Who is behind the names that dashboards have of those who saved them."""
    accounts = {account["name"] for account in call.store.accounts()}
    shown = []
    for name in (key.partition(":")[2] for key in call.keys):
        kind = "service-account" if name in accounts else "user"
        shown.append({"identity": {"type": kind, "name": name}, "displayName": name, "avatarURL": AVATAR})
    return Answer(200, {"metadata": {}, "keys": list(call.keys), "display": shown})


def change_account(call: Call) -> Answer:
    call.need_admin("serviceaccounts:write")
    number, body = call.path["id"], call.json()
    account = call.store.account(int(number)) if number.isdigit() else None
    if account is None:
        raise Refusal(404, "service account not found")
    role, disabled = str(body.get("role") or account["role"]), bool(body.get("isDisabled", account["disabled"]))
    call.store.change_account(int(number), role=role, disabled=disabled)
    return Answer(200, {"id": int(number), "message": "Service account updated", "name": account["name"]})
