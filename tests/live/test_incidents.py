"""Each incident of the demo exporter, driven through the rules and the routing: who is called, and how often.

promtool plays the scenario at one sample a minute; a real Alertmanager with the built configuration says what is inhibited.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from scripts.demo_exporter.curves import Windows
from scripts.demo_exporter.incidents import INCIDENTS, Incident
from scripts.demo_exporter.model import all_series
from scripts.demo_exporter.real import program
from scripts.demo_exporter.serve import down
from tests.support import rules
from tests.support.project import catalogues
from tests.support.prometheus import missing
from tests.support.reading import read

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}"),
    pytest.mark.skipif(ALERTMANAGER is None, reason="Alertmanager is not installed"),
]

#: Minutes before an incident begins, and after which it is looked at.
CALM, LATER = 30, 22

#: The alerts that call somebody, by incident: service and symptom. Others make tickets only.
PAGES: dict[str, set[tuple[str, str]]] = {
    "gateway-errors": {("api-gateway", "errors")},
    "gateway-slow": {("api-gateway", "latency")},
    "orchestrator-instance-down": set(),
    "provider-limit": set(),
    "database-lost": {("", "dependency"), ("database", "database")},
    "crash-loop": set(),
    "records-lag": set(),
    "coordination-failures": set(),
    "brute-force": set(),
    "generation-slow": set(),
    "unsure-model": set(),
    "disk-full": {("hosts", "saturation-disk")},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rules.write(Path(tmp_path_factory.mktemp("incidents")))


@pytest.fixture(scope="module")
def alertmanager(built: Path) -> Iterator[str]:
    """The address of an Alertmanager with the project's routing; it sends nothing to anybody but this machine's loopback."""
    config = yaml.safe_load((built / "alertmanager" / "alertmanager.yml").read_text())
    for receiver in config["receivers"]:
        # The same names without ways to send: the routes and inhibitions are what is tried.
        for kind in [key for key in receiver if key != "name"]:
            del receiver[kind]
    (built / "am.yml").write_text(yaml.safe_dump(config))
    command = [str(ALERTMANAGER), f"--config.file={built / 'am.yml'}", f"--storage.path={built / 'am'}"]
    with program([*command, "--cluster.listen-address="], "/-/ready") as address:
        yield f"http://{address}"


def scenario(incident: Incident | None) -> dict[str, list[float]]:
    """Every series that the rules read, by the minute."""
    read_by_rules = {
        selector.name for group in rules.compiled()[0] for rule in group.rules for selector in read(rule.expr).selectors
    }
    start, minutes = 1_000_000 * 60.0, CALM + LATER
    windows = Windows(((start + CALM * 60, start + 3600 * 6),)) if incident else Windows(())
    known = [(incident, windows)] if incident else []
    found: dict[str, list[float]] = {}
    for entry in all_series(catalogues(), start - 3600, known):
        if not read_by_rules & set(entry.metric.series_names()):
            continue
        off = down(entry.target, known)
        for minute in range(minutes):
            t = start + minute * 60
            gone = any(window.on(t) for window in off)
            if gone and entry.metric.name != "up":
                continue
            for name, labels, value in entry.samples(t):
                if name not in read_by_rules:
                    continue
                key = json.dumps([name, sorted({**labels, **entry.target.added}.items())])
                series = found.setdefault(key, [float("nan")] * minutes)
                series[minute] = 0.0 if gone else value
    return found


def firing(built: Path, incident: Incident | None) -> list[dict[str, str]]:
    """The labels of all alerts that fire once the incident has been on for a while."""
    series = []
    for key, values in scenario(incident).items():
        name, labels = json.loads(key)
        text = ",".join(f"{label}={json.dumps(value)}" for label, value in labels)
        samples = " ".join("_" if value != value else f"{value:.10g}" for value in values)
        series.append({"series": f"{name}{{{text}}}", "values": samples})
    test = {
        "interval": "1m",
        "input_series": series,
        # Nothing is expected: what there is, promtool prints.
        "promql_expr_test": [
            {"expr": 'ALERTS{alertstate="firing"}', "eval_time": f"{CALM + LATER - 1}m", "exp_samples": []}
        ],
    }
    files = [str(path) for path in sorted((built / "rules").glob("*.yml"))]
    path = built / "scenario.yml"
    path.write_text(json.dumps({"rule_files": files, "evaluation_interval": "1m", "tests": [test]}))
    result = subprocess.run(
        ["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=300, check=False
    )
    text = result.stdout + result.stderr
    assert "got:" in text or "SUCCESS" in text, text[-2000:]
    alerts = re.findall(r"ALERTS\{([^}]*)\} 1", text) or re.findall(r"\{__name__=\"ALERTS\", ([^}]*)\} 1", text)
    return [dict(re.findall(r'(\w+)="([^"]*)"', alert)) for alert in alerts]


def sent(url: str, alerts: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Those of the alerts that Alertmanager would send, with their receivers."""
    labels = [{key: value for key, value in alert.items() if key != "alertstate"} for alert in alerts]
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600))
    body = [{"labels": entry, "endsAt": ends} for entry in labels]
    requests.post(f"{url}/api/v2/alerts", json=body, timeout=10).raise_for_status()
    time.sleep(1.5)  # inhibition looks at what the dispatcher has seen
    found = requests.get(f"{url}/api/v2/alerts", params={"inhibited": "false"}, timeout=10).json()
    gone = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1))
    requests.post(
        f"{url}/api/v2/alerts", json=[{**entry, "endsAt": gone} for entry in body], timeout=10
    ).raise_for_status()
    wanted = [tuple(sorted(entry.items())) for entry in labels]
    return [alert for alert in found if tuple(sorted(alert["labels"].items())) in wanted]


def test_nothing_fires_on_an_ordinary_day(built: Path) -> None:
    assert {alert["alertname"] for alert in firing(built, None)} == {"Watchdog"}


def test_every_incident_is_listed() -> None:
    assert {incident.name for incident in INCIDENTS} == PAGES.keys()


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident.name)
def test_an_incident_is_noticed_and_calls_at_most_once_for_a_service_and_symptom(
    built: Path, alertmanager: str, incident: Incident
) -> None:
    alerts = firing(built, incident)
    assert {alert["alertname"] for alert in alerts} - {"Watchdog"}, "nobody notices it"
    calls = [alert for alert in sent(alertmanager, alerts) if alert["receivers"] == [{"name": "on-call"}]]
    about = Counter((alert["labels"].get("service", ""), alert["labels"]["symptom"]) for alert in calls)
    assert set(about) == PAGES[incident.name], sorted(alert["alertname"] for alert in alerts)
    assert set(about.values()) <= {1}, calls
