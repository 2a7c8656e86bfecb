"""``dashkit metrics used`` against a sandbox and a server with Prometheus' answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import yaml

from dashkit.document.read import as_resource
from dashkit.document.v2.up import up
from dashkit.errors import ExitCode
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment

COUNTS = {
    "up": 3,
    "used_total": 5,
    "h_bucket": 30,
    "h_sum": 3,
    "h_count": 3,
    "live_only": 7,
    "recorded_input": 2,
    "lost": 40,
}


class _Prometheus(BaseHTTPRequestHandler):
    """The endpoints that are asked."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path.startswith("/api/v1/rules"):
            data: Any = {
                "groups": [{"rules": [{"name": "x:rate", "query": "rate(recorded_input[5m])", "type": "recording"}]}]
            }
        else:
            data = {
                "result": [{"metric": {"__name__": name}, "value": [1, str(count)]} for name, count in COUNTS.items()]
            }
        body = json.dumps({"status": "success", "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def prometheus() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Prometheus)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_uses_are_listed_with_what_reads_them(project: Project, dashkit: Program) -> None:
    project.dashboard("a", expr="rate(used_total[5m]) + sum(h_sum)")
    result = dashkit("metrics", "used", cwd=project.folder)
    assert result.code == 0
    assert "used_total  a, panel" in result.out
    assert "2 metrics used" in result.err


def test_series_that_nothing_reads_are_counted_and_dropped(
    project: Project, dashkit: Program, prometheus: str, sandbox: RunningSandbox
) -> None:
    project.dashboard("live", expr="live_only")
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == 0
    (project.folder / "dashboards/ops/live.py").unlink()
    project.dashboard("a", expr="rate(used_total[5m]) + sum(h_sum)")
    asked = ("metrics", "used", "--prometheus", prometheus)
    data = json.loads(dashkit(*asked, "--format", "json", cwd=project.folder).out)
    assert data["unused"] == {"live_only": 7, "lost": 40}
    assert data["series"] == {"all": sum(COUNTS.values()), "unused": 47}
    with_grafana = (*asked, "-c", "environment")
    data = json.loads(dashkit(*with_grafana, "--format", "json", cwd=project.folder, env=environment(sandbox)).out)
    assert (data["unused"], data["sources"]) == ({"lost": 40}, ["project", "environment", "prometheus"])
    rules = dashkit(*with_grafana, "--format", "relabel", cwd=project.folder, env=environment(sandbox))
    wanted = [{"source_labels": ["__name__"], "regex": "lost", "action": "drop"}]
    assert yaml.safe_load(rules.out) == {"metric_relabel_configs": wanted}
    assert "Explore" in rules.out
    text = dashkit(*with_grafana, cwd=project.folder, env=environment(sandbox))
    assert "nothing reads 1 metric with 40 of 93 series (43.0%)" in text.err
    assert "Explore" in text.err


def test_no_drop_rules_if_something_was_not_read(project: Project, dashkit: Program, prometheus: str) -> None:
    project.dashboard("a", expr="sum(used_total")
    result = dashkit("metrics", "used", "--prometheus", prometheus, "--format", "relabel", cwd=project.folder)
    assert (result.code, result.out) == (ExitCode.REFUSED, "")
    assert "could not be read, and may use any metric" in result.err
    listed = dashkit("metrics", "used", "--prometheus", prometheus, cwd=project.folder)
    assert "not read  project, a, panel" in listed.out
    assert dashkit("metrics", "used", "--format", "relabel", cwd=project.folder).code == ExitCode.USAGE


def test_the_queries_of_a_dashboard_in_the_v2_schema_count(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    project.dashboard("a", expr="used_total")
    panel = {"id": 1, "type": "stat", "title": "Other", "targets": [{"refId": "A", "expr": "other_total"}]}
    spec = up(
        {"title": "New", "schemaVersion": 42, "panels": [panel | {"datasource": {"type": "prometheus", "uid": "p"}}]}
    )
    url = f"{sandbox.url}/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards"
    body = as_resource("new", "v2beta1", spec)
    assert requests.post(url, json=body, auth=("admin", "admin"), timeout=10).status_code == 201
    result = dashkit("metrics", "used", "-c", "environment", cwd=project.folder, env=environment(sandbox))
    assert result.out.splitlines() == ["other_total  new, panel Other", "used_total  a, panel Panel"]


def test_variables_that_hold_metrics_count_with_all_their_values(project: Project, dashkit: Program) -> None:
    variables = [
        {"name": "m", "type": "custom", "query": "a_total,Second : b_total", "current": {"value": "a_total"}},
        {"name": "inst", "type": "query", "query": "c_info{job='x'}", "datasource": {"type": "prometheus", "uid": "p"}},
        {"name": "amp", "type": "query", "query": "label_values(d, job)", "datasource": {"type": "grafana-amazonprometheus-datasource", "uid": "q"}},
        {"name": "old", "type": "query", "query": {"qryType": 1, "metric": "e", "label": "job"}},
        {"name": "log", "type": "query", "query": "label_values(job)", "datasource": {"type": "loki", "uid": "l"}},
    ]  # fmt: skip
    victoria = {"type": "victoriametrics-metrics-datasource", "uid": "v"}
    panels = [
        {"type": "timeseries", "title": "A", "targets": [{"expr": "rate($m[5m])", "refId": "A"}]},
        {"type": "timeseries", "title": "B", "datasource": victoria, "targets": [{"expr": "f", "refId": "A"}]},
        {"type": "logs", "title": "C", "datasource": {"type": "loki", "uid": "l"}, "targets": [{"expr": "{a='b'} |= `x`", "refId": "A"}]},
    ]  # fmt: skip
    spec = {"title": "V", "uid": "v", "schemaVersion": 39, "templating": {"list": variables}, "panels": panels}
    project.write("dashboards/ops/v.json", json.dumps(spec))
    data = json.loads(dashkit("metrics", "used", "--format", "json", cwd=project.folder).out)
    assert {use["metric"] for use in data["uses"]} == {"a_total", "b_total", "c_info", "d", "e", "f"}
    assert data["unread"] == []
