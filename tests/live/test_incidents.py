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
from tests.support.narrow import affected, narrowed, reads
from tests.support.project import catalogues
from tests.support.prometheus import missing

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


#: The samples of every series by the minute, by the name and the labels.
Series = dict[tuple[str, str], list[float]]


@pytest.fixture(scope="module")
def groups(built: Path) -> list[dict[str, Any]]:
    """The groups of all rules."""
    files = sorted((built / "rules").glob("*.yml"))
    return [group for file in files for group in yaml.load(file.read_text(), yaml.CSafeLoader)["groups"]]


@pytest.fixture(scope="module")
def calm(groups: list[dict[str, Any]]) -> Series:
    """An ordinary day."""
    return scenario(groups, None)


def scenario(groups: list[dict[str, Any]], incident: Incident | None) -> Series:
    """Every series that the rules read."""
    read_by_rules = {name for group in groups for rule in group["rules"] for name in reads(rule["expr"])}
    start, minutes = 1_000_000 * 60.0, CALM + LATER
    windows = Windows(((start + CALM * 60, start + 3600 * 6),)) if incident else Windows(())
    known = [(incident, windows)] if incident else []
    found: Series = {}
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
                key = name, json.dumps(sorted({**labels, **entry.target.added}.items()))
                series = found.setdefault(key, [float("nan")] * minutes)
                series[minute] = 0.0 if gone else value
    return found


def firing(built: Path, groups: list[dict[str, Any]], found: Series) -> list[dict[str, str]]:
    """The labels of all alerts that fire once the incident has been on for a while."""
    names = {name for group in groups for rule in group["rules"] for name in reads(rule["expr"])}
    series = []
    for (name, labels), values in found.items():
        if name in names:
            text = ",".join(f"{label}={json.dumps(value)}" for label, value in json.loads(labels))
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
    path = built / "scenario.json"
    path.with_name("evaluated.json").write_text(json.dumps({"groups": groups}))
    path.write_text(json.dumps({"rule_files": ["evaluated.json"], "evaluation_interval": "1m", "tests": [test]}))
    result = subprocess.run(
        ["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=300, check=False
    )
    text = result.stdout + result.stderr
    assert "got:" in text or "SUCCESS" in text, text[-2000:]
    alerts = re.findall(r"ALERTS\{([^}]*)\} 1", text) or re.findall(r"\{__name__=\"ALERTS\", ([^}]*)\} 1", text)
    return [dict(re.findall(r'(\w+)="([^"]*)"', alert)) for alert in alerts]


def same(found: Series, calm: Series, key: tuple[str, str]) -> bool:
    """Whether a series is the same in both; NaN stands for no sample."""
    return key in found and key in calm and repr(found[key]) == repr(calm[key])


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


def test_nothing_fires_on_an_ordinary_day(built: Path, groups: list[dict[str, Any]], calm: Series) -> None:
    assert {alert["alertname"] for alert in firing(built, groups, calm)} == {"Watchdog"}


def test_every_incident_is_listed() -> None:
    assert {incident.name for incident in INCIDENTS} == PAGES.keys()


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident.name)
def test_an_incident_is_noticed_and_calls_at_most_once_for_a_service_and_symptom(
    built: Path, groups: list[dict[str, Any]], calm: Series, alertmanager: str, incident: Incident
) -> None:
    found = scenario(groups, incident)
    # The others say what they say on an ordinary day.
    changed = {name for name, labels in found.keys() | calm.keys() if not same(found, calm, (name, labels))}
    alerts = firing(built, narrowed(groups, affected(groups, changed)), found)
    assert alerts, "nobody notices it"
    calls = [alert for alert in sent(alertmanager, alerts) if alert["receivers"] == [{"name": "on-call"}]]
    about = Counter((alert["labels"].get("service", ""), alert["labels"]["symptom"]) for alert in calls)
    assert set(about) == PAGES[incident.name], sorted(alert["alertname"] for alert in alerts)
    assert set(about.values()) <= {1}, calls
