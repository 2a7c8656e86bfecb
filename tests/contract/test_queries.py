"""Queries through a real Grafana to a real Prometheus."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import Program, Project
from tests.support.prometheus import missing, prometheus

GRAFANA = os.environ.get("DASHKIT_TEST_GRAFANA_URL", "")
ADMIN = ("admin", "admin")
UID = "dashkit-contract-prometheus"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not GRAFANA, reason="DASHKIT_TEST_GRAFANA_URL names no real Grafana"),
    pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}"),
]


@pytest.fixture(scope="module")
def datasource(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(Path(tmp_path_factory.mktemp("prometheus"))) as url:
        body = {"name": UID, "uid": UID, "type": "prometheus", "access": "proxy", "url": url}
        requests.post(f"{GRAFANA}/api/datasources", json=body, auth=ADMIN, timeout=30).raise_for_status()
        try:
            yield UID
        finally:
            requests.delete(f"{GRAFANA}/api/datasources/uid/{UID}", auth=ADMIN, timeout=30).raise_for_status()


def test_a_real_grafana_says_which_panel_would_be_empty(datasource: str, project: Project, dashkit: Program) -> None:
    module = "from dashkit.authoring import new_dashboard as new, prometheus as q, query_variable, timeseries\n"
    queries = {
        "fine": 'sum(rate(http_requests_total{system="shop", job=~"$job"}[$__rate_interval]))',
        "metric": "sum(rate(http_request_totals[$__rate_interval]))",
        "value": 'sum(http_requests_total{status="599"})',
        "now": "sum(up) > 1e9",
        "error": "up * on (job) up",
    }
    panels = ", ".join(
        f"timeseries({name!r}, q({expr!r}), datasource={datasource!r})" for name, expr in queries.items()
    )
    variable = (
        f'query_variable("job", "label_values(up, job)", multi=True, include_all=True, datasource={datasource!r})'
    )
    project.write(
        "dashboards/ops/x.py", f"{module}dashboard = new('X', uid='x', variables=[{variable}], panels=[{panels}])\n"
    )
    env = {"DASHKIT_URL": GRAFANA, "DASHKIT_USER": "admin", "DASHKIT_PASSWORD": "admin"}
    result = dashkit("check", "--live", "--format", "json", "--min-severity", "info", cwd=project.folder, env=env)
    data = json.loads(result.out)
    found = {problem["panel"]: problem["rule"] for problem in data["problems"] if problem["rule"] >= "DK7"}
    assert found == {"metric": "DK702", "value": "DK703", "now": "DK704", "error": "DK701"}
    assert data["live"]["verdicts"]["data"] == 1


def test_a_catalogue_is_pulled_through_a_real_grafana(datasource: str, project: Project, dashkit: Program) -> None:
    env = {"DASHKIT_URL": GRAFANA, "DASHKIT_USER": "admin", "DASHKIT_PASSWORD": "admin"}
    arguments = ["--datasource", datasource, "--job", "data-processor"]
    result = dashkit("metrics", "pull", *arguments, "-o", "m.yaml", cwd=project.folder, env=env)
    assert result.code == 0, result.err
    assert "records_processed_total:" in (project.folder / "m.yaml").read_text()
    diff = dashkit("metrics", "diff", "m.yaml", "--datasource", datasource, "--exit-code", cwd=project.folder, env=env)
    assert "records_processed_total" not in diff.out
