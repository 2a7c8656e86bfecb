"""The server's own health, settings, identities and service accounts."""

from __future__ import annotations

import re
from typing import Any

from dashkit.sandbox import schemas
from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.datasource_health import runs_on_server
from dashkit.sandbox.people import account_of

_ACTIONS = (
    "dashboards:create", "dashboards:read", "dashboards:write", "dashboards:delete",
    "folders:create", "folders:read", "folders:write", "folders:delete",
)  # fmt: skip


def health(call: Call) -> Answer:
    return Answer(200, {"commit": "sandbox", "database": "ok", "version": call.flavour.version})


def settings(call: Call) -> Answer:
    version = call.flavour.version
    build = {
        "buildstamp": 0, "commit": "sandbox", "edition": "Open Source", "env": "production", "hasUpdate": False,
        "hideVersion": False, "latestVersion": "", "version": version,
        **call.newer(commitShort="sandbox", versionString=f"Grafana v{version} (sandbox)"),
    }  # fmt: skip
    value = {"buildInfo": build, "defaultDatasource": "-- Grafana --", "minRefreshInterval": "5s"}
    namespace = None
    if call.modern:
        namespace = "default" if call.organisation == 1 else f"org-{call.organisation}"
    sources = {entry["name"]: _shown_source(call, entry) for entry in call.store.datasources()}
    licence = {
        "edition": "Open Source",
        "enabledFeatures": {},
        "expiry": 0,
        "licenseUrl": "/admin/upgrading",
        "stateInfo": "",
    }
    more = {"datasources": sources, "licenseInfo": licence}
    return Answer(200, {**value, **more, "namespace": namespace, "rendererAvailable": False})


def _shown_source(call: Call, entry: dict[str, Any]) -> dict[str, Any]:
    """Return a datasource as pages see it, with the manifest of its plugin."""
    kind = entry["type"]
    meta = {"id": kind, "type": "datasource", "backend": runs_on_server(call, kind)}
    return {key: entry[key] for key in ("id", "uid", "name", "isDefault")} | {"type": kind, "meta": meta}


def group(call: Call) -> Answer:
    """Return the versions of an API group."""
    names = {schemas.GROUP: schemas.VERSIONS, "folder.grafana.app": ("v1beta1",)}
    name = call.path["group"]
    if name not in names:
        raise Refusal(404, "the server could not find the requested resource")
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in names[name]]
    return Answer(
        200,
        {"apiVersion": "v1", "kind": "APIGroup", "name": name, "preferredVersion": versions[0], "versions": versions},
    )


def organisation(call: Call) -> Answer:
    address = {"address1": "", "address2": "", "city": "", "country": "", "state": "", "zipCode": ""}
    return Answer(200, {"address": address, "id": call.organisation, "name": organisation_name(call)})


def organisation_name(call: Call) -> str:
    found = call.main.document("organisation", str(call.organisation))
    return str(found["name"]) if found else "Main Org."


def user(call: Call) -> Answer:
    who = call.who
    if who.account and not call.modern:
        raise Refusal(404, "user not found")
    value = {
        "authLabels": None if who.account else [], "avatarUrl": "", "createdAt": "0001-01-01T00:00:00Z",
        "email": who.login, "id": 0 if who.account else 1, "isDisabled": False, "isExternal": False,
        "isExternallySynced": False, "isGrafanaAdmin": not who.account, "isGrafanaAdminExternallySynced": False,
        "login": who.login, "orgId": 1, "theme": "", "name": who.login.removeprefix("sa-1-") if who.account else "",
        "updatedAt": "0001-01-01T00:00:00Z",
        **call.newer(uid=f"service-account:{who.account}" if who.account else "admin"), **call.newest(isProvisioned=False),
    }  # fmt: skip
    return Answer(200, value)


def permissions(call: Call) -> Answer:
    # Viewers and editors see what folders and dashboards share with them, never everything.
    shared = {
        "folders:read": ["folders:uid:general"],
        "datasources:read": ["datasources:*"],
        "alert.rules:read": ["folders:*"],
    }
    if call.who.role == "Viewer":
        return Answer(200, shared)
    if call.who.role == "Admin":
        return Answer(200, shared | {action: ["folders:*"] for action in _ACTIONS} | {"org.users:read": ["users:*"]})
    return Answer(200, {action: ["folders:uid:general"] for action in _ACTIONS} | shared)


def add_account(call: Call) -> Answer:
    call.need("serviceaccounts:create")
    body = call.json()
    name, role = str(body.get("name") or ""), str(body.get("role") or "Viewer")
    if not name:
        raise Refusal(400, "Failed to create service account")
    uid = f"sandbox-{re.sub('[^a-z0-9]+', '-', name.lower())}"
    number = call.store.add_account(name, role, disabled=bool(body.get("isDisabled")), uid=uid)
    value = {
        "avatarUrl": "", "id": number, "isDisabled": False, "login": f"sa-1-{name}" if call.modern else f"sa-{name}",
        "name": name, "orgId": 1, "role": role, "tokens": 0, **call.newer(uid=uid),
    }  # fmt: skip
    return Answer(201, value)


def add_token(call: Call) -> Answer:
    call.need("serviceaccounts:write")
    account = account_of(call)
    name = str(call.json().get("name") or "token")
    if call.store.has_token(name):
        text = "service account token with given name already exists in the organization"
        raise Refusal(400, text, messageId="serviceaccounts.ErrTokenAlreadyExists", statusCode=400)
    number, key = call.store.add_token(account["id"], name)
    return Answer(200, {"id": number, "key": key, "name": name})
