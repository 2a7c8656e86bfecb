"""A Grafana with at least one object of each kind, made through its API as people and tools do."""

from __future__ import annotations

from typing import Any

from dashkit._http import Connection

X = {"X-Disable-Provenance": "true"}
PROVISIONING = "/api/v1/provisioning"
#: The secrets that `fill` sets; no archive may hold them.
SECRETS = ("s3cr3t-header", "s3cr3t-hook", "s3cr3t-in-url")


def send(connection: Connection, method: str, path: str, body: Any, *, headers: dict[str, str] | None = None) -> Any:
    """A write that has to succeed."""
    answer = connection.write(method, path, body, headers=headers)
    assert answer.ok, (method, path, answer.status, answer.content[:500])
    return answer.json() if answer.content.strip() else None


def dashboard(uid: str, title: str, **more: Any) -> dict[str, Any]:
    panel = {
        "id": 1, "type": "timeseries", "title": "Requests", "gridPos": {"h": 8, "w": 12, "x": 0, "y": 0},
        "datasource": {"type": "prometheus", "uid": "bk-prom"}, "targets": [{"refId": "A", "expr": "up"}],
        "options": {}, "fieldConfig": {"defaults": {"min": 1.0}, "overrides": []},
    }  # fmt: skip
    return {"uid": uid, "title": title, "tags": ["bk"], "schemaVersion": 39, "panels": [panel], **more}


def fill(connection: Connection, *, modern: bool, run: str = "bk", people: bool = True) -> None:
    """One object and more of each kind; ``modern`` for 12. ``people`` makes users too, which a whole server shares."""
    datasource = {
        "uid": "bk-prom", "name": "Prometheus", "type": "prometheus", "access": "proxy",
        "url": "http://127.0.0.1:9090", "isDefault": True, "jsonData": {"httpMethod": "POST", "httpHeaderName1": "X-Key"},
        "secureJsonData": {"httpHeaderValue1": SECRETS[0]},
    }  # fmt: skip
    send(connection, "POST", "/api/datasources", datasource)
    send(connection, "POST", "/api/datasources", {
        "uid": "bk-loki", "name": "Loki", "type": "loki", "access": "proxy",
        "url": f"http://reader:{SECRETS[2]}@127.0.0.1:3100",
    })  # fmt: skip
    send(connection, "POST", "/api/folders", {"uid": "bk-team", "title": "Team"})
    if modern:
        send(connection, "POST", "/api/folders", {"uid": "bk-below", "title": "Below", "parentUid": "bk-team"})
    home = "bk-below" if modern else "bk-team"
    model = {"type": "stat", "title": "Shared", "targets": [{"refId": "A", "expr": "up"}], "options": {}}
    library = {"uid": "bk-lib", "name": "Shared", "kind": 1, "model": model, "folderUid": "bk-team"}
    send(connection, "POST", "/api/library-elements", library)
    uses = {
        "id": 2,
        "title": "Shared",
        "gridPos": {"h": 4, "w": 4, "x": 0, "y": 8},
        "libraryPanel": {"uid": "bk-lib", "name": "Shared"},
    }
    first = dashboard("bk-one", "One", nothing=None, refresh="30s")
    first["panels"].append(uses)
    send(connection, "POST", "/api/dashboards/db", {"dashboard": first, "folderUid": home, "message": "made"})
    send(connection, "POST", "/api/dashboards/db", {"dashboard": dashboard("bk-two", "Two"), "folderUid": ""})
    # An upper-case twin: file systems may not tell the two apart.
    send(connection, "POST", "/api/dashboards/db", {"dashboard": dashboard("BK-two", "Twin"), "folderUid": "bk-team"})
    team = send(connection, "POST", "/api/teams", {"name": f"{run}-team", "email": "team@example.org"})["teamId"]
    account = send(connection, "POST", "/api/serviceaccounts", {"name": f"{run}-robot", "role": "Editor"})["id"]
    items: list[dict[str, Any]] = [
        {"role": "Viewer", "permission": 1}, {"teamId": team, "permission": 2}, {"userId": account, "permission": 4}
    ]  # fmt: skip
    if people:
        new = {"login": f"{run}-ann", "email": "ann@example.org", "name": "Ann", "password": "first-one"}
        user = send(connection, "POST", "/api/admin/users", new)["id"]
        send(connection, "POST", f"/api/teams/{team}/members", {"userId": user})
        items.append({"userId": user, "permission": 2})
        send(connection, "POST", "/api/orgs", {"name": f"{run}-second"})
    send(connection, "POST", "/api/folders/bk-team/permissions", {"items": items[:2]})
    send(connection, "POST", "/api/dashboards/uid/bk-one/permissions", {"items": items})
    send(connection, "PUT", f"/api/teams/{team}/preferences", {"theme": "light", "homeDashboardUID": "bk-two"})
    send(connection, "PUT", "/api/org/preferences", {"theme": "dark", "homeDashboardUID": "bk-one"})
    _alerting(connection, home, modern=modern)
    _sharing(connection, modern=modern)


