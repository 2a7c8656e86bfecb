"""A project with an alert, a recording rule and routing, and a Grafana that evaluates them."""

from __future__ import annotations

from typing import Any

import requests

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Project

ADMIN = ("admin", "admin")
DASHBOARD = (
    "from dashkit.authoring import new_dashboard as new, prometheus, timeseries\n"
    "dashboard = new('Overview', uid='overview', panels=[timeseries('Errors', prometheus('up'), key='errors')])\n"
)
ALERTS = """
from dashkit.authoring.alerts import HIGH, alert, fires, quiet, record, rule_group
from dashkit.model.alerts import Runbook

groups = [
    rule_group(
        "shop", "shop",
        record("shop:errors:rate5m", "sum(rate(errors_total[5m]))"),
        alert(
            "ShopBroken", "sum by (service) (rate(errors_total[$__rate_interval]))", above={limit}, severity=HIGH,
            symptom="errors", summary="[service] is broken", description="{{value}} errors, more than {{limit}}.",
            runbook=Runbook(("Look at the log.",), ("Roll back.",)), panel=("overview", "errors"),
            tests=[fires({{'errors_total{{service="a"}}': "0+600x60"}}), quiet({{'errors_total{{service="a"}}': "0x60"}})],
        ),
    )
]
"""
ROUTING = """
from dashkit.model.routing import Receiver, Route, Routing, Slack
routing = Routing("chat", (Receiver("chat", (Slack("#x", "slack-url"),)),), (Route({"severity": "high"}, "chat"),))
"""


def write_shop(project: Project) -> Project:
    """Write the modules of a shop whose alert links to a panel of its dashboard."""
    project.write("dashboards/ops/overview.py", DASHBOARD)
    project.write("dashboards/alerts/shop.py", ALERTS.format(limit=1))
    project.write("dashboards/alerts/routing.py", ROUTING)
    project.write(
        "dashkit.yaml",
        "project: test\nalerts: {grafana: 'https://g.example.org', runbooks: 'https://r.example.org'}\n",
    )
    return project


def evaluated(shop: Project, running: RunningSandbox) -> None:
    """Give the project a context whose Grafana evaluates the alerts."""
    shop.write(
        "dashkit.yaml",
        "project: test\ncontexts:\n"
        f"  here: {{url: '{running.url}', user: admin, password_command: echo admin, evaluator: grafana, "
        "recording: prometheus}\n",
    )


def ruler(running: RunningSandbox) -> dict[str, Any]:
    url = f"{running.url}/api/ruler/grafana/api/v1/rules"
    value: dict[str, Any] = requests.get(url, auth=ADMIN, timeout=5).json()
    return value


def edit_rule(running: RunningSandbox) -> None:
    """Let the alert of the shop wait longer, as a person does in the UI."""
    (folder,) = ruler(running)
    group = ruler(running)[folder][0]
    alert = group["rules"][0]["grafana_alert"]
    rule = {
        "uid": alert["uid"], "title": alert["title"], "condition": alert["condition"], "data": alert["data"],
        "noDataState": "OK", "execErrState": "Error", "for": "9m", "labels": group["rules"][0]["labels"],
        "annotations": group["rules"][0]["annotations"],
    }  # fmt: skip
    url = f"{running.url}/api/v1/provisioning/folder/{alert['namespace_uid']}/rule-groups/shop"
    body = {"interval": 60, "rules": [rule]}
    requests.put(url, json=body, headers={"X-Disable-Provenance": "true"}, auth=ADMIN, timeout=5).raise_for_status()
