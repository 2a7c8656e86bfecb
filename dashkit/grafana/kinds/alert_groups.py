"""Grafana-managed alert rules. Grafana replaces them group by group. The ruler reads them, the provisioning API writes them.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from dashkit._http import Connection
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect
from dashkit.grafana.kinds.notifications import BASE, EDITABLE
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write
from dashkit.model.durations import seconds
from dashkit.model.item import Item, Limits, group_item
from dashkit.model.live import GrafanaAlertGroup

#: What people set in the UI and dashkit does not, with the value that means nothing. If it is set, the rule was edited.
_ADDED = {
    "keep_firing_for": "0s",
    "notification_settings": None,
    "record": None,
    "missing_series_evals_to_resolve": None,
}
#: A key that the provisioning API spells differently.
_SPELT = {"missing_series_evals_to_resolve": "missingSeriesEvalsToResolve"}
_KEPT = ("refId", "queryType", "relativeTimeRange", "datasourceUid", "model")


def read_groups(connection: Connection) -> list[GrafanaAlertGroup]:
    """Return every group of the organisation, in one request."""
    found = []
    for groups in expect(connection.get("/api/ruler/grafana/api/v1/rules")).object().values():
        for group in groups:
            if rules := [rule for rule in group.get("rules") or () if "grafana_alert" in rule]:
                folder = str(rules[0]["grafana_alert"].get("namespace_uid") or "")
                provenances = (str(rule["grafana_alert"].get("provenance") or "") for rule in rules)
                found.append(
                    GrafanaAlertGroup(
                        folder, str(group["name"]), int(seconds(str(group.get("interval") or "1m"))),
                        tuple(map(_rule, rules)), next(filter(None, provenances), ""),
                    )
                )  # fmt: skip
    return found


def read_versions(connection: Connection, uid: str) -> list[dict[str, Any]]:
    """Return the versions of a rule, newest first. Grafana shows them from 12 on, to those who may read the rule."""
    response = connection.get(f"/api/ruler/grafana/api/v1/rule/{quote(uid, safe='')}/versions")
    return [_rule(entry) for entry in response.objects()] if response.ok else []


def _rule(entry: dict[str, Any]) -> dict[str, Any]:
    """Convert one of the ruler's rules to the keys of the provisioning API."""
    alert = entry.get("grafana_alert")
    if not isinstance(alert, dict):
        raise ServerError("answered with a rule that is not Grafana-managed", where="/api/ruler")
    seen = {**entry, **alert}
    return {
        **{key: seen[key] for key, nothing in _ADDED.items() if seen.get(key) not in (None, nothing)},
        "uid": str(alert.get("uid")),
        "title": str(alert.get("title")),
        "condition": alert.get("condition"),
        "data": [{key: query.get(key) for key in _KEPT} for query in alert.get("data") or ()],
        "noDataState": alert.get("no_data_state"),
        "execErrState": alert.get("exec_err_state"),
        "for": entry.get("for") or "0s",
        "labels": entry.get("labels") or {},
        "annotations": entry.get("annotations") or {},
        "isPaused": bool(alert.get("is_paused")),
    }


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    return map(group_item, read_groups(scope.connection))


def _write(scope: Scope, wanted: Write) -> None:
    content = wanted.item.content
    folder, name = str(content["folder"]), str(content["group"])
    if scope.server.number < (11,) and any("record" in rule for rule in content["rules"]):
        # It would drop that key, and notify people instead.
        text = f"Grafana {scope.server.version} has no recording rules, and would turn them into alerts"
        raise ServerError(text, status=422)
    if folder not in scope.folders_seen:
        # 12.3 would accept a group in a missing folder, and then no longer list its rules.
        scope.get(f"/api/folders/{folder}")
        scope.folders_seen.add(folder)
    place = {"folderUID": folder, "ruleGroup": name}
    rules = [{_SPELT.get(key, key): value for key, value in rule.items()} | place for rule in content["rules"]]
    if not scope.server.new_rules_by_group:
        known = {str(rule["uid"]) for live in read_groups(scope.connection) for rule in live.rules}
        for rule in rules:
            if rule["uid"] not in known:
                scope.send("POST", f"{BASE}/alert-rules", rule, headers=EDITABLE)
    body = {"title": name, "folderUid": folder, "interval": int(content["interval"]), "rules": rules}
    scope.send("PUT", f"{BASE}/folder/{folder}/rule-groups/{quote(name, safe='')}", body, headers=EDITABLE)


def _delete(scope: Scope, item: Item) -> None:
    for uid in sorted({str(rule["uid"]) for rule in item.content["rules"]}):
        scope.delete(f"{BASE}/alert-rules/{uid}", headers=EDITABLE)


HANDLER = KindHandler(_read, _write, delete=_delete)
