"""Contact points, the policy tree, mute timings and templates, in the form of the provisioning API."""

from __future__ import annotations

from typing import Any

from dashkit import _json
from dashkit.model.durations import canonical
from dashkit.sandbox.call import Answer, Call, Refusal, without

#: The settings that Grafana redacts, by type.
_HIDDEN = {
    "webhook": ("password", "authorization_credentials"),
    "slack": ("url", "token"),
    "pagerduty": ("integrationKey",),
}
_TYPES = (*_HIDDEN, "email", "teams", "telegram", "opsgenie")
_REDACTED = "[REDACTED]"
_DEFAULT_POINT = {
    "disableResolveMessage": False, "name": "email receiver", "settings": {"addresses": "<example@email.com>"},
    "type": "email", "uid": "",
}  # fmt: skip
_DEFAULT_GROUPS = ["grafana_folder", "alertname"]


def _provenance(call: Call) -> dict[str, str]:
    return {} if "x-disable-provenance" in call.headers else {"provenance": "api"}


def _read(call: Call) -> None:
    if not call.modern:  # 12 lets everyone read
        call.need_admin("alert.provisioning:read")


def _write(call: Call) -> None:
    call.need_admin("alert.provisioning:write")


def points(call: Call) -> Answer:
    _read(call)
    stored = sorted(call.store.documents("contact-point"), key=lambda point: str(point["name"]))
    first = [_DEFAULT_POINT] if call.flavour.default_email else []
    return Answer(200, [*first, *map(_redacted, stored)])


def _redacted(point: dict[str, Any]) -> dict[str, Any]:
    hidden = _HIDDEN.get(point["type"], ())
    settings = {name: _REDACTED if name in hidden else value for name, value in point["settings"].items()}
    return {**point, "settings": settings}


def _valid(call: Call, body: dict[str, Any], uid: str) -> None:
    kind, settings = str(body.get("type")), body.get("settings") or {}
    text = ""
    if kind not in _TYPES and call.resources:
        text = f"unknown integration type: {kind}"
    elif kind not in _TYPES:
        text = f'failed to validate integration "{body.get("name")}" (UID {uid}) of type "{kind}"'
        text += f": notifier {kind} is not supported"
    elif kind == "slack" and not settings.get("url") and not settings.get("token"):
        text = "recipient must be specified when using the Slack chat API"
    if text:
        raise call.refusal(400, f"invalid object specification: {text}")


def add_point(call: Call) -> Answer:
    _write(call)
    body = call.json()
    uid = str(body.get("uid") or f"sandbox-point-{call.store.next_id('contact-point')}")
    _valid(call, body, uid)
    if call.store.document("contact-point", uid) is not None:
        raise call.refusal(409 if call.modern else 500, f"receiver configuration with UID '{uid}' already exist")
    point = _point(body, uid, {})
    call.store.put_document("contact-point", uid, {**point, **_provenance(call)})
    shown = _redacted(point)
    if not call.modern and point["type"] == "webhook":
        shown["settings"]["authorization_credentials"] = _REDACTED
    return Answer(202, shown)


def change_point(call: Call) -> Answer:
    _write(call)
    uid, body = call.path["uid"], call.json()
    stored = call.document("contact-point", uid, "receiver not found")
    if stored.get("provenance") and not _provenance(call):
        raise call.refusal(500, "cannot change provenance from 'api' to ''")
    _valid(call, body, uid)
    call.store.put_document("contact-point", uid, {**_point(body, uid, stored["settings"]), **_provenance(call)})
    return Answer(202, {"message": "contactpoint updated"})


def _point(body: dict[str, Any], uid: str, before: dict[str, Any]) -> dict[str, Any]:
    settings = dict(body.get("settings") or {})
    for name in _HIDDEN.get(str(body.get("type")), ()):
        if settings.get(name) == _REDACTED:
            settings[name] = before.get(name, _REDACTED)
    return {
        "disableResolveMessage": bool(body.get("disableResolveMessage")), "name": str(body["name"]), "settings": settings,
        "type": str(body["type"]), "uid": uid,
    }  # fmt: skip


def delete_point(call: Call) -> Answer:
    _write(call)
    call.store.delete_document("contact-point", call.path["uid"])
    return Answer(202, {"message": "contactpoint deleted"})


def policies(call: Call) -> Answer:
    _read(call)
    return Answer(200, _tree(call))


def _tree(call: Call) -> dict[str, Any]:
    return call.store.document("policies", "tree") or _default_tree(call)


def _default_tree(call: Call) -> dict[str, Any]:
    return {"group_by": _DEFAULT_GROUPS, "receiver": _default_receiver(call)}


def _default_receiver(call: Call) -> str:
    return "grafana-default-email" if call.flavour.default_email else "empty"


def routing_tree(call: Call) -> Answer:
    """Return the same tree in the form of 12's newer API, with a version."""
    _read(call)
    tree = _tree(call)
    spec = {
        "defaults": without(tree, "routes", "provenance"),
        "routes": [_as_resource(route) for route in tree.get("routes") or ()],
    }
    metadata = {
        "name": "user-defined", "namespace": call.path["namespace"], "resourceVersion": _hash(tree),
        "annotations": {"grafana.com/provenance": tree.get("provenance", "none")},
    }  # fmt: skip
    api = "notifications.alerting.grafana.app/v0alpha1"
    return Answer(200, {"kind": "RoutingTree", "apiVersion": api, "metadata": metadata, "spec": spec})


