"""The server about itself: health, settings, identities, datasources."""

from __future__ import annotations

import re
from typing import Any

from dashkit.sandbox import resources
from dashkit.sandbox.call import Answer, Call, Refusal

_ACTIONS = ("dashboards:create", "folders:create", "folders:read")
_WRITES = ("dashboards:read", "dashboards:write", "dashboards:delete", "folders:write", "folders:delete")


def health(call: Call) -> Answer:
    return Answer(200, {"commit": "sandbox", "database": "ok", "version": call.flavour.version})


def settings(call: Call) -> Answer:
    version = call.flavour.version
    build: dict[str, Any] = {
        "buildstamp": 0, "commit": "sandbox", "edition": "Open Source", "env": "production", "hasUpdate": False,
        "hideVersion": False, "latestVersion": "", "version": version,
    }  # fmt: skip
    if call.flavour.modern:
        build |= {"commitShort": "sandbox", "versionString": f"Grafana v{version} (sandbox)"}
    value = {"buildInfo": build, "defaultDatasource": "-- Grafana --", "minRefreshInterval": "5s"}
    namespace = None
    if call.flavour.modern:
        namespace = "default" if call.organisation == 1 else f"org-{call.organisation}"
    return Answer(200, {**value, "namespace": namespace, "rendererAvailable": False})


def group(call: Call) -> Answer:
    """GET /apis/<group>."""
    if not call.flavour.modern:
        raise Refusal(404, "Not found")
    names = {resources.GROUP: resources.VERSIONS, "folder.grafana.app": ("v1beta1",)}
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
    modern, who = call.flavour.modern, call.who
    if who.account and not modern:
        raise Refusal(404, "user not found")
    value: dict[str, Any] = {
        "authLabels": None if who.account else [], "avatarUrl": "", "createdAt": "0001-01-01T00:00:00Z",
        "email": who.login, "id": 0 if who.account else 1, "isDisabled": False, "isExternal": False,
        "isExternallySynced": False, "isGrafanaAdmin": not who.account, "isGrafanaAdminExternallySynced": False,
        "login": who.login, "name": "", "orgId": 1, "theme": "", "updatedAt": "0001-01-01T00:00:00Z",
    }  # fmt: skip
    if modern:
        value |= {"isProvisioned": False, "uid": f"service-account:{who.account}" if who.account else "admin"}
    return Answer(200, value)


def permissions(call: Call) -> Answer:
    # Viewers and editors see what folders and dashboards share with them, and nowhere all.
    shared = {
        "folders:read": ["folders:uid:general"],
        "datasources:read": ["datasources:*"],
        "alert.rules:read": ["folders:*"],
    }
    if call.who.role == "Viewer":
        return Answer(200, shared)
    granted = {action: ["folders:uid:general"] for action in (*_ACTIONS, *_WRITES)} | shared
    if call.who.role == "Admin":
        granted |= {action: ["folders:*"] for action in (*_ACTIONS, *_WRITES)} | {"org.users:read": ["users:*"]}
    return Answer(200, granted)


def add_account(call: Call) -> Answer:
    call.need("serviceaccounts:create")
    body = call.json()
    name, role = str(body.get("name") or ""), str(body.get("role") or "Viewer")
    if not name:
        raise Refusal(400, "Failed to create service account")
    uid = f"sandbox-{re.sub('[^a-z0-9]+', '-', name.lower())}"
    number = call.store.add_account(name, role, disabled=bool(body.get("isDisabled")), uid=uid)
    modern = call.flavour.modern
    value = {
        "avatarUrl": "", "id": number, "isDisabled": False, "login": f"sa-1-{name}" if modern else f"sa-{name}",
        "name": name, "orgId": 1, "role": role, "tokens": 0,
    }  # fmt: skip
    return Answer(201, {**value, "uid": uid} if modern else value)


def add_token(call: Call) -> Answer:
    call.need("serviceaccounts:write")
    account = call.store.account(int(call.path["id"])) if call.path["id"].isdigit() else None
    if account is None:
        raise Refusal(404, "service account not found")
    name = str(call.json().get("name") or "token")
    if call.store.has_token(name):
        text = "service account token with given name already exists in the organization"
        raise Refusal(400, text, messageId="serviceaccounts.ErrTokenAlreadyExists", statusCode=400)
    number, key = call.store.add_token(account["id"], name)
    return Answer(200, {"id": number, "key": key, "name": name})
