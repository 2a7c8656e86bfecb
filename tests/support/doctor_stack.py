"""A project whose alerts are each in another state, with a real Prometheus and a real Alertmanager that have its files."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import yaml

from dashkit.app.build import build_alerts
from dashkit.app.ports import Ports
from dashkit.cli.adapters import ports
from dashkit.config.project import load_project
from dashkit.export.rule_files import rule_file
from scripts.demo_exporter.curves import Windows
from scripts.demo_exporter.incidents import INCIDENTS
from scripts.demo_exporter.real import free_port, program
from scripts.demo_exporter.serve import epoch, server, targets
from tests.support import rules
from tests.support.project import catalogues
from tests.support.prometheus import serving

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
_ALERTS = """
from dashkit.authoring import RecordingRule, plain_alert, rule_group

def made(name, expr, severity="low", wait="", **labels):
    return plain_alert(name, expr, wait=wait, severity=severity, labels=labels)

groups = [rule_group(
    "doctor", "lab",
    RecordingRule("lab:up:count", "count by (job) (up)"),
    made("Fires", "up{job='prometheus'} > 0", severity="critical", system="lab"),
    made("Inhibited", "up{job='prometheus'} > 0.5", severity="high", system="lab"),
    made("Silenced", "up{job='prometheus'} > 0.2", team="night"),
    made("Waits", "up{job='prometheus'} == 1", wait="1h"),
    made("Calm", "prometheus_tsdb_head_series > 1e9"),
    made("CalmBelow", "up{job='prometheus'} < 1"),
    made("NoMetric", "prometheus_tsdb_head_seris > 1"),
    made("NoValue", "rate(prometheus_http_requests_total{handler='/api/v1/rulez'}[5m]) > 1"),
    made("NoLabel", "prometheus_tsdb_head_series{shard='a'} > 1"),
    made("NoMatch", "up{job='prometheus'} * on (job, version) prometheus_build_info > 0"),
    made("Either", "nothing_of_the_kind > 1 or prometheus_tsdb_head_series > 1e9"),
    made("Gone", "absent(up)"),
    made("NotLoaded", "prometheus_tsdb_head_series > 2e9"),
    made("Differs", "prometheus_tsdb_head_series > 3e9"),
    made("Pages", "prometheus_tsdb_head_series > 5e9", severity="critical", system="other"),
    # Two series from the first evaluation on: while there was one, it would fire.
    made("Broken", 'up * on (nothing) (label_replace(vector(1), "a", "1", "", "") or vector(1))'),
)]
"""
_ROUTING = """
from dashkit.authoring import Inhibition, Receiver, Route, Routing, Webhook

routing = Routing(
    default="chat",
    receivers=(
        Receiver("chat", (Webhook("{pager}/chat"),)),
        Receiver("pager", (Webhook("{pager}"),)),
        Receiver("nobody", (Webhook("{pager}/nobody"),)),
    ),
    routes=(
        Route({{"severity": "critical"}}, "pager", wait="0s", go_on=True),
        Route({{"severity": "critical|high"}}, "chat", wait="0s", group_by=("alertname",)),
        Route({{"severity": "none"}}, "nobody"),
        Route({{"instance": "other:1"}}, "nobody"),
    ),
    inhibitions=(Inhibition({{"severity": "critical"}}, {{"severity": "high"}}, ("system",)),),
)
"""
_DASHBOARD = """
from dashkit.authoring import new_dashboard, prometheus, timeseries
panels = [timeseries("Month", prometheus("sum_over_time(up[40d])"))]
dashboard = new_dashboard("Long", uid="long", panels=panels)
"""
_CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {{site: lab}}}}
rule_files: ["{rules}", "{project}"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
scrape_configs:
  - {{job_name: prometheus, static_configs: [{{targets: ["%s"]}}]}}
  - {{job_name: gone, static_configs: [{{targets: ["127.0.0.1:1"]}}]}}
  - {{job_name: limited, sample_limit: 1, static_configs: [{{targets: ["{alertmanager}"]}}]}}
  - {{job_name: demo, http_sd_configs: [{{url: "http://{demo}/sd"}}]}}
"""


@dataclass
class Lab:
    """Where everything is; ``calls`` are the bodies that the receiver `pager` was sent."""

    folder: Path
    prometheus: str
    alertmanager: str
    ports: Ports
    silence: str
    calls: list[dict[str, Any]] = field(default_factory=list)