def set_routing_tree(call: Call) -> Answer:
    call.need_admin("alert.notifications:write")
    body = call.json()
    if body["metadata"].get("resourceVersion") not in (None, "", _hash(_tree(call))):
        raise Refusal(
            409, "Conflict", kind="Status", apiVersion="v1", metadata={}, status="Failure", reason="Conflict", code=409
        )
    routes = [_from_resource(route) for route in body["spec"].get("routes") or ()]
    _store_tree(call, {**body["spec"]["defaults"], **({"routes": routes} if routes else {})}, {})
    return routing_tree(call)


def _hash(value: Any) -> str:
    return _json.digest(value)[:16]


def _as_resource(route: dict[str, Any]) -> dict[str, Any]:
    matchers = [
        {"type": kind, "label": label, "value": value} for label, kind, value in route.get("object_matchers") or ()
    ]
    below = [_as_resource(child) for child in route.get("routes") or ()]
    rest = {"continue": False, **without(route, "object_matchers", "routes"), "matchers": matchers}
    return {**rest, **({"routes": below} if below else {})}


def _from_resource(route: dict[str, Any]) -> dict[str, Any]:
    matchers = [[entry["label"], entry["type"], entry["value"]] for entry in route.get("matchers") or ()]
    below = [_from_resource(child) for child in route.get("routes") or ()]
    given = {name: value for name, value in (("object_matchers", matchers), ("routes", below)) if value}
    return {**without(route, "matchers", "routes"), **given}


def set_policies(call: Call) -> Answer:
    _write(call)
    body = without(call.json(), "provenance")
    if _tree(call).get("provenance") and not _provenance(call) and call.modern:
        raise Refusal(
            403, "cannot change provenance from 'api' to ''", messageId="alerting.notifications.invalidProvenance"
        )
    _store_tree(call, body, _provenance(call))
    return Answer(202, {"message": "policies updated"})


def _store_tree(call: Call, body: dict[str, Any], provenance: dict[str, str]) -> None:
    known = {_default_receiver(call), *(point["name"] for point in call.store.documents("contact-point"))}
    for receiver in _receivers(body):
        if receiver not in known:
            text = f"receiver '{receiver}' does not exist"
            if not call.modern:
                raise call.refusal(400, f"invalid object specification: {text}")
            message = f"Invalid format of the submitted route: {text}. Correct the payload and try again."
            identity = {"messageId": "alerting.notifications.routes.invalidFormat", "statusCode": 400}
            raise Refusal(400, message, extra={"Error": text}, **identity)
    call.store.put_document("policies", "tree", {**_canonical(body), **provenance})


def _canonical(route: dict[str, Any]) -> dict[str, Any]:
    """Return a route with sorted matchers, durations as Prometheus writes them, and no empty values."""
    result = {name: value for name, value in route.items() if value not in (None, [], False)}
    for name in ("group_wait", "group_interval", "repeat_interval"):
        if name in result:
            result[name] = canonical(result[name])
    if "object_matchers" in result:
        result["object_matchers"] = sorted(result["object_matchers"])
    if "routes" in result:
        result["routes"] = [_canonical(child) for child in result["routes"]]
    return result


def _receivers(route: dict[str, Any]) -> set[str]:
    found = {str(route["receiver"])} if route.get("receiver") else set()
    return found.union(*(_receivers(child) for child in route.get("routes") or ()))


def reset_policies(call: Call) -> Answer:
    _write(call)
    call.store.delete_document("policies", "tree")
    return Answer(202, _default_tree(call))


def timings(call: Call) -> Answer:
    _read(call)
    return Answer(200, [_versioned(call, entry) for entry in call.store.documents("mute-timing")])


def _versioned(call: Call, entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as it is shown: on 12 with a hash of its content as its version, on 10 without its provenance."""
    content = without(entry, "provenance")
    return {**entry, "version": _hash(content)} if call.modern else content


def _same_version(call: Call, stored: dict[str, Any]) -> None:
    wanted = call.json().get("version")
    if call.modern and wanted and wanted != _versioned(call, stored)["version"]:
        raise Refusal(409, "Conflict", statusCode=409, messageId="alerting.notifications.conflict")


def add_timing(call: Call) -> Answer:
    _write(call)
    name = str(call.json()["name"])
    if call.store.document("mute-timing", name) is not None:
        raise call.refusal(400, "invalid object specification: a mute timing with this name already exists")
    return Answer(201, _put_timing(call, name))


def change_timing(call: Call) -> Answer:
    _write(call)
    _same_version(call, call.document("mute-timing", call.path["name"], "time interval not found"))
    return Answer(202, _put_timing(call, call.path["name"]))


def _put_timing(call: Call, name: str) -> dict[str, Any]:
    entry = {"name": name, "time_intervals": call.json().get("time_intervals") or [], **_provenance(call)}
    call.store.put_document("mute-timing", name, entry)
    return _versioned(call, without(entry, "provenance"))


def delete_timing(call: Call) -> Answer:
    _write(call)
    call.store.delete_document("mute-timing", call.path["name"])
    return Answer(204, None)


def templates(call: Call) -> Answer:
    _read(call)
    found = [_versioned(call, entry) for entry in call.store.documents("template")]
    # A fresh 12.3.3 answers null.
    return Answer(200, found or (None if call.modern else []))


def put_template(call: Call) -> Answer:
    _write(call)
    name, text = call.path["name"], str(call.json().get("template") or "")
    if stored := call.store.document("template", name):
        _same_version(call, stored)
    if "{{ define" not in text and "{{define" not in text:
        text = f'{{{{ define "{name}" }}}}\n  {text}\n{{{{ end }}}}'
    call.store.put_document("template", name, {"name": name, "template": text, **_provenance(call)})
    return Answer(202, _versioned(call, {"name": name, "template": text}))


def delete_template(call: Call) -> Answer:
    _write(call)
    call.store.delete_document("template", call.path["name"])
    return Answer(204, None)
