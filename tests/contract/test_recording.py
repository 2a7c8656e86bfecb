"""Recording rules that a Grafana evaluates: kept as they were sent, and read by alerts that then fire."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from dashkit.authoring.alerts import rule_group
from dashkit.authoring.slo import Objective, Ratio, burn_rate_alerts, recording_rules
from dashkit.deploy.alert_groups import desired_rules, edited
from dashkit.deploy.alert_plan import plan_groups
from dashkit.deploy.apply import apply
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.steps import Action
from dashkit.model.alerts import AlertGroup, Runbook
from dashkit.model.item import Item, group_item
from dashkit.model.live import GrafanaAlertGroup
from tests.contract.conftest import Rig
from tests.support.prometheus import missing, serving

#: All that Prometheus itself answers, and of it what went well: a budget that is spent at once.
SLI = Ratio("prometheus_http_requests_total", 'prometheus_http_requests_total{code="200"}')


def slo(run: str) -> AlertGroup:
    objective = Objective("ct", f"ct-{run}", "availability", SLI, 0.999, floor=0.001)
    alerts = burn_rate_alerts(
        objective, "Burns", runbook=Runbook(("look",), ("mend",)), symptom="errors", what="the test", ticket=None
    )
    return rule_group(f"ct-{run}", "ct", *recording_rules(objective), *alerts, interval="10s")


class Slo:
    """The groups of one objective in a folder of a server."""

    def __init__(self, rig: Rig, datasource: str) -> None:
        self.rig, self.folder, self.datasource = rig, f"ct{rig.run}-slo", datasource
        rig.grafana.put(Item("folders", self.folder, "", {"title": f"Contract {rig.run} SLO", "folder": ""}), None)
        self.wanted = desired_rules(
            [slo(rig.run)], folder_uid=self.folder, datasource=datasource, owner=rig.adjustments.tag,
            uid_prefix=f"c{rig.run}-", recording=True,
        )  # fmt: skip

    def live(self) -> list[GrafanaAlertGroup]:
        return [group for group in self.rig.grafana.alert_groups() if group.folder_uid == self.folder]

    def plan(self) -> list[Action]:
        return [step.action for step in plan_groups(self.wanted, self.live(), self.rig.adjustments.tag, Policy())]

    def push(self) -> None:
        steps = plan_groups(self.wanted, self.live(), self.rig.adjustments.tag, Policy())
        assert [str(one.error) for one in apply((), steps, self.rig.grafana).outcomes if one.error] == []

    def clean(self) -> None:
        for group in self.live():
            self.rig.grafana.remove(group_item(group))
        self.rig.connection.delete(f"/api/folders/{self.folder}")


def test_recording_rules_are_kept_as_they_were_sent(rig: Rig) -> None:
    if not rig.grafana.recording_rules:
        pytest.skip("this server evaluates no recording rules")
    found = Slo(rig, "prometheus")
    try:
        found.push()
        assert found.plan() == [Action.KEEP] * 3
        assert not any(edited(rule) for group in found.live() for rule in group.rules)
    finally:
        found.clean()


@pytest.mark.soak
def test_an_alert_on_an_objective_fires(rig: Rig, tmp_path: Path) -> None:
    """On a real Grafana with a real Prometheus: what is recorded arrives, and the alert that reads it fires."""
    if missing() or "127.0.0.1" not in rig.url or not _evaluates(rig):
        pytest.skip("needs a Prometheus and, on the same machine, a real Grafana that evaluates recording rules")
    config = "global: {scrape_interval: 2s}\nscrape_configs:\n- job_name: self\n  static_configs: [{targets: ['%s']}]\n"
    with serving(config, tmp_path, "--web.enable-remote-write-receiver") as url:
        uid = f"ct{rig.run}-prom"
        body = {
            "uid": uid, "name": uid, "type": "prometheus", "access": "proxy", "url": url,
            "jsonData": {"prometheusType": "Prometheus", "httpMethod": "POST", "timeInterval": "2s"},
        }  # fmt: skip
        rig.api("POST", "/api/datasources", body)
        found = Slo(rig, uid)
        try:
            found.push()
            assert _waited(lambda: bool(_series(url, "slo:error_ratio:rate1h")), 90), "nothing was recorded"
            assert _waited(lambda: _state(rig, "Burns") == "firing", 240), _state(rig, "Burns")
        finally:
            found.clean()
            rig.connection.delete(f"/api/datasources/uid/{uid}")


def _evaluates(rig: Rig) -> bool:
    answer = rig.connection.get("/api/prometheus/grafana/api/v1/rules")
    return answer.ok and rig.grafana.recording_rules


def _series(url: str, expr: str) -> list[object]:
    found: list[object] = requests.get(f"{url}/api/v1/query", {"query": expr}, timeout=5).json()["data"]["result"]
    return found


def _state(rig: Rig, name: str) -> str:
    groups = rig.api("GET", "/api/prometheus/grafana/api/v1/rules")["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"] if rule["name"].startswith(name)]
    return str(rules[0]["state"]) if rules else "gone"


def _waited(come: object, seconds: float) -> bool:
    assert callable(come)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if come():
            return True
        time.sleep(2)
    return False
