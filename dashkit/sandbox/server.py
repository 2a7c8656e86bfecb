"""The server about itself: health, settings, identities, datasources."""

from __future__ import annotations

import re
from typing import Any

from dashkit.sandbox import resources
from dashkit.sandbox.call import Answer, Call, Refusal, refusal

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
    namespace = "default" if call.flavour.modern else None
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
    return Answer(200, {"address": address, "id": 1, "name": "Main Org."})


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
    actions = ("folders:read", "dashboards:read") if call.who.role == "Viewer" else (*_ACTIONS, *_WRITES)
    return Answer(200, {action: ["folders:*"] for action in actions})


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


def add_datasource(call: Call) -> Answer:
    call.need("datasources:create")
    body, store = call.json(), call.store
    existing = store.datasources()
    name, kind = str(body.get("name") or ""), str(body.get("type") or "")
    if not name or not kind:
        raise Refusal(400, "bad request data")
    number = store.next_id("datasource")
    uid = str(body.get("uid") or f"sandbox-ds-{number}")
    for key, value in (("uid", uid), ("name", name)):
        if any(entry[key] == value for entry in existing):
            raise refusal(call.flavour, 409, f"data source with the same {key} already exists")
    stored = {
        "access": body.get("access") or "proxy", "basicAuth": bool(body.get("basicAuth")), "basicAuthUser": "",
        "database": body.get("database") or "", "id": number, "isDefault": bool(body.get("isDefault")),
        "jsonData": body.get("jsonData") or {}, "name": name, "orgId": 1, "readOnly": False,
        "secureJsonFields": dict.fromkeys(body.get("secureJsonData") or {}, True), "type": kind,
        "typeLogoUrl": f"public/plugins/{kind}/img/logo.svg", "uid": uid, "url": body.get("url") or "",
        "user": body.get("user") or "", "version": 1, "withCredentials": False,
    }  # fmt: skip
    if call.flavour.modern:
        stored["apiVersion"] = ""
    store.put_datasource(stored)
    return Answer(200, {"datasource": stored, "id": number, "message": "Datasource added", "name": name})


def datasources(call: Call) -> Answer:
    hidden = ("apiVersion", "basicAuthUser", "secureJsonFields", "version", "withCredentials")
    listed = [{key: value for key, value in entry.items() if key not in hidden} for entry in call.store.datasources()]
    return Answer(200, [{**entry, "typeName": entry["type"].capitalize()} for entry in listed])


def datasource(call: Call) -> Answer:
    for entry in call.store.datasources():
        if entry["uid"] == call.path["uid"]:
            return Answer(200, entry)
    raise Refusal(404, "Data source not found")
