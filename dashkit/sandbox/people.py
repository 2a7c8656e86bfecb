"""Organisations, users and service accounts. Passwords are stored as hashes and never shown."""

from __future__ import annotations

from typing import Any

from dashkit.sandbox.call import Answer, Call, Refusal, without
from dashkit.sandbox.store import Store, hashed, now

AVATAR = "/public/img/user_profile.png"
_LONG_AGO = "2016-01-01T00:00:00Z"
_ADMIN = 1


def organisations(call: Call) -> Answer:
    if call.modern:  # 10 lets everyone read
        call.need_server_admin("orgs:read")
    return Answer(200, call.page(_organisations(call.main), first=0))


def _organisations(main: Store) -> list[dict[str, Any]]:
    return [{"id": 1, "name": "Main Org."}, *main.documents("organisation")]


def add_organisation(call: Call) -> Answer:
    call.need_server_admin("orgs:create")
    name = str(call.json().get("name") or "")
    if any(entry["name"] == name for entry in _organisations(call.main)):
        raise call.refusal(409, "Organization name taken")
    number = call.main.next_id("organisation") + 1
    call.main.put_document("organisation", str(number), {"id": number, "name": name})
    # Its creator becomes its admin.
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
    raise call.refusal(404, "user not found")


def role_of(main: Store, login: str, password: str) -> str:
    """Return a user's role in the first organisation, or nothing if login and password do not match."""
    for user in main.documents("user"):
        if user["login"] == login and user.get("password") == hashed(password) and not user["isDisabled"]:
            return str(user["roles"].get("1", ""))
    return ""


def login_id(call: Call, login: str) -> int:
    """Return the number of a user or service account, which on 10 is 0 for a service account."""
    for account in call.store.accounts():
        if login == account_login(call, account["name"]):
            return int(account["id"]) if call.modern else 0
    return next((int(user["id"]) for user in _users(call.main) if user["login"] == login), 0)


def account_login(call: Call, name: str) -> str:
    return f"sa-{call.organisation}-{name}" if call.modern else f"sa-{name}"


def person(call: Call, number: int) -> dict[str, Any]:
    """Return the user or service account with a number, or an empty object."""
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
    return Answer(200, call.paged("users", [_shown(call, user) for user in _users(call.main)]))


def _shown(call: Call, user: dict[str, Any]) -> dict[str, Any]:
    value = {name: user[name] for name in ("id", "login", "email", "name", "isAdmin", "isDisabled")}
    seen = {"lastSeenAt": user.get("seen", _LONG_AGO), "lastSeenAtAge": "10 years"}
    newer = {**call.newer(uid=user["uid"]), **call.newest(isProvisioned=False)}
    return {**value, **seen, "authLabels": [], "avatarUrl": AVATAR, **newer}


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
        raise call.refusal(412, f"User with email '{email}' or username '{login}' already exists")
    number = main.next_id("user") + 1  # the admin is 1
    user = {
        "id": number, "login": login, "email": email, "name": str(body.get("name") or ""), "isAdmin": False,
        "isDisabled": False, "roles": {"1": "Viewer"}, "uid": f"sandbox-user-{number}",
        "password": hashed(str(body["password"])),
    }  # fmt: skip
    main.put_document("user", str(number), user)
    return Answer(200, {"id": number, "message": "User created", **call.newer(uid=user["uid"])})


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
    call.need_server_admin("org.users:add")
    body = call.json()
    for user in _users(call.main):
        if body.get("loginOrEmail") in (user["login"], user["email"]):
            roles = {**user["roles"], call.path["id"]: body["role"]}
            call.main.put_document("user", str(user["id"]), {**user, "roles": roles})
            return Answer(200, {"message": "User added to organization", "userId": user["id"]})
    raise call.refusal(404, "user not found")


def change_member(call: Call) -> Answer:
    roles = {**_user(call)["roles"], call.path["id"]: call.json()["role"]}
    return _change(call, "Organization user updated", roles=roles)


def remove_member(call: Call) -> Answer:
    return _change(call, "User removed from organization", roles=without(_user(call)["roles"], call.path["id"]))


def members(call: Call) -> Answer:
    call.need_admin("org.users:read")
    found, number = [], str(call.organisation)
    for user in _users(call.main):
        if number in user["roles"]:
            shown = without(_shown(call, user), "id", "isAdmin")
            more = {"userId": user["id"], "orgId": call.organisation, "role": user["roles"][number]}
            found.append({**shown, **more, "authLabels": None, "isExternallySynced": False})
    return Answer(200, found)


def accounts(call: Call) -> Answer:
    call.need_admin("serviceaccounts:read")
    found = []
    for account in call.store.accounts():
        value = {name: account[name] for name in ("id", "name", "role", "tokens")}
        value |= {"login": account_login(call, account["name"]), "orgId": call.organisation, "avatarUrl": AVATAR}
        found.append({**value, "isDisabled": bool(account["disabled"]), **call.newer(uid=account["uid"])})
    return Answer(200, call.paged("serviceAccounts", found))


def display(call: Call) -> Answer:
    """Return who is behind the names of those who saved dashboards."""
    accounts = {account["name"] for account in call.store.accounts()}
    shown = []
    for name in (key.partition(":")[2] for key in call.keys):
        kind = "service-account" if name in accounts else "user"
        shown.append({"identity": {"type": kind, "name": name}, "displayName": name, "avatarURL": AVATAR})
    return Answer(200, {"metadata": {}, "keys": list(call.keys), "display": shown})


def change_account(call: Call) -> Answer:
    call.need_admin("serviceaccounts:write")
    body, account = call.json(), account_of(call)
    role, disabled = str(body.get("role") or account["role"]), bool(body.get("isDisabled", account["disabled"]))
    call.store.change_account(account["id"], role=role, disabled=disabled)
    return Answer(200, {"id": account["id"], "message": "Service account updated", "name": account["name"]})


def account_of(call: Call) -> dict[str, Any]:
    """Return the service account with the number in the path."""
    number = call.path["id"]
    account = call.store.account(int(number)) if number.isdigit() else None
    if account is None:
        raise Refusal(404, "service account not found")
    return account
