"""The live check and the metric catalogue against a real Prometheus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT, Program, Project
from tests.support.prometheus import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}")


def test_why_a_panel_is_empty(server: str, project: Project, dashkit: Program) -> None:
    module = "from dashkit.authoring import new_dashboard as new, datasource_variable, prometheus as q, query_variable, timeseries\n"
    queries = {
        "fine": 'sum(rate(http_requests_total{system="shop"}[$__rate_interval]))',
        "metric": "sum(rate(http_request_totals[$__rate_interval]))",
        "label": 'sum(http_requests_total{statuss="500"})',
        "value": 'sum(http_requests_total{status="599"})',
        "both": 'sum(http_requests_total{system="shop", job="node"})',
        "now": "sum(up) > 1e9",
        "error": "up * on (job) up",
        "chosen": 'sum by (job) (up{job=~"$job"})',
    }
    panels = ", ".join(f"timeseries({name!r}, q({expr!r}))" for name, expr in queries.items())
    variables = '[datasource_variable(), query_variable("job", "label_values(up, job)", multi=True, include_all=True)]'
    project.write(
        "dashboards/ops/x.py", f"{module}dashboard = new('X', uid='x', variables={variables}, panels=[{panels}])\n"
    )
    result = dashkit(
        "check", "--live", "--prometheus", server, "--format", "json", "--min-severity", "info", cwd=project.folder
    )
    data = json.loads(result.out)
    found = {
        problem["panel"]: (problem["rule"], problem["severity"])
        for problem in data["problems"]
        if problem["rule"] >= "DK7"
    }
    assert found == {
        "metric": ("DK702", "error"),
        "label": ("DK703", "error"),
        "value": ("DK703", "warning"),
        "both": ("DK703", "warning"),
        "now": ("DK704", "warning"),
        "error": ("DK701", "error"),
    }
    assert {entry["panel"] for entry in data["live"]["empty_panels"]} == set(found)
    assert data["live"]["verdicts"]["data"] == 2
    assert result.code == 1
    text = dashkit("check", "--live", "--prometheus", server, "dashboards/ops", cwd=project.folder).out
    assert "6 panels would be empty:\n  x: metric\n" in text


def test_no_panel_of_this_project_would_be_empty(server: str, dashkit: Program) -> None:
    """But for those that show what rules record, which is little so soon after the start."""
    result = dashkit("check", "--live", "--prometheus", server, "--format", "json", cwd=ROOT)
    data = json.loads(result.out)
    assert data["live"]["verdicts"]["error"] == 0
    assert data["live"]["verdicts"]["data"] > 500
    recorded = {problem["excerpt"]["text"] for problem in data["problems"] if problem["severity"] == "error"}
    assert {text for text in recorded if "slo:" not in text and ":rate5m" not in text} == set()


def test_a_pulled_catalogue_is_the_servers_and_serves_the_check(
    server: str, project: Project, dashkit: Program
) -> None:
    result = dashkit("metrics", "pull", "--prometheus", server, "-o", "metrics/live.yaml", cwd=project.folder)
    assert result.code == 0, result.err
    diff = dashkit("metrics", "diff", "metrics/live.yaml", "--prometheus", server, "--exit-code", cwd=project.folder)
    assert (diff.code, diff.out) == (0, ""), diff.out
    project.write("dashkit.yaml", "project: test\ncheck: {metrics: [metrics]}\n")
    project.dashboard("good", expr='sum by (service, status) (rate(http_requests_total{system="shop"}[5m]))', extra="")
    project.dashboard("bad", expr="sum by (nobody) (rate(process_resident_memory_bytes[5m]))", extra="")
    data = json.loads(dashkit("check", "--format", "json", cwd=project.folder).out)
    assert {(problem["dashboard"], problem["rule"]) for problem in data["problems"]} == {
        ("bad", "DK310"),
        ("bad", "DK318"),
    }


def test_what_changed_on_the_server_is_told(server: str, project: Project, dashkit: Program) -> None:
    project.write(
        "mine.yaml",
        "name: mine\nscrape: {jobs: {data-processor: {instances: ['data-processor-0:8080']}}}\nmetrics:\n"
        "  records_processed_total: {type: gauge, help: x, labels: {result: [success]}}\n"
        "  records_gone_total: {type: counter, help: x}\n",
    )
    result = dashkit(
        "metrics",
        "diff",
        "mine.yaml",
        "--prometheus",
        server,
        "--match",
        "records_.*",
        "--exit-code",
        cwd=project.folder,
    )
    assert result.code == 1
    assert result.out.splitlines() == [
        "- records_gone_total: the server has no such series",
        "~ records_processed_total: gauge -> counter",
        "~ records_processed_total: label result also has error",
    ]


def test_a_pull_of_one_job_has_only_what_it_exports(server: str, dashkit: Program, tmp_path: Path) -> None:
    out = dashkit("metrics", "pull", "--prometheus", server, "--job", "data-processor", cwd=tmp_path).out
    assert "records_processed_total:" in out
    assert "cache_hits_total" not in out


def test_a_server_that_is_none_is_told(dashkit: Program, tmp_path: Path) -> None:
    result = dashkit("metrics", "pull", "--prometheus", "http://127.0.0.1:1", cwd=tmp_path)
    assert result.code == 4
    assert dashkit("metrics", "pull", "--prometheus", "localhost:9090", cwd=tmp_path).code == 2
    secret = dashkit("metrics", "pull", "--prometheus", "http://me:secret@localhost:9090", cwd=tmp_path)
    assert secret.code == 2
    assert "secret@" not in secret.err
