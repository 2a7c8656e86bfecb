"""A project with a problem, and documents for the check."""

from __future__ import annotations

import json

from tests.conftest import Project

CATALOGUE = """\
name: test
scrape: {jobs: {api: {instances: ["a:1", "b:1"]}}}
metrics:
  http_requests_total: {type: counter, help: Requests., labels: {status: ["200", "500"]}}
  up: {type: gauge, help: Whether it answers.}
"""
MODULE = """\
from dashkit.authoring import new_dashboard as new
from dashkit.authoring import datasource_variable, prometheus, stat, timeseries

panels = [
    timeseries("Requests", prometheus("sum(rate(http_requests_total[$__rate_interval]))"), description="x"),
    stat(
        "Errors",
        prometheus('sum(rate(http_request_total{status="500"}[5m]))'),
        description="x",
    ),
]
dashboard = new("Shop", uid="shop", variables=[datasource_variable()], panels=panels)
"""


def write_misspelt_shop(project: Project) -> Project:
    """Write one dashboard whose second panel, made at line 6, has a misspelt metric."""
    project.write("metrics/test.yaml", CATALOGUE)
    project.write("dashkit.yaml", "project: test\ncheck:\n  metrics: [metrics]\n")
    project.write("dashboards/ops/shop.py", MODULE)
    return project


def document(**more: object) -> str:
    panel = {"id": 1, "type": "timeseries", "title": "P", "targets": [{"refId": "A", "expr": "up"}]}
    return json.dumps({"uid": "x", "title": "X", "schemaVersion": 42, "panels": [panel], **more}, indent=2)


BROKEN = document(panels=[{"id": 1, "type": "stat", "title": "P", "targets": [{"refId": "A", "expr": "sum(up"}]}])