@contextlib.contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    """Everything running, and each alert in its state."""
    calls: list[dict[str, Any]] = []
    with contextlib.ExitStack() as running:
        pager = running.enter_context(_served(_receiver(calls)))
        _write(folder, f"http://127.0.0.1:{pager.server_port}/pager")
        wired = ports(load_project(folder), lambda event: None)
        build_alerts(None, wired, None)
        _spoil(folder / "build/rules/lab.yml")
        am = [
            str(ALERTMANAGER), f"--config.file={folder / 'build/alertmanager/alertmanager.yml'}",
            f"--storage.path={folder / 'am'}", "--cluster.listen-address=",
        ]  # fmt: skip
        address = running.enter_context(program(am, "/-/ready"))
        silence = _silence(f"http://{address}")
        demo = running.enter_context(_served(_demo()))
        config = _CONFIG.format(
            rules=folder / "build/rules/lab.yml",
            project=_project(folder),
            alertmanager=address,
            demo=f"127.0.0.1:{demo.server_port}",
        )
        url = running.enter_context(serving(config, folder, "--scrape.discovery-reload-interval=1s"))
        found = Lab(folder, url, f"http://{address}", wired, silence, calls)
        _wait(found)
        yield found


def _write(folder: Path, pager: str) -> None:
    for name, text in {
        "dashkit.yaml": "project: lab\n",
        "dashboards/long.py": _DASHBOARD,
        "dashboards/alerts/lab.py": _ALERTS,
        "dashboards/alerts/routing.py": _ROUTING.format(pager=pager),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _spoil(path: Path) -> None:
    """Leave a rule out, change one, and add one that nobody knows."""
    value = yaml.safe_load(path.read_text())
    kept = [rule for rule in value["groups"][0]["rules"] if rule.get("alert") != "NotLoaded"]
    for rule in kept:
        if rule.get("alert") == "Differs":
            rule |= {"expr": "prometheus_tsdb_head_series > 4e9", "for": "5m"}
    value["groups"][0]["rules"] = [*kept, {"alert": "Stranger", "expr": "vector(0) > 1"}]
    path.write_text(yaml.safe_dump(value))


def _project(folder: Path) -> Path:
    """All rules of this repository, which are loaded, but not evaluated meanwhile."""
    value = rule_file(rules.compiled()[0], rules.LINKS)
    path = folder / "project.yml"
    path.write_text(json.dumps({"groups": [{**group, "interval": "1d"} for group in value["groups"]]}))
    return path


def _silence(url: str) -> str:
    matcher = {"name": "team", "value": "night", "isRegex": False, "isEqual": True}
    now = time.time()
    times = {
        key: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        for key, at in (("startsAt", now - 1), ("endsAt", now + 3600))
    }
    body = {"matchers": [matcher], **times, "createdBy": "ann", "comment": "works on it"}
    answer = requests.post(f"{url}/api/v2/silences", json=body, timeout=5)
    return str(answer.json()["silenceID"])


def _demo() -> ThreadingHTTPServer:
    """The two orchestrators of the demo, of which an incident keeps one from answering."""
    incident = next(entry for entry in INCIDENTS if entry.name == "orchestrator-instance-down")
    now = time.time()
    known = [(incident, Windows(((now - 3600, now + 3600),)))]
    found = targets(catalogues(), epoch(now), known)
    return server([entry for entry in found if entry[0].job == "orchestrator"], 0)


def _receiver(calls: list[dict[str, Any]]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/pager":
                calls.append(body)
            # Alertmanager does not try again after a 400, which counts as failed at once.
            self.send_response(200 if self.path == "/pager" else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)


@contextlib.contextmanager
def _served(listening: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield listening
    finally:
        listening.shutdown()
        listening.server_close()


def _wait(found: Lab) -> None:
    """Wait until all rules were evaluated on real scrapes, and Alertmanager has the alerts that fire."""

    def evaluated() -> bool:
        groups = requests.get(f"{found.prometheus}/api/v1/rules", timeout=5).json()["data"]["groups"]
        states = {rule["name"]: rule.get("state") for group in groups for rule in group["rules"]}
        health = {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}
        return states.get("Waits") == "pending" and health.get("Broken") == "err"

    def scraped() -> bool:
        listed = requests.get(f"{found.prometheus}/api/v1/targets", timeout=5).json()["data"]["activeTargets"]
        return len(listed) == 5 and all(target["health"] != "unknown" for target in listed)

    def held() -> bool:
        alerts = requests.get(f"{found.alertmanager}/api/v2/alerts", timeout=5).json()
        return {"Fires", "Inhibited", "Silenced"} <= {alert["labels"]["alertname"] for alert in alerts}

    until(lambda: evaluated() and scraped() and held(), found.folder / "prometheus.log")


def until(true: Callable[[], bool], log: Path | None = None) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.2)
    raise AssertionError(f"it never came: {log.read_text()[-1500:] if log else ''}")
