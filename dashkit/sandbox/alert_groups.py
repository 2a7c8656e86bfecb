"""Grafana-managed alert rules as documents, and annotations. The sandbox evaluates nothing."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from dashkit.model.durations import canonical
from dashkit.sandbox.call import Answer, Call, Refusal, without
from dashkit.sandbox.records import StoredRule
from dashkit.sandbox.store import now

_ALERT = {
    "title": "title", "condition": "condition", "data": "data", "no_data_state": "noDataState",
    "exec_err_state": "execErrState", "is_paused": "isPaused",
}  # fmt: skip
#: Keys that 10 drops. The ruler spells one of them differently.
_NEWER = ("record", "notification_settings", "keep_firing_for", "missingSeriesEvalsToResolve")
_RULER = {"missingSeriesEvalsToResolve": "missing_series_evals_to_resolve"}
#: The kind of the documents that hold the versions of rules.
_VERSIONS = "rule-versions"


def ruler(call: Call) -> Answer:
    """Return all groups by the title of their folder."""
    found: dict[str, list[dict[str, Any]]] = {}
    for rule in call.store.rules():
        folder = call.store.folder(rule.folder)
        groups = found.setdefault(folder.title if folder else rule.folder, [])
        if not groups or groups[-1]["name"] != rule.group:
            groups.append({"name": rule.group, "interval": canonical(f"{rule.interval}s"), "rules": []})
        groups[-1]["rules"].append(_ruled(rule))
    return Answer(200, found)


def _ruled(rule: StoredRule) -> dict[str, Any]:
    """Return a rule as the ruler shows it."""
    alert = {name: rule.body[key] for name, key in _ALERT.items()}
    alert |= {"uid": rule.uid, "namespace_uid": rule.folder, "rule_group": rule.group}
    alert |= {"intervalSeconds": rule.interval, "version": 1}
    alert |= {"provenance": rule.provenance} if rule.provenance else {}
    alert |= {_RULER.get(key, key): rule.body[key] for key in _NEWER if rule.body.get(key)}
    return {"expr": "", **{key: rule.body[key] for key in ("for", "labels", "annotations")}, "grafana_alert": alert}


def rule_versions(call: Call) -> Answer:
    """Return the versions of a rule, newest first. Versions before 12 show none."""
    stored = call.store.document(_VERSIONS, call.path["uid"]) if call.resources else None
    if stored is None:
        raise Refusal(404, "Not found")
    return Answer(200, [_ruled(StoredRule(**one)) for one in reversed(stored["versions"])])


def _keep_versions(call: Call, rules: list[StoredRule]) -> None:
    for rule in rules:
        stored = call.store.document(_VERSIONS, rule.uid) or {"versions": []}
        if not stored["versions"] or stored["versions"][-1]["body"] != rule.body:
            stored["versions"].append(asdict(rule))
            call.store.put_document(_VERSIONS, rule.uid, stored)


def put_group(call: Call) -> Answer:
    """Replace the rules of a group. On 10, each of them must already exist."""
    call.need("alert.rules:write")
    body, folder, group = call.json(), call.path["folder"], call.path["group"]
    interval = int(body.get("interval") or 60)
    if interval % 10:
        text = f"invalid alert rule: interval ({interval}s) should be non-zero and divided exactly by scheduler interval: 10"
        raise call.refusal(400, text)
    _check_folder(call, folder)
    existing = {rule.uid for rule in call.store.rules()}
    rules = [_stored(call, rule, folder, group, interval, place) for place, rule in enumerate(body.get("rules") or ())]
    for rule in rules:
        if rule.uid not in existing and not call.modern:
            text = f"failed to update rule with UID {rule.uid} because could not find alert rule"
            raise call.refusal(500, f"failed to calculate diff for alert rules: {text}")
    call.store.put_rules(folder, group, rules)
    _keep_versions(call, rules)
    shown = [without(_shown(call, rule, 0), "provenance") for rule in rules]
    return Answer(200, {"title": group, "folderUid": folder, "interval": interval, "rules": shown})


def add_rule(call: Call) -> Answer:
    call.need("alert.rules:create")
    body = call.json()
    folder, group = str(body.get("folderUID") or ""), str(body.get("ruleGroup") or "")
    _check_folder(call, folder)
    existing = call.store.rules()
    if any(rule.uid == body.get("uid") for rule in existing):
        raise _conflict(call, str(body.get("uid")), body)
    inside = [rule for rule in existing if (rule.folder, rule.group) == (folder, group)]
    rule = _stored(call, body, folder, group, inside[0].interval if inside else 60, len(inside))
    for query in rule.body["data"]:
        query["model"] = {**query["model"], "intervalMs": 1000, "maxDataPoints": 43200}
    call.store.put_rules(folder, group, [*inside, rule])
    _keep_versions(call, [rule])
    return Answer(201, {**_shown(call, rule, call.store.next_id("alert_rule")), "updated": now()})


def _check_folder(call: Call, folder: str) -> None:
    if call.flavour.checks_rule_folders and call.store.folder(folder) is None:
        raise Refusal(400, "invalid alert rule: folder does not exist")


def delete_rule(call: Call) -> Answer:
    call.need("alert.rules:delete")
    call.store.delete_rule(call.path["uid"])
    return Answer(204, None)


def annotate(call: Call) -> Answer:
    call.need("annotations:create")
    body = call.json()
    if not body.get("text"):
        raise call.refusal(400, "text field should not be empty")
    at = int(time.time() * 1000)
    uid = str(body.get("dashboardUID") or "")
    if uid and call.store.dashboard(uid) is None:
        if call.modern:
            raise Refusal(500, "Error while checking annotation permissions")
        uid = ""  # 10 makes it an annotation of the organisation
    start = body.get("time") or at
    older = {"alertId": 0, "alertName": "", "newState": "", "prevState": "", "userId": 1}
    annotation = {
        "dashboardId": 0, "dashboardUID": uid, "panelId": int(body.get("panelId") or 0), "time": start,
        "timeEnd": body.get("timeEnd") or start, "created": at, "updated": at, "text": body["text"],
        "tags": body.get("tags") or [], "data": body.get("data") or {}, "login": call.who.login,
        "email": f"{call.who.login}@localhost", "avatarUrl": "", **({} if call.resources else older),
    }  # fmt: skip
    number = call.store.add_annotation(annotation)
    return Answer(200, {"id": number, "message": "Annotation added"})


def list_annotations(call: Call) -> Answer:
    """Return annotations that have all the tags and overlap the window, if it has both ends. The last to end come first."""
    wanted = set(call.tags) | {tag for tag in (call.query.get("tags") or "").split(",") if tag}
    start, end = call.number("from", 0), call.number("to", 0)
    found = [
        entry
        for entry in call.store.annotations()
        if wanted <= set(entry["tags"])
        and not (start > 0 and end > 0 and (entry["time"] > end or entry["timeEnd"] < start))
        and (call.query.get("type") != "annotation" or not entry.get("alertId"))
    ]
    found.sort(key=lambda entry: int(entry["timeEnd"]), reverse=True)
    return Answer(200, found[: call.number("limit", 100) or 100])


def _shown(call: Call, rule: StoredRule, number: int) -> dict[str, Any]:
    """Return a rule as the provisioning API shows it."""
    place = {"id": number, "uid": rule.uid, "orgID": 1, "folderUID": rule.folder, "ruleGroup": rule.group}
    newer = {**call.newer(notification_settings=None, record=None), **call.newest(keep_firing_for="0s")}
    return {**place, **rule.body, **newer, **({"provenance": rule.provenance} if rule.provenance else {})}


def _conflict(call: Call, uid: str, body: dict[str, Any]) -> Refusal:
    unique = "rule title under the same organisation and folder should be unique"
    if not call.modern:
        return call.refusal(500, f"a conflicting alert rule is found: {unique}")
    if not call.resources:
        rule = f"[rule_uid: '{uid}', title: '{body.get('title')}', namespace_uid: '{body.get('folderUID')}']"
        text = f"[alerting.alert-rule.conflict] alert rule {rule} conflicts with existing {rule}: {unique}"
        return Refusal(400, text)
    why = "UNIQUE constraint failed: alert_rule.org_id, alert_rule.uid"
    return Refusal(
        409,
        f"Failed to save alert rule '{uid}' in organization 1 due to conflict: {why}",
        extra={"Error": why, "OrgID": 1, "RuleUID": uid},
        messageId="alerting.alert-rule.conflict",
        statusCode=409,
    )


def _stored(call: Call, body: Any, folder: str, group: str, interval: int, place: int) -> StoredRule:
    if not isinstance(body, dict) or not body.get("title") or not body.get("data"):
        raise Refusal(400, "invalid alert rule")
    provenance = "" if call.headers.get("x-disable-provenance") else "api"
    document = {
        **{key: body.get(key) for key in ("title", "condition", "noDataState", "execErrState")},
        "data": [{"queryType": "", **query, "model": dict(query.get("model") or {})} for query in body["data"]],
        "labels": body.get("labels") or {},
        "annotations": body.get("annotations") or {},
        "isPaused": bool(body.get("isPaused")),
        "for": canonical(str(body.get("for") or "0s")),
        **call.newer(**{key: body[key] for key in _NEWER if body.get(key)}),
    }
    return StoredRule(str(body.get("uid") or ""), folder, group, place, interval, provenance, document)
