"""/api/datasources. Of secrets, only the names are stored."""

from __future__ import annotations

from typing import Any

from dashkit.sandbox.call import Answer, Call, Refusal, without


def add_datasource(call: Call) -> Answer:
    call.need_admin("datasources:create")
    body, store = call.json(), call.store
    if not body.get("name") or not body.get("type"):
        raise Refusal(400, "bad request data")
    number = store.next_id("datasource")
    uid = str(body.get("uid") or f"sandbox-ds-{number}")
    for key, value in (("uid", uid), ("name", str(body["name"]))):
        if any(entry[key] == value for entry in store.datasources()):
            raise call.refusal(409, f"data source with the same {key} already exists")
    stored = _stored(call, body, {"id": number, "uid": uid, "version": 1, "secureJsonFields": {}})
    return Answer(200, {"datasource": stored, "id": number, "message": "Datasource added", "name": stored["name"]})


def change_datasource(call: Call) -> Answer:
    call.need_admin("datasources:write")
    body, live = call.json(), find(call)
    version = int(body.get("version") or 0)
    if version and version != live["version"]:
        raise call.refusal(409, "Datasource has already been updated by someone else. Please reload and try again")
    # Without a version in the request the counter restarts, as seen on 12.3.3 and 10.1.2.
    stored = _stored(call, body, {**live, "version": version + 1 if version else 1})
    return Answer(
        200, {"datasource": stored, "id": stored["id"], "message": "Datasource updated", "name": stored["name"]}
    )


def delete_datasource(call: Call) -> Answer:
    call.need_admin("datasources:delete")
    live = find(call)
    call.store.delete_datasource(live["uid"])
    return Answer(200, {"id": live["id"], "message": "Data source deleted"})


def _stored(call: Call, body: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    secrets = kept["secureJsonFields"] | dict.fromkeys(body.get("secureJsonData") or {}, True)
    texts = {name: str(body.get(name) or "") for name in ("basicAuthUser", "database", "url", "user")}
    flags = {name: bool(body.get(name)) for name in ("basicAuth", "isDefault", "withCredentials")}
    kind = str(body["type"])
    stored = {
        "access": body.get("access") or "proxy", **texts, **flags, "jsonData": body.get("jsonData") or {},
        "name": str(body["name"]), "orgId": call.organisation, "readOnly": False, "secureJsonFields": secrets,
        "type": kind, "typeLogoUrl": f"public/plugins/{kind}/img/logo.svg",
        **{name: kept[name] for name in ("id", "uid", "version")}, **call.newer(apiVersion=""),
    }  # fmt: skip
    with call.store.transaction():
        if stored["isDefault"]:
            for other in call.store.datasources():
                call.store.put_datasource({**other, "isDefault": False})
        call.store.put_datasource(stored)
    return stored


def datasources(call: Call) -> Answer:
    hidden = ("apiVersion", "basicAuthUser", "secureJsonFields", "version", "withCredentials")
    found = call.store.datasources()
    return Answer(200, [{**without(entry, *hidden), "typeName": entry["type"].capitalize()} for entry in found])


def datasource(call: Call) -> Answer:
    return Answer(200, find(call))


def find(call: Call) -> dict[str, Any]:
    for entry in call.store.datasources():
        if entry["uid"] == call.path["uid"]:
            return entry
    raise Refusal(404, "Data source not found")


def correlations(call: Call) -> Answer:
    entries = call.store.documents("correlation")
    if not entries and not call.modern:
        raise Refusal(404, "Correlation not found")
    page, limit = call.number("page", 1), call.number("limit", 100)
    found = entries[(page - 1) * limit : page * limit]
    return Answer(200, {"correlations": found, "limit": limit, "page": page, "totalCount": len(entries)})


def add_correlation(call: Call) -> Answer:
    call.need_admin("datasources:write")
    body, source = call.json(), find(call)
    config = body.get("config") or {}
    kind = body.get("type") if call.modern else config.get("type")
    if not kind:
        raise Refusal(400, "bad request data")
    uid = f"sandbox-correlation-{call.store.next_id('correlation')}"
    stored = {name: body[name] for name in ("label", "description", "targetUID") if name in body}
    stored |= {"config": without(config, "type") if call.modern else config, "sourceUID": source["uid"], "uid": uid}
    stored |= call.newer(type=kind, orgId=call.organisation, provisioned=False)
    call.store.put_document("correlation", uid, stored)
    return Answer(200, {"message": "Correlation created", "result": stored})