def _alerting(connection: Connection, folder: str, *, modern: bool) -> None:
    hook = {"url": "http://127.0.0.1:9/hook", "username": "u", "password": SECRETS[1]}
    point = {"uid": "bk-point", "name": "bk-pager", "type": "webhook", "settings": hook}
    send(connection, "POST", f"{PROVISIONING}/contact-points", point, headers=X)
    mail = {"uid": "bk-mail", "name": "bk-pager", "type": "email", "settings": {"addresses": "a@example.org"}}
    send(connection, "POST", f"{PROVISIONING}/contact-points", mail, headers=X)
    timing = {"name": "bk weekend/night", "time_intervals": [{"weekdays": ["saturday", "sunday"]}]}
    send(connection, "POST", f"{PROVISIONING}/mute-timings", timing, headers=X)
    text = '{{ define "bk" }}{{ .CommonLabels.alertname }}{{ end }}'
    send(connection, "PUT", f"{PROVISIONING}/templates/bk", {"template": text}, headers=X)
    route = {
        "receiver": "bk-pager", "object_matchers": [["severity", "=", "critical"]],
        "mute_time_intervals": ["bk weekend/night"],
    }  # fmt: skip
    default = connection.get(f"{PROVISIONING}/policies").object()["receiver"]  # what a fresh server has: it differs
    tree = {"receiver": default, "group_by": ["alertname"], "routes": [route]}
    send(connection, "PUT", f"{PROVISIONING}/policies", tree, headers=X)
    data = [
        {"refId": "A", "datasourceUid": "bk-prom", "relativeTimeRange": {"from": 600, "to": 0}, "model": {"refId": "A", "expr": "up"}},
        {"refId": "B", "datasourceUid": "__expr__", "relativeTimeRange": {"from": 0, "to": 0},
         "model": {"refId": "B", "type": "threshold", "expression": "A", "conditions": [{"evaluator": {"type": "lt", "params": [1.5]}}]}},
    ]  # fmt: skip
    for name in ("first", "second"):
        rule = {
            "uid": f"bk-{name}", "title": f"Down {name}", "condition": "B", "data": data, "noDataState": "NoData",
            "execErrState": "Error", "for": "5m", "labels": {"severity": "critical"}, "annotations": {"summary": "down"},
            "folderUID": folder, "ruleGroup": "bk group", "orgID": 1,
        }  # fmt: skip
        send(connection, "POST", f"{PROVISIONING}/alert-rules", rule, headers=X)


def _sharing(connection: Connection, *, modern: bool) -> None:
    for number in range(3):
        note = {
            "dashboardUID": "bk-one" if number else "", "panelId": number, "time": 1700000000000 + number,
            "timeEnd": 1700000060000, "text": "deployed", "tags": ["deploy"],
        }  # fmt: skip
        send(connection, "POST", "/api/annotations", note)
    # The same text at the same time, twice.
    send(
        connection,
        "POST",
        "/api/annotations",
        {"time": 1700000000000, "timeEnd": 1700000060000, "text": "deployed", "tags": ["deploy"]},
    )
    items = [{"type": "dashboard_by_uid", "value": "bk-one"}, {"type": "dashboard_by_tag", "value": "bk"}]
    send(connection, "POST", "/api/playlists", {"name": "Wall", "interval": "5m", "items": items})
    correlation = {
        "label": "logs",
        "targetUID": "bk-loki",
        "type": "query",
        "config": {"field": "job", "target": {"expr": "{}"}, "type": "query"},
    }
    send(connection, "POST", "/api/datasources/uid/bk-prom/correlations", correlation)


def share(connection: Connection, *, modern: bool) -> None:
    """What has a key of its own on the whole server: a snapshot, and on 12 a public dashboard."""
    snapshot = {"name": "Then", "key": "bksnapshot", "dashboard": dashboard("bk-one", "One")}
    send(connection, "POST", "/api/snapshots", snapshot)
    if modern:
        public = {"isEnabled": True, "share": "public", "accessToken": "0123456789abcdef0123456789abcdef"}
        send(connection, "POST", "/api/dashboards/uid/bk-one/public-dashboards/", public)


def add_v2(connection: Connection, namespace: str) -> None:
    """A dashboard that only the v2 schema can hold (12)."""
    spec = {
        "title": "Second form", "annotations": [], "cursorSync": "Off", "editable": True, "elements": {}, "links": [],
        "layout": {"kind": "GridLayout", "spec": {"items": []}}, "preload": False, "tags": [], "variables": [],
        "timeSettings": {
            "from": "now-6h", "to": "now", "autoRefresh": "", "autoRefreshIntervals": ["5s"], "fiscalYearStartMonth": 0,
            "hideTimepicker": False, "timezone": "browser",
        },
    }  # fmt: skip
    metadata = {"name": "bk-v2", "annotations": {"grafana.app/folder": "bk-team"}}
    body = {"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": metadata, "spec": spec}
    send(connection, "POST", f"/apis/dashboard.grafana.app/v2beta1/namespaces/{namespace}/dashboards", body)
