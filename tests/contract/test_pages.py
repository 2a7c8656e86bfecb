"""The sandbox shows what was pushed to it at the addresses of Grafana's pages."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator

import pytest
import requests

from dashkit.document.read import as_resource
from dashkit.document.v2.up import up
from dashkit.preview.sample.source import Sample
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from dashkit.sandbox.stored import StoredDashboards, WithStoredAnnotations
from dashkit.web.app import preview_app
from tests.conftest import Program, Project, environment
from tests.support.dynamic import grid, tabs

_WITH_DEPLOYS = """{
  "uid": "made", "title": "Made", "schemaVersion": 41,
  "annotations": {"list": [{"name": "Deploys", "enable": true, "iconColor": "blue",
    "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "target": {"type": "tags", "tags": ["shipped"]}}]},
  "panels": [{"id": 1, "type": "timeseries", "title": "Requests", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
    "datasource": {"type": "prometheus", "uid": "p"}, "targets": [{"refId": "A", "expr": "up"}]}]
}
"""


@pytest.fixture
def shown() -> Iterator[RunningSandbox]:
    """A sandbox with pages."""
    store, sample = Store(), Sample(())
    pages = preview_app(StoredDashboards(store), lambda: WithStoredAnnotations(store, sample))
    with RunningSandbox(Sandbox(store, FLAVOURS["12.3"]), pages=pages) as running:
        yield running


def test_a_pushed_dashboard_is_shown_at_grafanas_address(
    shown: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("checkout", title="Checkout", folder="ops/eu")
    assert dashkit("push", "--yes", cwd=project.folder, env=environment(shown)).code == 0
    index = requests.get(f"{shown.url}/dashboards", timeout=10).text
    assert "Ops / Eu" in index
    assert 'href="/d/checkout"' in index
    page = requests.get(f"{shown.url}/d/checkout/some-slug?orgId=1", timeout=10)
    assert page.status_code == 200
    assert '<h1 aria-current="page">Checkout</h1>' in page.text
    assert '"kind":"panel"' in requests.get(f"{shown.url}/view/checkout", timeout=10).text


def test_a_pushed_dashboard_of_the_v2_schema_is_shown_with_its_tabs(
    shown: RunningSandbox, project: Project, dashkit: Program
) -> None:
    layout = tabs({"title": "First", "layout": grid(1)}, {"title": "Second", "layout": grid(2)})
    panels = [{"id": number, "type": "stat", "title": f"P{number}", "targets": []} for number in (1, 2)]
    spec = up({"title": "Tabbed", "panels": panels, "time": {"from": "now-2h", "to": "now"}}) | {"layout": layout}
    project.write("dashboards/tabbed.json", json.dumps(as_resource("tabbed", "v2beta1", spec)))
    assert dashkit("push", "--yes", cwd=project.folder, env=environment(shown)).code == 0
    assert 'data-from="now-2h"' in requests.get(f"{shown.url}/d/tabbed", timeout=10).text
    view = requests.get(f"{shown.url}/view/tabbed?dtab=second", timeout=10).text
    assert "First" in view
    assert re.findall('"key":"(p.)","kind":"panel"', view) == ["p2"]


def test_the_api_still_asks_who_it_is(shown: RunningSandbox) -> None:
    assert requests.get(f"{shown.url}/api/dashboards/uid/x", timeout=10).status_code == 401
    assert requests.get(f"{shown.url}/api/health", timeout=10).status_code == 200


def test_a_page_is_told_of_a_save(shown: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("checkout")
    with requests.get(f"{shown.url}/events", stream=True, timeout=10) as events:
        dashkit("push", "--yes", cwd=project.folder, env=environment(shown))
        assert next(events.iter_lines()) == b"event: changed"


def test_deploys_that_were_annotated_are_marked(shown: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.write("dashboards/made.json", _WITH_DEPLOYS)
    assert dashkit("push", "--yes", cwd=project.folder, env=environment(shown)).code == 0
    mark = {"text": "Version 7", "tags": ["shipped"], "time": int(time.time() * 1000) - 60_000}
    requests.post(f"{shown.url}/api/annotations", json=mark, auth=("admin", "admin"), timeout=10).raise_for_status()
    assert "Version 7 shipped" in requests.get(f"{shown.url}/view/made", timeout=10).text
