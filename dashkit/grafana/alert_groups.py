"""Grafana-managed alert rules, by the ruler (to read) and the provisioning API (to write).

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from dashkit._http import Connection
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect
from dashkit.grafana.proofs import proved
from dashkit.model.durations import seconds
from dashkit.model.live import GrafanaAlertGroup

_BASE = "/api/v1/provisioning"
#: Without it Grafana would let nobody change the rules in its UI.
_EDITABLE = {"X-Disable-Provenance": "true"}
#: What people set in the UI and dashkit does not, with what stands for nothing: where it is set, the rule was edited.
_ADDED = {
    "keep_firing_for": "0s",
    "notification_settings": None,
    "record": None,
    "missing_series_evals_to_resolve": None,
}
_SPELT = {"missing_series_evals_to_resolve": "missingSeriesEvalsToResolve"}
_KEPT = ("refId", "queryType", "relativeTimeRange", "datasourceUid", "model")


def read_groups(connection: Connection) -> list[GrafanaAlertGroup]:
    """Every group of the organisation, in one request."""
    found = []
    for groups in expect(connection.get("/api/ruler/grafana/api/v1/rules")).object().values():
        for group in groups:
            rules = [rule for rule in group.get("rules") or () if "grafana_alert" in rule]
            if rules:
                folder = str(rules[0]["grafana_alert"].get("namespace_uid") or "")
                named = (str(rule["grafana_alert"].get("provenance") or "") for rule in rules)
                provenance = next(filter(None, named), "")
                interval = int(seconds(str(group.get("interval") or "1m")))
                found.append(
                    GrafanaAlertGroup(folder, str(group["name"]), interval, tuple(map(_rule, rules)), provenance)
                )
    return found


def require_folder(connection: Connection, uid: str) -> None:
    """`ServerError` where the folder is not there: 12.3 would take a group for it, and then not list its rules any more."""
    expect(connection.get(f"/api/folders/{uid}"))


def put_group(connection: Connection, group: GrafanaAlertGroup, known: frozenset[str], *, new_by_group: bool) -> None:
    """Bring a group to what it shall be; its folder has to exist (see `require_folder`).

    ``known`` are the uids that there are. Without ``new_by_group`` (10) a new rule cannot come with its group: it is created
    first.
    """
    place = {"folderUID": group.folder_uid, "ruleGroup": group.name}
    rules = [_sent(rule) | place for rule in group.rules]
    if not new_by_group:
        for rule in rules:
            if rule["uid"] not in known:
                answer = expect(connection.write("POST", f"{_BASE}/alert-rules", rule, headers=_EDITABLE))
                proved(answer, "POST", f"{_BASE}/alert-rules")
    body = {"title": group.name, "folderUid": group.folder_uid, "interval": group.interval, "rules": rules}
    path = f"{_BASE}/folder/{group.folder_uid}/rule-groups/{quote(group.name, safe='')}"
    proved(expect(connection.write("PUT", path, body, headers=_EDITABLE)), "PUT", path)


def delete_rules(connection: Connection, uids: Iterable[str]) -> None:
    """Delete rules; one that is gone already is no failure."""
    for uid in sorted(uids):
        path = f"{_BASE}/alert-rules/{uid}"
        answer = expect(connection.delete(path, headers=_EDITABLE), 404)
        if answer.ok:
            proved(answer, "DELETE", path)


def _sent(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The ruler and the provisioning API spell one key differently."""
    return {_SPELT.get(key, key): value for key, value in rule.items()}


def _rule(entry: dict[str, Any]) -> dict[str, Any]:
    """One of the ruler's rules with the keys of the provisioning API."""
    alert = entry.get("grafana_alert")
    if not isinstance(alert, dict):
        raise ServerError("answered with a rule that is none of Grafana's", where="/api/ruler")
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
